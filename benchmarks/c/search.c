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

/* Buckets 2048 ms wide, as siting.travel_time.kernels has them; -1 where the pool of entries does not suffice. */
int64_t by_buckets(const uint32_t *indptr, const uint32_t *head, const int32_t *weight, int64_t n_nodes,
                   const uint32_t *source, int64_t n_sources, int32_t limit, uint32_t *node_out, int32_t *ms_out)
{
    uint32_t n_buckets = (limit >> BITS) + 1, unwanted = n_buckets, capacity = n_nodes + indptr[n_nodes];
    int64_t n_out = 0;
    int32_t *dist = malloc(n_nodes * 4);
    uint32_t *first = malloc((n_buckets + 1) * 4);
    uint32_t *entry_node = malloc(capacity * 4L), *after = malloc(capacity * 4L);
    for (int64_t n = 0; n < n_nodes; n++) dist[n] = FAR;
    memset(first, 0xff, (n_buckets + 1) * 4);
    for (int64_t s = 0; s < n_sources && n_out >= 0; s++) {
        uint32_t n = 1;
        dist[source[s]] = 0;
        entry_node[0] = source[s], after[0] = NOBODY, first[0] = 0;
        for (uint32_t b = 0; b < n_buckets; b++) {
            while (first[b] != NOBODY) {
                uint32_t entry = first[b];
                first[b] = NOBODY;
                while (entry != NOBODY) {
                    uint32_t tail = entry_node[entry], end = indptr[tail + 1];
                    int32_t at = dist[tail];
                    entry = after[entry];
                    if (at < 0) continue;
                    if (n + (end - indptr[tail]) > capacity) return -1;
                    dist[tail] = ~at;
                    for (uint32_t arc = indptr[tail]; arc < end; arc++) {
                        uint32_t node = head[arc];
                        int32_t there = at + weight[arc], was = dist[node];
                        int is_better = (there <= limit) & (there < (was ^ (was >> 31)));
                        dist[node] = is_better ? there : was;
                        uint32_t into = is_better ? (uint32_t)there >> BITS : unwanted;
                        entry_node[n] = node, after[n] = first[into], first[into] = n;
                        n += is_better;
                    }
                }
            }
        }
        for (uint32_t k = 0; k < n; k++) {
            uint32_t node = entry_node[k];
            node_out[n_out] = node, ms_out[n_out] = ~dist[node];
            n_out += dist[node] != FAR;
            dist[node] = FAR;
        }
    }
    free(dist), free(first), free(entry_node), free(after);
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
