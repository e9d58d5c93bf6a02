"""
Graphs that OSMnx made (Boeing 2025), simplified or not, projected or not.

The graph's edges decide who may drive where: OSMnx has already applied the one-way tags. Two edges over the same line
in opposite directions become one two-way street (``oneway = "no"``); an edge alone is one-way (``oneway = "yes"``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from siting.arrays import Floats
from siting.inputs.roads.classes import worst_class
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways
from siting.tables import Faults, Note, noted, some

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class _Street:
    """A line of the graph with the data of its edge (or of the first, where several were joined)."""

    nodes: list[int]
    data: dict[str, Any]
    both_ways: bool

    def end_key(self, at: int) -> Hashable:
        """Two pieces follow one another where this is the same for the end of one and the start of the other."""
        return self.nodes[at], _ids(self.data), self.both_ways


def ways_from_graph(graph: nx.MultiDiGraph, source: str = "networkx graph") -> Ways:
    """
    Roads of a networkx graph as OSMnx makes them; the graph is not changed.

    The pieces of an unsimplified graph are joined to the ways that they were cut from. Bends of simplified edges get
    the node ids -1, -2, ... Where OSMnx merged ways with different tags, their values are joined with ";" as OSM does;
    of several `highway` classes the one worst to drive is taken, with a note.

    Raises
    ------
    InputError
        If it is not a directed multigraph with a CRS, whole-number node ids, x and y, or has no edge.

    Examples
    --------
    >>> import networkx as nx
    >>> import networkx as nx
    >>> town = nx.MultiDiGraph(crs="EPSG:4326")
    >>> town.add_nodes_from([(1, {"x": 117.20, "y": 28.30}), (2, {"x": 117.21, "y": 28.30})])
    >>> for u, v in [(1, 2), (2, 1)]:
    ...     _ = town.add_edge(u, v, osmid=7, highway="primary", oneway=False, reversed=u > v)
    >>> ways = ways_from_graph(town)
    >>> ways.way_id.tolist(), ways.node_id[ways.ref].tolist(), ways.tags.loc[0, "oneway"]
    ([7], [1, 2], 'no')
    """
    _check_graph(graph, source)
    streets = _joined(_streets(graph))
    used = {node: at for at, node in enumerate(sorted({node for street in streets for node in street.nodes}))}
    bends = [_bends(street.data) for street in streets]
    ref: list[int] = []
    ends = [0]
    first_bend = len(used)
    for street, bend in zip(streets, bends, strict=True):
        ref += [used[street.nodes[0]], *range(first_bend, first_bend + len(bend)), *(used[n] for n in street.nodes[1:])]
        first_bend += len(bend)
        ends.append(len(ref))
    xy = np.array([(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in used], dtype=np.float64)
    lon, lat = _degrees(graph, np.concatenate([xy, *bends]))
    tags = _tags(streets)
    return Ways(
        way_id=np.array([min(_ids(street.data)) for street in streets], dtype=np.int64),
        tags=tags,
        ref_ptr=np.array(ends, dtype=np.int64),
        ref=np.array(ref, dtype=np.int64),
        node_id=np.r_[np.array(list(used), dtype=np.int64), -1 - np.arange(first_bend - len(used))],
        lon=lon,
        lat=lat,
        node_tags=_node_tags(graph, used),
        source=source,
        notes=_notes(graph, streets),
    )


def _check_graph(graph: nx.MultiDiGraph, source: str) -> None:
    faults = Faults(source)
    if not (graph.is_directed() and graph.is_multigraph()):
        faults.add(f"It is a {type(graph).__name__}. Expected a MultiDiGraph, which keeps one-way streets apart.")
    _check_graph_crs(graph, faults)
    named = [node for node in graph.nodes if not isinstance(node, int | np.integer)]
    if named:
        faults.add(
            f"{len(named)} node ids are not whole numbers ({some(named)}). Expected OSM ids, as OSMnx gives them."
        )
    nowhere = [node for node, data in graph.nodes(data=True) if not _is_placed(data)]
    if nowhere:
        faults.add(f"{len(nowhere)} nodes have no finite x and y ({some(nowhere)}). Every node needs both.")
    edges = [data for *_, data in graph.edges(data=True)]
    if not edges:
        faults.add("It has no edge, so there is no road in it.")
    elif not any("highway" in data for data in edges):
        faults.add(f"None of its {len(edges)} edges has a 'highway', so there is no road in it.")
    without = sum("osmid" not in data for data in edges)
    if without:
        faults.add(f"{without} of {len(edges)} edges have no 'osmid'. Expected a graph that OSMnx made.")
    if any(isinstance(data.get("oneway"), str) for data in edges):
        faults.add(
            "It was made with osmnx.settings.all_oneway = True, so the opposite direction of two-way streets is "
            "missing. Make it again with all_oneway = False."
        )
    faults.stop()


def _check_graph_crs(graph: nx.MultiDiGraph, faults: Faults) -> None:
    if "crs" not in graph.graph:
        faults.add('The graph has no CRS. Set graph.graph["crs"], "EPSG:4326" for longitude and latitude.')
        return
    try:
        pyproj.CRS.from_user_input(graph.graph["crs"])
    except pyproj.exceptions.CRSError as fault:
        faults.add(f'The graph\'s CRS {graph.graph["crs"]!r} is unknown ({fault}). Expected for example "EPSG:4326".')


def _is_placed(data: dict[str, Any]) -> bool:
    return all(isinstance(data.get(axis), int | float) and np.isfinite(data[axis]) for axis in "xy")


def _streets(graph: nx.MultiDiGraph) -> list[_Street]:
    """Each edge once: the two directions of a two-way street together, drawn the way OSM draws it."""
    streets: list[_Street] = []
    waiting: dict[Hashable, list[int]] = {}
    for u, v, data in graph.edges(data=True):
        if "highway" not in data:
            continue
        street = _Street([u, v], data, both_ways=False)
        if data.get("oneway") is True:
            streets.append(street)
            continue
        line, ids = _bends(data), _ids(data)
        opposite = waiting.get((v, u, ids, line[::-1].tobytes()))
        if opposite:
            at = opposite.pop()
            drawn = street if streets[at].data.get("reversed") is True else streets[at]
            streets[at] = _Street(drawn.nodes, drawn.data, both_ways=True)
        else:
            waiting.setdefault((u, v, ids, line.tobytes()), []).append(len(streets))
            streets.append(street)
    return streets


def _joined(streets: list[_Street]) -> list[_Street]:
    """Straight pieces of one way put together, end to start, wherever only one piece comes and one goes on."""
    straight = [street for street in streets if "geometry" not in street.data]
    starts, ends = (Counter(street.end_key(at) for street in straight) for at in (0, -1))
    following = {street.end_key(0): street for street in straight if _is_joint(street.end_key(0), starts, ends)}

    def run(first: _Street) -> _Street:
        nodes, last = list(first.nodes), first
        while after := following.pop(last.end_key(-1), None):
            nodes += after.nodes[1:]
            last = after
        return _Street(nodes, first.data, first.both_ways)

    joined = [
        street if "geometry" in street.data else run(street)
        for street in streets
        if "geometry" in street.data or not _is_joint(street.end_key(0), starts, ends)
    ]
    while following:  # only rings are left: begin anywhere
        joined.append(run(following.pop(next(iter(following)))))
    return joined


def _is_joint(key: Hashable, starts: Counter[Hashable], ends: Counter[Hashable]) -> bool:
    return starts[key] == ends[key] == 1


def _ids(data: dict[str, Any]) -> tuple[int, ...]:
    osmid = data["osmid"]
    return tuple(sorted(osmid)) if isinstance(osmid, list) else (osmid,)


def _bends(data: dict[str, Any]) -> Floats:
    """Shape (K, 2): the line's points between its ends, in the graph's CRS."""
    if "geometry" not in data:
        return np.empty((0, 2))
    return shapely.get_coordinates(data["geometry"])[1:-1]


def _degrees(graph: nx.MultiDiGraph, xy: Floats) -> tuple[Floats, Floats]:
    to_degrees = pyproj.Transformer.from_crs(graph.graph["crs"], "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(xy[:, 0], xy[:, 1])
    return lon, lat


def _tags(streets: list[_Street]) -> pd.DataFrame:
    columns = {key: [_text(street.data.get(key)) for street in streets] for key in WAY_TAGS}
    columns["highway"] = [worst_class(text.split(";")) for text in columns["highway"]]
    columns["oneway"] = ["no" if street.both_ways else "yes" for street in streets]
    return pd.DataFrame(columns, dtype="str")


def _notes(graph: nx.MultiDiGraph, streets: list[_Street]) -> tuple[Note, ...]:
    others = [data["osmid"] for *_, data in graph.edges(data=True) if "highway" not in data]
    merged = [street.data for street in streets if ";" in _text(street.data["highway"])]
    alone = [street.data for street in streets if not street.both_ways and street.data.get("oneway") is not True]
    return (
        *noted("topic_roads", "note_edges_not_roads", others),
        *noted("topic_roads", "note_edges_merged", [f"{min(_ids(one))} ({_text(one['highway'])})" for one in merged]),
        *noted("topic_roads", "note_edges_without_opposite", [min(_ids(one)) for one in alone]),
    )


def _text(value: object) -> str:
    """A tag's value as OSM writes it; what OSMnx merged is sorted, because its own order changes from run to run."""
    if isinstance(value, list):
        return ";".join(sorted({_text(one) for one in value}))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or value != value else str(value)


def _node_tags(graph: nx.MultiDiGraph, used: dict[int, int]) -> pd.DataFrame:
    tagged = [node for node in used if not graph.nodes[node].keys().isdisjoint(NODE_TAGS)]
    rows = [[_text(graph.nodes[node].get(key)) for key in NODE_TAGS] for node in tagged]
    return pd.DataFrame(
        rows, columns=list(NODE_TAGS), index=pd.Index([used[n] for n in tagged], dtype="int64"), dtype="str"
    )
