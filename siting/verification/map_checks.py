"""Judged maps of districts, planned and redrawn: which districts break each clause, by polygons and drives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.verification.claim import Claim, column, number, rows, same
from siting.verification.covering import Covering
from siting.verification.sum_checks import class_cap, district_place, full_at
from siting.verification.written import Written, counted, people_of

CONSTRUCTION_LAND = ("urban", "near_suburb")
SLIVER_M = 10.0
"""What is nowhere wider is a slip of the pen."""
HALF_WIDTH_M = 15.0
"""On either side of a barrier's line: its own ground."""
OUTSIDE_M = 50.0
"""How far outside its district a station may stand."""
SUPPORT = "战勤保障站"
_ROUNDING_S = 5e-4


@dataclass(frozen=True, eq=False)
class Map:
    """
    One judged map.

    Attributes
    ----------
    name
        ``"planned"`` or ``"redrawn"``.
    districts
        Index `site_id`: the polygons, with the class of the station and the clauses each is said to break.
    cells
        The land cells with site_id, the district that holds the inner point ("" for none).
    written, covers
        The proposal, and drives from every station of the map.
    """

    name: str
    districts: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    written: Written
    covers: Covering


Broken = tuple[set[str], set[str]]
"""Districts that break a clause for certain, and all that may: a drive at the very budget may count either way."""


def check_maps(written: Written, covers: Covering) -> Iterator[Claim]:
    """Every clause of the planned map, and of today's districts redrawn where they were asked for."""
    for name in ("planned", "redrawn"):
        if f"districts_{name}" in written.layers:
            yield from _check_map(Map(name, *laid(written, name), written, covers))


def check_held(written: Written) -> Iterator[Claim]:
    """Who lives in each district of every judged map; of a cell that a border cuts, by the share of its land."""
    cells = written.layers["cells"]
    land = cells.geometry.to_numpy()
    for name in ("drawn", "redrawn", "planned"):
        if f"districts_{name}" not in written.layers:
            continue
        districts = written.layers[f"districts_{name}"].set_index("site_id")
        cell, holder = districts.sindex.query(land, predicate="intersects")
        shared = shapely.area(shapely.intersection(land[cell], districts.geometry.to_numpy()[holder]))
        for who in counted(cells):
            theirs = (shared / shapely.area(land[cell])) * cells[who].to_numpy(dtype=np.float64)[cell]
            held = np.bincount(holder, theirs, len(districts))
            yield column(f"{name} districts.{who}", districts.index, districts[who], held, 1e-2)


def counted_land(
    districts: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, reading: str, limits: list[dict[str, Any]]
) -> tuple[pd.Series, pd.Series]:
    """By site_id: the land of each district of a map that counts against its cap by this reading, and the cap."""
    place = pd.Series({site: district_place(own) for site, own in cells.groupby("site_id") if site}, dtype=object)
    cap_km2 = pd.Series(np.nan, districts.index)
    for values in reversed(limits):
        own_km2 = districts["class"].map(lambda own, values=values: class_cap(own, values))
        cap_km2 = own_km2.where(place.reindex(districts.index) == values["place"], cap_km2)
    land = cells[cells["place"].isin(CONSTRUCTION_LAND) | (reading == "all")]
    km2 = land.groupby("site_id").area_km2.sum().reindex(districts.index, fill_value=0.0)
    return km2, full_at(land, cap_km2)


def laid(written: Written, name: str) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The districts of a map, and the cells with the one that holds the inner point of each."""
    districts = written.layers[f"districts_{name}"].set_index("site_id")
    cells = written.layers["cells"]
    point, holder = districts.sindex.query(shapely.points(cells.x, cells.y), predicate="intersects")
    site_id = pd.Series("", cells.index, dtype=object)
    site_id.iloc[point[::-1]] = districts.index[holder[::-1]]
    return districts, cells.assign(site_id=site_id)


def _check_map(drawn: Map) -> Iterator[Claim]:
    name = drawn.name
    table = drawn.written.layers[f"table_{name}_clauses"]
    told = pd.DataFrame(drawn.written.summary["district_plan"][name]["clauses"])
    yield same(f"{name} districts: clauses", told["id"].tolist(), table.requirement_id.tolist())
    if name == "planned":
        by_column = drawn.cells.district_site_id.fillna("")
        yield rows("planned districts: the cells of each lie in it", drawn.cells.cell_id, by_column,
                   drawn.cells.site_id, by_column != drawn.cells.site_id)  # fmt: skip
    yes_no = told["passed"].map({True: "yes", False: "no"}).fillna("")
    yield same(f"{name} districts: passed", yes_no.tolist(), table.passed.fillna("").tolist())
    values = {row["requirement_id"]: row["values"] for row in drawn.written.summary["findings"]}
    for row in table.itertuples():
        own = f"{name} districts, {row.requirement_id}"
        said = set(drawn.districts.index[drawn.districts.broken.fillna("").map(
            lambda ids, clause=row.requirement_id: clause in ids.split("; "))])  # fmt: skip
        if row.kind == "nothing_left_out":
            left_km2 = _left_out_km2(drawn)
            yield number(f"{own}: km² left out", row.measured, left_km2, 1e-4 * max(1.0, left_km2))
            continue
        surely, perhaps = CLAUSES[row.kind](drawn, {"id": row.requirement_id, **values.get(row.requirement_id, {})})
        yield Claim(f"{own}: broken by", sorted(said), sorted(perhaps), surely <= said <= perhaps)
        yield same(f"{own}: passed", row.passed == "no", bool(said))
        if row.unit == "districts" and row.passed:
            yield number(f"{own}: districts", row.measured, float(len(said)))


def _left_out_km2(drawn: Map) -> float:
    """Land that needs a station and is in no district, without what is nowhere wider than a sliver."""
    land = drawn.cells[_required(drawn.cells) & (drawn.cells.site_id == "")]
    return float(shapely.area(_wide(shapely.get_parts(land.geometry.union_all()))).sum()) / 1e6


def _overlap(drawn: Map, _values: dict[str, Any]) -> Broken:
    shapes, ids = drawn.districts.geometry.to_numpy(), drawn.districts.index.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    shared = [i != j and len(_wide(shapely.get_parts(shapely.intersection(shapes[i], shapes[j])))) > 0
              for i, j in zip(a, b, strict=True)]  # fmt: skip
    return _certain(set(ids[a[np.array(shared, dtype=bool)]]))


def _in_pieces(drawn: Map, _values: dict[str, Any]) -> Broken:
    pieces = drawn.districts.geometry.map(lambda shape: len(_wide(shapely.get_parts(shape))))
    return _certain(set(drawn.districts.index[pieces > 1]))


def _across(drawn: Map, values: dict[str, Any]) -> Broken:
    """Land of a district that a barrier parts from the land beside its station."""
    barriers = drawn.written.layers.get("barriers")
    if barriers is None:
        return set(), set()
    standing = barriers.geometry[barriers.severity == str(values["id"]).rsplit("-", 1)[1]].to_crs(drawn.districts.crs)
    is_line = standing.geom_type.str.endswith("LineString").to_numpy()
    ground = shapely.union_all(shapely.buffer(standing.to_numpy(), np.where(is_line, HALF_WIDTH_M, 0.0)))
    homes = _homes(drawn)
    strip_m = drawn.written.summary["study_area"]["cell_m"]
    return _certain(
        {site for site, shape in drawn.districts.geometry.items() if _is_parted(shape, homes[site], ground, strip_m)}
    )


def _is_parted(shape: shapely.Geometry, home: shapely.Point, ground: shapely.Geometry, strip_m: float) -> bool:
    """Whether the piece of the district nearest to the station, cut by the ground of barriers, loses land that way."""
    pieces = shapely.get_parts(shape)
    free = [shapely.get_parts(shapely.difference(piece, ground)) for piece in pieces]
    nearest_m = [shapely.distance(parts, home).min(initial=np.inf) for parts in free]
    parts = free[int(np.argmin(nearest_m))]
    away = parts[shapely.distance(parts, home) > min(nearest_m)]
    return bool((~shapely.is_empty(shapely.buffer(away, -strip_m / 2))).any())


def _outside(drawn: Map, _values: dict[str, Any]) -> Broken:
    away_m = drawn.districts.geometry.distance(_homes(drawn))
    return _certain(set(drawn.districts.index[away_m > OUTSIDE_M]))


def _late(drawn: Map, values: dict[str, Any]) -> Broken:
    """Districts with land that needs a station and is not reached in time; none is said to where enough are."""
    there = np.flatnonzero((drawn.cells.site_id != "") & _required(drawn.cells) & (drawn.cells.edge >= 0))
    site_id = drawn.cells.site_id.to_numpy()[there]
    own = drawn.covers.sites.index.get_indexer(site_id)
    budget_s = drawn.covers.budget_s[own] + _ROUNDING_S
    surely, perhaps = (site_id[drives[own, there] > budget_s] for drives in (drawn.covers.least_s, drawn.covers.most_s))
    return set(surely) if values.get("share", 1.0) == 1.0 else set(), set(perhaps)


def _large(drawn: Map, values: dict[str, Any]) -> Broken:
    reading = drawn.written.summary["district_plan"]["land"]
    km2, cap_km2 = counted_land(drawn.districts, drawn.cells, reading, [values])
    return _certain(set(km2.index[km2 > cap_km2 * (1 + 1e-6)]))


def _alone(drawn: Map, values: dict[str, Any]) -> Broken:
    """Districts of small stations that touch no other of a full one over more than a sliver's width."""
    shapes = drawn.districts.geometry
    hosts = shapes[drawn.districts["class"].isin(values["neighbours"])]
    asked = shapes[drawn.districts["class"].isin(values["classes"])]
    shared = {
        site: shapely.intersection(hosts.drop(site, errors="ignore").to_numpy(), own) for site, own in asked.items()
    }
    return _certain({site for site, lines in shared.items() if not (shapely.length(lines) > SLIVER_M).any()})


def _supporting(drawn: Map, _values: dict[str, Any]) -> Broken:
    return _certain(set(drawn.districts.index[drawn.districts["class"] == SUPPORT]))


def _crowded(drawn: Map, values: dict[str, Any]) -> Broken:
    living = people_of(drawn.cells).groupby(drawn.cells.site_id).sum()
    people = living.reindex(drawn.districts.index, fill_value=0.0)
    return _certain(set(people.index[people > values["people"] * (1 + 1e-9)]))


CLAUSES: dict[str, Callable[[Map, dict[str, Any]], Broken]] = {
    "nothing_twice": _overlap,
    "connected": _in_pieces,
    "crosses_barrier": _across,
    "holds_station": _outside,
    "district_time": _late,
    "district_area": _large,
    "class_adjacency": _alone,
    "no_district": _supporting,
    "people_per_station": _crowded,
}
"""By the kind of clause: which districts break it."""


def _certain(broken: set[Any]) -> Broken:
    return broken, broken


def _required(cells: gpd.GeoDataFrame) -> pd.Series:
    """Land that needs a station: construction land, or all land where none is classed so."""
    required = cells["place"].isin(CONSTRUCTION_LAND)
    return required if required.any() else required | True


def _homes(drawn: Map) -> gpd.GeoSeries:
    stations = drawn.written.layers["stations"].set_index("site_id").to_crs(drawn.districts.crs)
    return stations.geometry.loc[drawn.districts.index]


def _wide(parts: np.ndarray) -> np.ndarray:
    """The polygons that are anywhere wider than a sliver."""
    areal = parts[shapely.area(parts) > 0]
    return areal[~shapely.is_empty(shapely.buffer(areal, -SLIVER_M / 2))]
