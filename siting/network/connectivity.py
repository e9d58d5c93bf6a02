"""Which roads can be driven to from everywhere and back, and what is cut off from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from siting.arrays import Floats, Mask, Milliseconds, Positions32
from siting.network.road_network import CLOSED
from siting.tables import Note


def main_part(
    n_nodes: int, edge_from: Positions32, edge_to: Positions32, forward_ms: Milliseconds, backward_ms: Milliseconds
) -> Mask:
    """
    Edges of the strongly connected part with most junctions: from each of them every other can be reached.

    Returns
    -------
    Mask
        Shape (E,).
    """
    forward, backward = forward_ms != CLOSED, backward_ms != CLOSED
    tail = np.concatenate([edge_from[forward], edge_to[backward]])
    head = np.concatenate([edge_to[forward], edge_from[backward]])
    arcs = sparse.coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n_nodes, n_nodes)).tocsr()
    _, part = sparse.csgraph.connected_components(arcs, directed=True, connection="strong")
    largest = np.bincount(part).argmax()
    return (part[edge_from] == largest) & (part[edge_to] == largest)


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
