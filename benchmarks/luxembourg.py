"""The road graph of Luxembourg, and how many of the 100,000 answers that RoutingKit ships for it are not ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measurement import Measurement
from benchmarks.networks import REAL
from siting.network import CLOSED, Csr
from siting.travel_time.kernels import FAR, n_buckets, node_block, workspace

FOLDER = REAL / "luxembourg_rk"
NAMES = ("first_out", "head", "travel_time", "source_node", "target_node", "query_reference_travel_time_length")

Arrays = dict[str, NDArray[np.uint32]]


def measure() -> Measurement:
    """All sources, each searched up to the latest of its answers: about 100 s."""
    n_asked, n_otherwise = answered_otherwise(read_arrays(FOLDER), every=1)
    work = f"Luxembourg, {n_asked:,} queries: answered otherwise"
    return Measurement(work, "RoutingKit's answers", 0.0, n_otherwise, unit="of them", at_most=True)


def read_arrays(folder: Path) -> Arrays:
    """The files as they are shipped."""
    return {name: np.fromfile(folder / name, dtype="<u4") for name in NAMES}


def road_graph(arrays: Arrays) -> Csr:
    """Junctions and milliseconds between them."""
    head = arrays["head"]
    return Csr(arrays["first_out"], head, arrays["travel_time"].astype(np.int32), np.zeros_like(head))


def answered_otherwise(arrays: Arrays, every: int) -> tuple[int, int]:
    """
    Queries asked, of every so-manieth source, and how many of them the bounded search answers otherwise.

    A source is searched up to the latest of its answers, so a target found later would be missing; where one has no
    way, up to an hour longer than any answer.
    """
    graph, source, target = road_graph(arrays), arrays["source_node"], arrays["target_node"]
    answer = arrays["query_reference_travel_time_length"].astype(np.int64)
    longest_ms = int(answer[answer < FAR].max()) + 3_600_000
    n_nodes, n_arcs = len(graph.indptr) - 1, len(graph.head)
    seed_ms = np.array([[0, CLOSED]], dtype=np.int32)
    order = np.argsort(source, kind="stable")
    of_source = np.split(order, np.flatnonzero(np.diff(source[order])) + 1)[::every]
    n_otherwise = 0
    for asked in of_source:
        limit_ms = min(int(answer[asked].max()), longest_ms)
        seed_node = np.full((1, 2), source[asked[0]])
        own = workspace(limit_ms, n_nodes, n_arcs, 0, n_buckets(longest_ms), n_nodes + n_arcs)
        (count,) = node_block(graph.indptr, graph.packed, seed_node, seed_ms, None, own)
        for query in asked:
            found = own.ms[:count][own.place[:count] == target[query]]
            n_otherwise += found.tolist() != ([answer[query]] if answer[query] < FAR else [])
    return sum(map(len, of_source)), n_otherwise
