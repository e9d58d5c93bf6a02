"""
One small proposal, made by hand.

A street of four kilometres with two-way traffic, one minute for each kilometre, and a yard that no road leads to:

    A ---- c0 ---- o ---- c1 ---- o ---- c2 ---- o ---- c3 ---- B          c4 (no road)
    people: 100          200           300           400                       50

Station A stands today, B is proposed; the travel budget is 100 s. From A the cells lie at 30, 90, 150, 210 s, from B
at 210, 150, 90, 30 s. So today 300 of 1,050 people are covered, as proposed 1,000.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from shapely import LineString, MultiLineString, Point, box

from siting.hydrants import HydrantCover, HydrantLimits
from siting.network import RoadNetwork
from siting.optimise import Solution
from siting.proposal import Plan, Proposal
from siting.rules import Clock, Finding, Requirement, RuleSet, Situation
from siting.study_area import StudyArea
from siting.tables import Note

CRS = pyproj.CRS("EPSG:32650")
X0, Y0 = 400_000.0, 3_400_000.0
PEOPLE = [100.0, 200.0, 300.0, 400.0, 50.0]
NASTY = "<script>alert(1)</script> `{{ 7 * 7 }}` ${x} </script>"


def street_x(along: float) -> float:
    """The street begins and ends 5 m inside the boundary, so that whoever stands at its ends stands inside."""
    return X0 + 5.0 + 997.5 * along


def metres(west: float, east: float) -> float:
    """Along the street, on the ellipsoid."""
    ends = gpd.GeoSeries([Point(west, Y0 + 500), Point(east, Y0 + 500)], crs=CRS).to_crs("EPSG:4326")
    return float(pyproj.Geod(ellps="WGS84").line_length(ends.x, ends.y))


def network() -> RoadNetwork:
    nodes = np.arange(5)
    return RoadNetwork(
        crs=CRS,
        node_id=nodes + 100,
        x=street_x(nodes),
        y=np.full(5, Y0 + 500.0),
        edge_from=np.arange(4, dtype=np.uint32),
        edge_to=np.arange(1, 5, dtype=np.uint32),
        edge_length_m=np.array([metres(street_x(e), street_x(e + 1)) for e in range(4)]),
        coord_ptr=np.arange(0, 9, 2),
        coords=np.array([[street_x(n), Y0 + 500.0] for e in range(4) for n in (e, e + 1)]),
        forward_ms=np.full(4, 60_000, dtype=np.int32),
        backward_ms=np.full(4, 60_000, dtype=np.int32),
        is_main=np.ones(4, dtype=bool),
        edges=pd.DataFrame(
            {
                "way_id": range(4),
                "highway": ["primary", "primary", "tertiary", "residential"],
                "name": ["Main", NASTY, "", ""],
                "speed_kph": 60.0,
                "has_frontage": True,
                "structure": "",
                "width_m": np.nan,
                "forward_override": np.uint8(0),
                "backward_override": np.uint8(0),
            }
        ),
        profile="hand-made",
    )


def study_area() -> StudyArea:
    squares = [box(X0 + 1000 * i, Y0, X0 + 1000 * (i + 1), Y0 + 1000) for i in range(4)]
    squares.append(box(X0, Y0 + 1000, X0 + 1000, Y0 + 2000))
    cells = gpd.GeoDataFrame(
        {"area_km2": 1.0, "row": [3400, 3400, 3400, 3400, 3401], "col": [400, 401, 402, 403, 400], "place": "urban",
         "cap_km2": np.nan, "unit_id": ["west", "west", "east", "east", "west"]},
        geometry=squares, crs=CRS, index=pd.RangeIndex(5, name="cell_id"),
    )  # fmt: skip
    cells["x"] = [*street_x(np.arange(4) + 0.5), X0 + 500]
    cells["y"] = cells.geometry.centroid.y
    units = gpd.GeoDataFrame(
        {"name": ["West", "东镇"], "level": "township"},
        geometry=[cells.geometry[cells.unit_id == unit].union_all() for unit in ("west", "east")],
        crs=CRS, index=pd.Index(["west", "east"], name="unit_id"),
    )  # fmt: skip
    return StudyArea(
        name="Handmade",
        boundary=cells.geometry.union_all(),
        crs=CRS,
        source_crs=pyproj.CRS("EPSG:4326"),
        cell_m=1000.0,
        buffer_m=1000.0,
        cells=cells,
        adjacency=np.array([[0, 1], [0, 4], [1, 2], [2, 3]]),
        barriers=gpd.GeoDataFrame({"kind": [], "severity": []}, geometry=[], crs=CRS),
        units=units,
    )


def situation(label: str, area: StudyArea, times: dict[str, list[float]], hydrants: HydrantCover) -> Situation:
    """Everything follows from the drives of each open station to the four cells on the street."""
    ids = sorted(times)
    drive = np.array([[*times[site], np.inf] for site in ids])
    best = drive.argmin(axis=0)
    travel = drive.min(axis=0)
    covered = travel <= 100
    cells = pd.DataFrame(
        {
            "people": PEOPLE, "area_km2": 1.0, "place": "urban", "cap_km2": np.nan, "unit_id": area.cells.unit_id,
            "site_id": [ids[b] if np.isfinite(t) else "" for b, t in zip(best, travel, strict=True)],
            "travel_time_s": travel, "response_time_s": travel + 60, "is_covered": covered,
            "depth": (drive <= 100).sum(axis=0),
            "reason": ["" if c else "too_far" if np.isfinite(t) else "no_road"
                       for c, t in zip(covered, travel, strict=True)],
        },
        index=area.cells.index,
    )  # fmt: skip
    stations = pd.DataFrame(
        {"name": [{"A": NASTY, "B": ""}[i] for i in ids], "class": "一级站",
         "status": [{"A": "existing", "B": "proposed"}[i] for i in ids], "turnout_s": 60.0, "travel_budget_s": 100.0,
         "is_inside": True},
        index=pd.Index(ids, name="site_id"),
    )  # fmt: skip
    rows = []
    for site in ids:
        own = cells[cells.site_id == site]
        reached = own.travel_time_s
        rows.append({
            "class": "一级站", "area_km2": own.area_km2.sum(), "cap_km2": 3.0, "is_over_cap": own.area_km2.sum() > 3,
            "people": own.people.sum(), "worst_s": reached.max(), "mean_s": np.average(reached, weights=own.people),
            "share_within": own.area_km2[own.is_covered].sum() / own.area_km2.sum(), "parts": 1,
            "geometry": area.cells.geometry[own.index].union_all(),
        })  # fmt: skip
    districts = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS, index=stations.index)
    units = pd.DataFrame(
        {
            "name": area.units.name, "level": area.units.level,
            "people": cells.groupby("unit_id").people.sum(), "area_km2": cells.groupby("unit_id").area_km2.sum(),
            "people_covered": cells[cells.is_covered].groupby("unit_id").people.sum(),
            "area_covered_km2": cells[cells.is_covered].groupby("unit_id").area_km2.sum(),
        },
    ).reindex(area.units.index).fillna({"people_covered": 0.0, "area_covered_km2": 0.0})  # fmt: skip
    units["share_people"] = units.people_covered / units.people
    units["share_area"] = units.area_covered_km2 / units.area_km2
    units["stations"] = [1, int("B" in ids)]
    return Situation(label, 100.0, cells, stations, districts, units, hydrants)


def facilities() -> dict[str, gpd.GeoDataFrame]:
    metres = gpd.GeoSeries([Point(X0 + 5, Y0 + 500), Point(X0 + 3995, Y0 + 500), Point(X0 + 2000, Y0 + 500)], crs=CRS)
    stations = gpd.GeoDataFrame(
        {
            "Name": ["one", "two", "three"], "fid": [7, 7, 8], "list": [["a", "b"], 3, None], "name": [NASTY, "", ""],
            "kind": "station", "class": "一级站", "role": ["existing", "candidate", "candidate"],
            "turnout_s": [60.0, np.nan, np.nan], "source": "stations.geojson", "reason": "",
            "status": ["existing", "proposed", "candidate"], "edge": [0, 3, 1], "fraction": [0.0, 1.0, 1.0],
            "snap_m": 0.0,
        },
        geometry=metres.to_crs("EPSG:4326").array, index=pd.Index(["A", "B", "C"], name="site_id"),
    )  # fmt: skip
    spots = gpd.GeoSeries([Point(street_x(edge + 0.5), Y0 + 500) for edge in (0, 2, 3)], crs=CRS)
    hydrants = gpd.GeoDataFrame(
        {
            "kind": "hydrant", "class": "", "name": "", "role": "existing", "turnout_s": np.nan, "source": "h.csv",
            "reason": ["", "", "excluded: status is broken"], "status": ["existing", "existing", "not_used"],
            "edge": [0, 2, 3], "fraction": 0.5, "snap_m": 0.0,
        },
        geometry=spots.to_crs("EPSG:4326").array, index=pd.Index(["h1", "h2", "h3"], name="site_id"),
    )  # fmt: skip
    return {"station": stations, "hydrant": hydrants}


def hydrant_cover() -> HydrantCover:
    share = Point(0, 0).buffer(0.15, quad_segs=64).area  # one circle of 150 m inside a cell of 1 km²
    y, (first, second) = Y0 + 500, (street_x(0.5), street_x(2.5))
    ends = [street_x(0), first - 60, first + 60, second - 60, second + 60, street_x(4)]
    spans = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    lines = [LineString([(a, y), (b, y)]) for a, b in spans]
    cut = [(spans[1][0], 401_440.0), (401_440.0, spans[1][1])]  # as a boundary cuts it
    lines[1] = MultiLineString([[(a, y), (b, y)] for a, b in cut])
    gaps = gpd.GeoDataFrame(
        {"length_m": [metres(a, b) for a, b in spans], "highway": "primary", "name": ["Main", "Main", ""]},
        geometry=lines, crs=CRS,
    )  # fmt: skip
    cells = pd.DataFrame({"share_within": [share, 0, share, 0, 0]}, index=pd.RangeIndex(5, name="cell_id"))
    cells["path_m"] = [0.0, 500.0, 0.0, 500.0, np.inf]
    heads = gpd.GeoDataFrame({"structure": [], "name": [], "away_m": [], "has_hydrant": []}, geometry=[], crs=CRS)
    return HydrantCover(
        limits=HydrantLimits(), n_counted=2, n_not_counted=1, cells=cells, share_area=2 * share / 5,
        share_built_up=2 * share / 5, share_people=400 * share / 1050, share_people_path=400 / 1050,
        road_km=metres(street_x(0), street_x(4)) / 1e3, road_km_short=gaps.length_m.sum() / 1e3, gaps=gaps,
        kerb_km=0.0, bare=gaps.iloc[:0].assign(side=""), heads=heads,
    )  # fmt: skip


VALUES = {
    "shortage": {"base": "administrative", "cap_km2": 2.5, "near_suburb_cap_km2": 5.0},
    "district_area": {"place": "urban", "cap_km2": {"一级站": 3.0}, "default_class": "一级站"},
}


def requirement(key: str, kind: str) -> Requirement:
    title = {"zh": "要求", "en": "a requirement"}
    return Requirement(key, kind, title, "4.2.1", "hand-made", "shall", "high", VALUES[kind])


def finding(key: str, kind: str, measured: float, required: float) -> Finding:
    worst = (("A", float("inf")),)
    passed = measured >= required if kind == "shortage" else measured <= required
    return Finding(requirement(key, kind), measured, required, "stations", passed, worst,
                   {"zh": "备注", "en": "remark"})  # fmt: skip


def make_proposal(*, language: str = "en", audit: bool = False) -> Proposal:
    area, hydrants = study_area(), hydrant_cover()
    today = situation("today", area, {"A": [30, 90, 150, 210]}, hydrants)
    proposed = situation("proposed", area, {"A": [30, 90, 150, 210], "B": [210, 150, 90, 30]}, hydrants)
    cells = area.cells.assign(people=PEOPLE, edge=[0, 1, 2, 3, -1], fraction=0.5, snap_m=[0, 0, 0, 0, np.inf])
    solution = Solution("mclp", np.array([0, 1]), 1000.0, 1000.0, "max", "optimal", "brute force", 0.01, 0)
    asked = {"kind": "station", "objective": "mclp", "seed": 0}
    plan = Plan("station", "mclp", ("A",), ("B",), (), solution, 100.0, "people", asked=asked)
    every = facilities()
    if audit:
        every["station"].loc["B", "status"] = "candidate"
    return Proposal(
        name="Handmade",
        language=language,
        area=area,
        network=network(),
        ruleset=RuleSet("hand", {"zh": "标准", "en": "A standard"}, "2026",
                        Clock("order_to_arrival", 160, 0, 60),
                        (requirement("count", "shortage"), requirement("area", "district_area")), "sha256:0"),
        facilities=every,
        demand={"source": "by hand", "unit": "people", "read": 1060.0, "inside": 1050.0, "outside": 10.0},
        cells=cells,
        today=today,
        proposed=today if audit else proposed,
        findings_today=(finding("count", "shortage", 1, 2), finding("area", "district_area", 1, 0)),
        findings_proposed=(
            finding("count", "shortage", 1 if audit else 2, 2),
            finding("area", "district_area", int(audit), 0),
        ),
        plans=() if audit else (plan,),
        notes=(Note("topic_facilities", "note_rows_numbered", 1, ("p1",), {"file": "p.csv"}),),
        provenance={"siting": "0.0", "created": "2026-01-02", "notice": "SYNTHETIC", "attribution": "© nobody",
                    "inputs": [{"role": "roads", "file": "r.osm.pbf", "digest": "sha256:1"}]},
    )  # fmt: skip
