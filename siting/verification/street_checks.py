"""
Hydrants along streets, measured again: kilometres due and short, bare kerbs, bridge heads, buildings.

Streets are cut at every hydrant, and scipy's Dijkstra gives the way from each cut to the nearest one; what a piece
lacks in its middle follows from its two ends. Shortfalls on the edge of the built-up ground are cut off by drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from siting.verification.claim import Claim, number, same
from siting.verification.written import STANDING, Written

Floats = NDArray[np.float64]
_SNAP_M, _KERB_M = 30.0, 2.0
_KM = 2e-3
"""Kilometres may stray so far: pieces are cut by drawing, and ways to nodes are whole millimetres."""
CRANES = ("crane", "水鹤", "消防水鹤")
NO_HYDRANT = ("intake", "pool", "suction_point", "取水口", "取水点", "消防水池", "消防取水码头", *CRANES)
"""Classes of rows that serve no street."""
MAIN = ("trunk", "primary", "secondary")


def check_streets(written: Written, label: str, told: dict[str, Any]) -> Iterator[Claim]:
    """Every figure of streets, kerbs, heads and buildings of one state."""
    rules, roads = written.summary["hydrant_rules"], _roads(written)
    hydrants = counted_hydrants(written, label)
    streets = hydrants[~hydrants["class"].fillna("").isin(NO_HYDRANT)]
    ground = due_ground(written)
    due = _is_due(roads, rules["highway"])
    yield number(f"hydrants, road_km, {label}", told["road_km"], _km_on(roads, due, ground), _KM)
    gaps = far_pieces(roads, streets, rules["spacing_m"] / 2.0)
    short_km = _km_on(gaps, gaps.edge.isin(roads.index[due]).to_numpy(), ground)
    yield number(f"hydrants, road_km_short, {label}", told["road_km_short"], short_km, _KM + 1e-3 * short_km)
    name = "hydrant_gaps_today" if label == "today" and "hydrant_gaps_today" in written.layers else "hydrant_gaps"
    yield number(f"layer {name}", float(written.layers[name].length_m.sum()) / 1e3, short_km, _KM + 1e-3 * short_km)
    yield from _heads(written, label, told, roads, streets, ground)
    yield from _kerbs(told, label, roads[due], streets, ground, rules)
    if told["crane_km"] is not None:
        yield from _cranes(written, label, told, roads, hydrants)
    yield from _buildings(written, label, told, hydrants)


def counted_hydrants(written: Written, label: str) -> gpd.GeoDataFrame:
    """Hydrants, intakes and cranes that stand in one state, without a reason against them, in the metric CRS."""
    table = written.layers["hydrants"].to_crs(written.layers["cells"].crs)
    return table[(table.reason.fillna("") == "") & table.status.isin(STANDING[label])]


def due_ground(written: Written) -> shapely.Geometry:
    """Built-up cells, or the whole study area where all cells are."""
    cells = written.layers["cells"]
    built_up = cells.place.isin(written.summary["hydrant_rules"]["places"])
    return written.layers["boundary"].union_all() if built_up.all() else cells.geometry[built_up].union_all()


def far_pieces(roads: gpd.GeoDataFrame, hydrants: gpd.GeoDataFrame, limit_m: float) -> gpd.GeoDataFrame:
    """What of each road is farther than the limit from every hydrant along the road: edge, length_m, geometry."""
    at = _on_street(roads, hydrants)
    cuts = pd.concat(
        [pd.DataFrame({"edge": roads.index, "m": 0.0, "node": roads.from_node.to_numpy()}),
         pd.DataFrame({"edge": roads.index, "m": roads.length_m.to_numpy(), "node": roads.to_node.to_numpy()}),
         at.assign(node=-1)]
    ).sort_values(["edge", "m"], kind="stable", ignore_index=True)  # fmt: skip
    is_hydrant = (cuts.node < 0).to_numpy()
    n_nodes = int(max(roads.from_node.max(), roads.to_node.max())) + 1
    node = np.where(is_hydrant, n_nodes, cuts.node.to_numpy())  # every hydrant is the one source
    edge, m = cuts.edge.to_numpy(), cuts.m.to_numpy()
    piece = np.flatnonzero(edge[1:] == edge[:-1])
    tail, head, long_m = node[piece], node[piece + 1], m[piece + 1] - m[piece]
    away_m = _from_source(tail, head, long_m, n_nodes)
    covered = [np.clip(limit_m - away_m[ends], 0.0, long_m) for ends in (tail, head)]
    bare_m = long_m - covered[0] - covered[1]
    keep = bare_m > 5e-3
    whole_m = roads.length_m.reindex(edge[piece]).to_numpy()
    low, high = (m[piece] + covered[0])[keep] / whole_m[keep], (m[piece + 1] - covered[1])[keep] / whole_m[keep]
    lines = [
        shapely.ops.substring(line, a, b, normalized=True)
        for line, a, b in zip(roads.geometry.reindex(edge[piece][keep]), low, high, strict=True)
    ]
    return gpd.GeoDataFrame({"edge": edge[piece][keep], "length_m": bare_m[keep]}, geometry=lines, crs=roads.crs)


def _from_source(tail: Floats, head: Floats, long_m: Floats, source: int) -> Floats:
    """Metres from the source to each node; of several pieces between two nodes the shortest."""
    ends = pd.DataFrame({"a": np.minimum(tail, head), "b": np.maximum(tail, head), "m": np.maximum(long_m, 1e-6)})
    least = ends[ends.a != ends.b].groupby(["a", "b"]).m.min()
    low, high = (least.index.get_level_values(level).to_numpy() for level in ("a", "b"))
    graph = sparse.csr_array((least.to_numpy(), (low, high)), shape=(source + 1, source + 1))
    away: Floats = csgraph.dijkstra(graph, directed=False, indices=[source])[0]
    return away


def _on_street(roads: gpd.GeoDataFrame, hydrants: gpd.GeoDataFrame) -> pd.DataFrame:
    """Edge and metres along it of the nearest street with frontage, within 30 m or the kerb of a wide one."""
    streets = roads[roads.has_frontage.astype(bool)]
    points = hydrants.geometry.to_numpy()
    place, row = (
        shapely.STRtree(streets.geometry.to_numpy()).query_nearest(points, all_matches=False)
        if len(streets) and len(points)
        else (np.empty(0, int), np.empty(0, int))
    )
    own, points = streets.iloc[row], points[place]
    lines = own.geometry.to_numpy()
    most_m = np.maximum(_SNAP_M, own.kerb_m.to_numpy() / 2.0 + _KERB_M)
    near = shapely.distance(lines, points) <= most_m
    along = shapely.line_locate_point(lines, points, normalized=True) * own.length_m.to_numpy()
    return pd.DataFrame({"edge": own.index.to_numpy()[near], "m": along[near]})


def _roads(written: Written) -> gpd.GeoDataFrame:
    """The roads by edge, with kerb_m: kerb to kerb, by the tag or as usual for the class."""
    roads = written.layers["roads"].set_index("edge", drop=False).rename_axis(None)
    usual = roads.highway.map(written.summary["hydrant_rules"]["widths_m"]).astype("float64").fillna(7.0)
    return roads.assign(kerb_m=roads.width_m.astype("float64").fillna(usual))


def _is_due(roads: gpd.GeoDataFrame, highway: list[str]) -> NDArray[np.bool_]:
    return (roads.highway.isin(highway) & roads.has_frontage.astype(bool)).to_numpy()


def _km_on(lines: gpd.GeoDataFrame, which: NDArray[np.bool_], ground: shapely.Geometry) -> float:
    """Kilometres of these lines on the ground, in metres of the road."""
    chosen = lines[which & (lines.geometry.length > 0).to_numpy()]
    shapely.prepare(ground)
    drawn = chosen.geometry.to_numpy()
    inside = np.where(shapely.contains_properly(ground, drawn), 1.0, 0.0)
    crossing = np.flatnonzero((inside == 0.0) & shapely.intersects(ground, drawn))
    # Cut only by the ground around each line: all of it is one shape with every cell's corner in it.
    around = shapely.clip_by_rect
    for i in crossing:
        near = around(ground, *shapely.buffer(shapely.box(*drawn[i].bounds), 1.0).bounds)
        inside[i] = shapely.intersection(near, drawn[i]).length / drawn[i].length
    return float((inside * chosen.length_m.to_numpy()).sum()) / 1e3


def _heads(
    written: Written,
    label: str,
    told: dict[str, Any],
    roads: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    ground: shapely.Geometry,
) -> Iterator[Claim]:
    """Ends of bridges and tunnels: nodes where a street with the structure meets a road without."""
    rules = written.summary["hydrant_rules"]
    structure = roads.structure.fillna("")
    points: list[shapely.Point] = []
    for what in ("bridge", "tunnel"):
        on = roads[(structure == what) & roads.highway.isin(rules["highway"])]
        off = roads[~roads.index.isin(on.index)]
        others = {*off.from_node, *off.to_node}
        ends = {}
        for node, line, end in (*zip(on.from_node, on.geometry, [0] * len(on), strict=True),
                                *zip(on.to_node, on.geometry, [-1] * len(on), strict=True)):  # fmt: skip
            if node in others:
                ends[node] = shapely.get_point(line, end)
        points += [point for point in ends.values() if point.distance(ground) <= rules["near_m"]]
    places = np.array(points, dtype=object)
    near = np.zeros(len(places), dtype=bool)
    if len(places) and len(streets):
        tree = shapely.STRtree(streets.geometry.to_numpy())
        near[tree.query(places, predicate="dwithin", distance=rules["near_m"])[0]] = True
    yield number(f"bridge heads and portals, {label}", told["n_heads"], len(places))
    yield same(f"bridge heads and portals of the layer, {label}", len(written.layers["hydrant_heads"]), len(places))
    yield number(f"bridge heads and portals without a hydrant, {label}", told["n_heads_without"], int((~near).sum()))


def _kerbs(
    told: dict[str, Any],
    label: str,
    due: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    ground: shapely.Geometry,
    rules: dict[str, Any],
) -> Iterator[Claim]:
    """Kerbs of wide roads and what of them no circle around a hydrant touches, by points 0.5 m apart."""
    wide = due[due.kerb_m > rules["wider_m"]]
    pieces = gpd.GeoDataFrame(
        wide.drop(columns="geometry"), geometry=shapely.intersection(wide.geometry.to_numpy(), ground), crs=due.crs
    )
    pieces = pieces.explode(index_parts=False)
    pieces = pieces[pieces.geometry.length > 0]
    sides = [shapely.offset_curve(pieces.geometry.to_numpy(), sign * pieces.kerb_m.to_numpy() / 2) for sign in (1, -1)]
    lines = np.concatenate(sides)
    km = float(shapely.length(lines).sum()) / 1e3
    yield number(f"kerbs of wide roads, {label}", told["kerb_km"], km, _KM)
    near_m = math.hypot(rules["spacing_m"] / 2.0, _KERB_M)
    bare_m = 0.0
    for line in lines:
        steps = np.arange(0.25, line.length, 0.5)
        points = shapely.line_interpolate_point(line, steps)
        tree = shapely.STRtree(points)
        hit = np.zeros(len(points), dtype=bool)
        hit[tree.query(streets.geometry.to_numpy(), predicate="dwithin", distance=near_m)[1]] = True
        bare_m += line.length * float((~hit).mean()) if len(points) else 0.0
    yield number(f"bare kerbs, {label}", told["kerb_km_short"], bare_m / 1e3, _KM + 0.01 * km)


def _cranes(
    written: Written, label: str, told: dict[str, Any], roads: gpd.GeoDataFrame, hydrants: gpd.GeoDataFrame
) -> Iterator[Claim]:
    """Main roads, and what of them is too far from a filling crane."""
    boundary = written.layers["boundary"].union_all()
    main = _is_due(roads, list(MAIN))
    yield number(f"main roads, {label}", told["crane_km"], _km_on(roads, main, boundary), _KM)
    cranes = hydrants[hydrants["class"].fillna("").isin(CRANES)]
    far = far_pieces(roads, cranes, written.summary["hydrant_rules"]["crane_spacing_m"] / 2.0)
    short_km = _km_on(far, far.edge.isin(roads.index[main]).to_numpy(), boundary)
    yield number(f"main roads short of cranes, {label}", told["crane_km_short"], short_km, _KM + 1e-3 * short_km)


def _buildings(written: Written, label: str, told: dict[str, Any], hydrants: gpd.GeoDataFrame) -> Iterator[Claim]:
    if "hydrant_buildings" not in written.layers:
        return
    outlines = written.layers["hydrant_buildings"].geometry.to_numpy()
    own = hydrants["radius_m"] if "radius_m" in hydrants else pd.Series(math.nan, index=hydrants.index)
    radius_m = own.astype("float64").fillna(told["radius_m"]).to_numpy()
    hit = shapely.STRtree(outlines).query(hydrants.geometry.to_numpy(), predicate="dwithin", distance=radius_m)[1]
    yield number(f"buildings, {label}", told["n_buildings"], len(outlines))
    yield number(f"buildings outside the radius, {label}", told["n_buildings_outside"], len(outlines) - len(set(hit)))
