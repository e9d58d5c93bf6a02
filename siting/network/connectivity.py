"""Which roads can be driven to from everywhere and back, and what is cut off from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Floats, Mask
from siting.network.csr import CLOSED
from siting.network.road_network import RoadNetwork
from siting.tables import Note


def main_part(network: RoadNetwork) -> Mask:
    """
    Edges of the largest strongly connected part: from each of them every other can be reached.

    An edge that is closed in both directions is in no part. Where turns are forbidden, one of an edge's directions must
    be reached from and lead to all others by turns that are allowed.

    Returns
    -------
    Mask
        Shape (E,).
    """
    from scipy import sparse  # takes longer to load than a network from the cache, which does not come here

    forward, backward = network.forward_ms != CLOSED, network.backward_ms != CLOSED
    has_forbidden = network.turns is not None and len(network.turns.forbidden) > 0
    graph = network.states.arcs if has_forbidden else network.outward
    n = len(graph.indptr) - 1
    ones = np.ones(len(graph.head), dtype=np.int8)
    arcs = sparse.csr_array((ones, graph.head.astype(np.int32), graph.indptr.astype(np.int32)), shape=(n, n))
    _, part = sparse.csgraph.connected_components(arcs, directed=True, connection="strong")
    is_largest = part == np.bincount(part).argmax()
    if has_forbidden:
        states = network.states
        return np.asarray((forward & is_largest[states.forward]) | (backward & is_largest[states.backward]))
    return np.asarray((forward | backward) & is_largest[network.edge_from] & is_largest[network.edge_to])


def cut_off_notes(is_main: Mask, length_m: Floats, edges: pd.DataFrame) -> tuple[Note, ...]:
    """How many edges and kilometres are not in the main part, with the names or way ids of the longest."""
    if is_main.all():
        return ()
    off = edges[~is_main].assign(length_m=length_m[~is_main])
    label = off["name"].where(off["name"] != "", "way " + off["way_id"].astype(str))
    longest = off["length_m"].groupby(label).sum().sort_values(ascending=False, kind="stable").index
    examples = tuple(longest[:5])
    values = {
        "cut_off_km": off["length_m"].sum() / 1000,
        "all_km": length_m.sum() / 1000,
        "longest": ", ".join(examples),
    }
    return (Note("topic_roads", "note_roads_cut_off", len(off), examples, values),)
