/*
The bounded search of siting.travel_time.kernels in plain C, as the mark to reach: a bucket queue and a binary heap.

Both write nodes and milliseconds of all sources one after the other, and return how many there are.
Compiled by benchmarks/c_search.py: gcc -O3 -march=native -shared -fPIC.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAR INT32_MAX
#define NOBODY UINT32_MAX
#define BITS 11

static int64_t deliver(const uint32_t *touched, int64_t n, int32_t *dist, uint32_t *node_out, int32_t *ms_out)
{
    for (int64_t k = 0; k < n; k++) {
        node_out[k] = touched[k];
        ms_out[k] = dist[touched[k]];
        dist[touched[k]] = FAR;
    }
    return n;
}

/* Buckets 2048 ms wide; stale entries of a pool that is emptied with each source. */
int64_t by_buckets(const uint32_t *indptr, const uint32_t *head, const int32_t *weight, int64_t n_nodes,
                   const uint32_t *source, int64_t n_sources, int32_t limit, uint32_t *node_out, int32_t *ms_out)
{
    int64_t n_buckets = (limit >> BITS) + 1, capacity = 1 << 20, n_out = 0;
    int32_t *dist = malloc(n_nodes * 4);
    uint8_t *done = calloc(n_nodes, 1);
    uint32_t *touched = malloc(n_nodes * 4), *first = malloc(n_buckets * 4);
    uint32_t *pool_node = malloc(capacity * 4), *pool_next = malloc(capacity * 4);
    for (int64_t n = 0; n < n_nodes; n++) dist[n] = FAR;
    for (int64_t s = 0; s < n_sources; s++) {
        int64_t n_touched = 0, n_pool = 0;
        memset(first, 0xff, n_buckets * 4);
        dist[source[s]] = 0;
        touched[n_touched++] = source[s];
        pool_node[n_pool] = source[s], pool_next[n_pool] = NOBODY, first[0] = n_pool++;
        for (int64_t b = 0; b < n_buckets; b++) {
            while (first[b] != NOBODY) {
                uint32_t entry = first[b], tail = pool_node[entry];
                first[b] = pool_next[entry];
                int32_t at = dist[tail];
                if (done[tail] || at >> BITS != b) continue;
                done[tail] = 1;
                for (uint32_t arc = indptr[tail]; arc < indptr[tail + 1]; arc++) {
                    uint32_t node = head[arc];
                    int32_t there = at + weight[arc];
                    if (there > limit || there >= dist[node]) continue;
                    if (dist[node] == FAR) touched[n_touched++] = node;
                    dist[node] = there;
                    done[node] = 0;
                    if (n_pool == capacity) {
                        capacity *= 2;
                        pool_node = realloc(pool_node, capacity * 4);
                        pool_next = realloc(pool_next, capacity * 4);
                    }
                    pool_node[n_pool] = node, pool_next[n_pool] = first[there >> BITS], first[there >> BITS] = n_pool++;
                }
            }
        }
        for (int64_t k = 0; k < n_touched; k++) done[touched[k]] = 0;
        n_out += deliver(touched, n_touched, dist, node_out + n_out, ms_out + n_out);
    }
    free(dist), free(done), free(touched), free(first), free(pool_node), free(pool_next);
    return n_out;
}

/* Entries of a heap: milliseconds in the upper half, node in the lower; stale ones are passed over. */
int64_t by_heap(const uint32_t *indptr, const uint32_t *head, const int32_t *weight, int64_t n_nodes,
                const uint32_t *source, int64_t n_sources, int32_t limit, uint32_t *node_out, int32_t *ms_out)
{
    int64_t capacity = 1 << 20, n_out = 0;
    int32_t *dist = malloc(n_nodes * 4);
    uint32_t *touched = malloc(n_nodes * 4);
    uint64_t *heap = malloc(capacity * 8);
    for (int64_t n = 0; n < n_nodes; n++) dist[n] = FAR;
    for (int64_t s = 0; s < n_sources; s++) {
        int64_t n_touched = 0, size = 0;
        dist[source[s]] = 0;
        touched[n_touched++] = source[s];
        heap[size++] = source[s];
        while (size) {
            uint64_t least = heap[0], last = heap[--size];
            int64_t at = 0;
            for (int64_t child; (child = 2 * at + 1) < size; at = child) {
                if (child + 1 < size && heap[child + 1] < heap[child]) child++;
                if (last <= heap[child]) break;
                heap[at] = heap[child];
            }
            heap[at] = last;
            uint32_t tail = (uint32_t)least;
            int32_t ms = (int32_t)(least >> 32);
            if (ms > dist[tail]) continue;
            for (uint32_t arc = indptr[tail]; arc < indptr[tail + 1]; arc++) {
                uint32_t node = head[arc];
                int32_t there = ms + weight[arc];
                if (there > limit || there >= dist[node]) continue;
                if (dist[node] == FAR) touched[n_touched++] = node;
                dist[node] = there;
                if (size == capacity) heap = realloc(heap, (capacity *= 2) * 8);
                uint64_t entry = (uint64_t)there << 32 | node;
                int64_t to = size++;
                for (; to && heap[(to - 1) / 2] > entry; to = (to - 1) / 2) heap[to] = heap[(to - 1) / 2];
                heap[to] = entry;
            }
        }
        n_out += deliver(touched, n_touched, dist, node_out + n_out, ms_out + n_out);
    }
    free(dist), free(touched), free(heap);
    return n_out;
}
