"""Turn restrictions as forbidden pairs of directed edges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Ids
from siting.network.csr import CLOSED
from siting.network.road_network import RoadNetwork
from siting.tables import Note, noted

_OPEN_TO_ENGINES = ("emergency", "motor_vehicle", "vehicle")
"""Values of `except` that free a fire engine."""


def forbidden_turns(network: RoadNetwork, restrictions: pd.DataFrame) -> tuple[Ids, tuple[Note, ...]]:
    """
    The turns that these restrictions forbid, shape (F, 2) and sorted as in `Turns`, and notes of what became of them.

    A restriction that begins with ``only_`` forbids every other turn at its junction, back along the same edge too;
    several for one edge allow what any of them allows. One whose ways do not each touch the junction with exactly one
    directed edge is ambiguous and not used; one whose ways are not driven there forbids nothing.

    Parameters
    ----------
    restrictions
        As `Ways` has them.

    References
    ----------
    https://wiki.openstreetmap.org/wiki/Relation:restriction
    """
    excepted = restrictions["except_for"].str.split(r"\s*;\s*", regex=True)
    is_exempt = ~excepted.map(set(_OPEN_TO_ENGINES).isdisjoint).astype(bool).to_numpy()
    arcs = _arcs(network, pd.concat([restrictions["from_way"], restrictions["to_way"]]))
    bound = restrictions[~is_exempt].reset_index(drop=True).rename_axis("row").reset_index()
    into = bound.merge(arcs, left_on=["from_way", "via_node"], right_on=["way_id", "head_id"])[["row", "code", "head"]]
    out = bound.merge(arcs, left_on=["to_way", "via_node"], right_on=["way_id", "tail_id"])[["row", "code"]]
    ways_in, ways_out = (np.bincount(side["row"], minlength=len(bound)) for side in (into, out))
    is_driven = (ways_in > 0) & (ways_out > 0)
    is_clear = (ways_in == 1) & (ways_out == 1)
    clear = into[is_clear[into["row"]]].merge(out, on="row", suffixes=("", "_to"))
    is_only = bound["kind"].str.startswith("only_").to_numpy()[clear["row"]]
    pairs = np.concatenate([clear.loc[~is_only, ["code", "code_to"]].to_numpy(), _others(network, clear[is_only])])
    ids = bound["relation_id"]
    notes = (
        *noted("topic_roads", "note_restrictions_obeyed", ids[is_clear].unique()),
        *noted("topic_roads", "note_restrictions_exempt", restrictions.loc[is_exempt, "relation_id"].unique()),
        *noted("topic_roads", "note_restrictions_ambiguous", ids[is_driven & ~is_clear].unique()),
    )
    return np.unique(pairs.reshape(-1, 2), axis=0).astype(np.int64), notes


def _arcs(network: RoadNetwork, way_ids: pd.Series) -> pd.DataFrame:
    """Directed edges of these ways: code, way_id, tail_id and head_id as the source numbers nodes, head's position."""
    edge = np.flatnonzero(network.edges["way_id"].isin(way_ids).to_numpy())
    ends = np.column_stack([network.edge_from[edge], network.edge_to[edge]]).astype(np.int64)
    parts = []
    for back, ms in enumerate((network.forward_ms, network.backward_ms)):
        is_open = ms[edge] != CLOSED
        tail, head = ends[is_open, back], ends[is_open, 1 - back]
        part = {"code": 2 * edge[is_open] + back, "way_id": network.edges["way_id"].to_numpy()[edge[is_open]]}
        parts.append(
            pd.DataFrame({**part, "tail_id": network.node_id[tail], "head_id": network.node_id[head], "head": head})
        )
    return pd.concat(parts, ignore_index=True)


def _others(network: RoadNetwork, only: pd.DataFrame) -> Ids:
    """From each edge of an ``only_``, the turns into all but what any of its own allows."""
    at = np.isin(network.edge_from, only["head"]), np.isin(network.edge_to, only["head"])
    leaving = pd.DataFrame(
        {
            "head": np.concatenate([network.edge_from[at[0]], network.edge_to[at[1]]]).astype(np.int64),
            "code_to": np.concatenate([2 * np.flatnonzero(at[0]), 2 * np.flatnonzero(at[1]) + 1]),
        }
    )
    every = only[["code", "head"]].drop_duplicates().merge(leaving, on="head")[["code", "code_to"]].to_numpy()
    allowed = only[["code", "code_to"]].to_numpy()
    n = 2 * network.n_edges
    return every[~np.isin(every @ [n, 1], allowed @ [n, 1])]
