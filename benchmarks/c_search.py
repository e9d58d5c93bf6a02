"""The search in plain C, compiled where there is a gcc."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from siting.network import RoadNetwork

Search = Callable[[RoadNetwork, np.ndarray, float], int]


def searches() -> dict[str, Search]:
    """The searches of `c/search.c` by name; none without a gcc."""
    gcc = shutil.which("gcc")
    if gcc is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        made, source = Path(folder) / "search.so", Path(__file__).parent / "c" / "search.c"
        command = [gcc, "-O3", "-march=native", "-shared", "-fPIC", "-o", str(made), str(source)]
        subprocess.run(command, check=True)  # noqa: S603
        library = ctypes.CDLL(str(made))
    return {"bucket queue": _bound(library.by_buckets), "binary heap": _bound(library.by_heap)}


def _bound(function: ctypes._CFuncPtr) -> Search:
    function.restype = ctypes.c_int64
    node, ms = (np.empty(40_000_000, dtype) for dtype in (np.uint32, np.int32))

    def search(network: RoadNetwork, source: np.ndarray, limit_s: float) -> int:
        graph, source = network.outward, np.ascontiguousarray(source, dtype=np.uint32)
        arrays = (ctypes.c_void_p(a.ctypes.data) for a in (graph.indptr, graph.head, graph.weight, source, node, ms))
        indptr, head, weight, sources, node_out, ms_out = arrays
        n_nodes, n_sources = ctypes.c_int64(network.n_nodes), ctypes.c_int64(len(source))
        limit = ctypes.c_int32(int(limit_s * 1000))
        return function(indptr, head, weight, n_nodes, sources, n_sources, limit, node_out, ms_out)

    return search
