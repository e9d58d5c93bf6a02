"""
Driving times where turns cost: a graph in which everything is a point, so that scipy needs no rule of its own.

The points are the start and the end of every directed edge, every site and every place. From start to end one drives,
from an end to the start of the next edge one turns; sites and places hang on the directed edges they stand on, or, on a
junction, on all that meet there.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Seconds = NDArray[np.float64]
AT_JUNCTION_M = 0.001
_COLUMNS = ["tail", "head", "s"]


def turning_drives(roads: gpd.GeoDataFrame, turns: pd.DataFrame, sites: pd.DataFrame, places: pd.DataFrame) -> Seconds:
    """Seconds from each site to each place, shape (J, I), as `drives` gives them; roads sorted by edge."""
    driven = _directed(roads)
    n = 2 * len(roads)  # directed edge c starts in point c and ends in point n + c
    drive = driven.assign(tail=driven.code, head=n + driven.code)
    turn = _turns(driven, turns).assign(tail=lambda t: n + t.code, head=lambda t: t.code_to)
    first_site, first_place = 2 * n, 2 * n + len(sites)
    out = _stands(roads, driven, sites).assign(tail=lambda t: first_site + t.row)
    into = _stands(roads, driven, places).assign(head=lambda t: first_place + t.row)
    leave = out.assign(head=np.where(out.at_start, out.code, n + out.code), s=np.where(out.at_start, 0.0, out.left_s))
    leave = leave[leave.at_start | ~leave.on_junction]
    arrive = into.assign(
        tail=np.where(into.at_end, n + into.code, into.code), s=np.where(into.at_end, 0.0, into.come_s)
    )
    beside = out[~out.on_junction].merge(into[~into.on_junction], on="code", suffixes=("", "_to"))
    beside = beside[beside.come_s_to >= beside.come_s]
    beside = beside.assign(
        tail=first_site + beside.row, head=first_place + beside.row_to, s=beside.come_s_to - beside.come_s
    )
    arcs = pd.concat([part[_COLUMNS] for part in (drive, turn, leave, arrive, beside)])
    arcs = arcs.groupby(["tail", "head"], as_index=False).min()
    size = first_place + len(places)
    graph = sparse.csr_array((arcs.s, (arcs["tail"], arcs["head"])), shape=(size, size))
    times = np.full((len(sites), len(places)), np.inf)
    for j in range(len(sites)):
        times[j] = csgraph.dijkstra(graph, indices=np.array([first_site + j]))[0, first_place:]
    return times


def _directed(roads: gpd.GeoDataFrame) -> pd.DataFrame:
    """Each direction that is driven: code (twice the edge, one more backward), edge, from_node, to_node, s."""
    ends = roads[["from_node", "to_node"]].to_numpy()
    parts = []
    for back, column in enumerate(("forward_s", "backward_s")):
        seconds = roads[column].to_numpy(dtype=np.float64)
        edge = np.flatnonzero(np.isfinite(seconds))
        nodes = {"from_node": ends[edge, back], "to_node": ends[edge, 1 - back]}
        parts.append(pd.DataFrame({"code": 2 * edge + back, "edge": edge, **nodes, "s": seconds[edge]}))
    return pd.concat(parts, ignore_index=True)


def _turns(driven: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """code, code_to and seconds of every turn that is not forbidden."""
    told = pd.DataFrame(
        {
            "code": 2 * turns.from_edge.astype("int64") + ~turns.from_forward.astype(bool),
            "code_to": 2 * turns.to_edge.astype("int64") + ~turns.to_forward.astype(bool),
            "told_s": turns.seconds.astype("float64").fillna(np.inf),
        }
    )
    pairs = driven.merge(driven, left_on="to_node", right_on="from_node", suffixes=("", "_to"))[["code", "code_to"]]
    pairs = pairs.merge(told, on=["code", "code_to"], how="left")
    pairs["s"] = pairs.told_s.fillna(0.0)
    return pairs[np.isfinite(pairs.s)]


def _stands(roads: gpd.GeoDataFrame, driven: pd.DataFrame, at: pd.DataFrame) -> pd.DataFrame:
    """
    The directed edges that each row stands on, with the seconds from their start (come_s) and to their end (left_s).

    On a junction those that start there (at_start) and those that end there (at_end), whole.
    """
    own = pd.DataFrame({"row": np.arange(len(at)), "edge": at.edge.to_numpy(), "fraction": at.fraction.to_numpy()})
    own = own[own.edge >= 0]
    road = roads.iloc[own.edge]
    from_start = own.fraction.to_numpy() * road.length_m.to_numpy() < AT_JUNCTION_M
    from_end = (1.0 - own.fraction.to_numpy()) * road.length_m.to_numpy() < AT_JUNCTION_M
    along = own[~(from_start | from_end)].merge(driven, on="edge")
    share = np.where(along.code % 2 == 0, along.fraction, 1.0 - along.fraction)
    along = along.assign(come_s=share * along.s, left_s=(1.0 - share) * along.s, at_start=False, at_end=False)
    node = pd.concat(
        [
            pd.DataFrame({"row": own.row[is_there], "node": road[column].to_numpy()[is_there]})
            for column, is_there in (("from_node", from_start), ("to_node", from_end))
        ]
    )
    starts = node.merge(driven, left_on="node", right_on="from_node")
    ends = node.merge(driven, left_on="node", right_on="to_node")
    starts = starts.assign(come_s=0.0, left_s=starts.s, at_start=True, at_end=False)
    ends = ends.assign(come_s=ends.s, left_s=0.0, at_start=False, at_end=True)
    columns = ["row", "code", "come_s", "left_s", "at_start", "at_end"]
    found = pd.concat([part[columns] for part in (along, starts, ends)], ignore_index=True)
    return found.assign(on_junction=found.at_start | found.at_end)
