"""Hydrant cover: exact on hand-drawn towns, and against dense sampling where nobody can do it by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.hydrants import DUE, HydrantCover, HydrantLimits, hydrant_cover
from siting.network import RoadNetwork, snap
from siting.network.place import with_place
from siting.study_area import StudyArea

CRS = pyproj.CRS("EPSG:4549")
X0, Y0 = 500_000.0, 3_470_000.0


def street(length_m: float = 1000.0, highway: str = "residential") -> RoadNetwork:
    """One straight edge to the east from (X0, Y0), one-way, since hoses do not ask."""
    return RoadNetwork(
        crs=CRS,
        node_id=np.arange(2),
        x=np.array([X0, X0 + length_m]),
        y=np.full(2, Y0),
        edge_from=np.array([0], dtype=np.uint32),
        edge_to=np.array([1], dtype=np.uint32),
        edge_length_m=np.array([length_m]),
        coord_ptr=np.array([0, 2]),
        coords=np.array([[X0, Y0], [X0 + length_m, Y0]]),
        forward_ms=np.array([60_000], dtype=np.int32),
        backward_ms=np.array([-1], dtype=np.int32),
        is_main=np.array([False]),
        edges=pd.DataFrame(
            {
                "way_id": [1],
                "highway": [highway],
                "name": ["High Street"],
                "speed_kph": [60.0],
                "has_frontage": [True],
                "width_m": [np.nan],
                "structure": [""],
            }
        ),
        profile="hand-made",
    )


def ground(shape: shapely.Geometry, cell_m: float = 500.0) -> StudyArea:
    return StudyArea.from_geometry(gpd.GeoSeries([shape], crs=CRS), cell_m=cell_m, crs=CRS)


def hydrants(plan: list[tuple[float, float]], reason: str | list[str] = "") -> gpd.GeoDataFrame:
    """At metres east and north of (X0, Y0)."""
    x, y = np.array(plan, dtype=np.float64).reshape(-1, 2).T
    ids = pd.Index([f"H{i}" for i in range(len(plan))], name="site_id")
    columns = {"reason": pd.Series(reason, index=ids, dtype=object), "class": ""}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x + X0, y + Y0), crs=CRS)


def covered(
    network: RoadNetwork, area: StudyArea, points: gpd.GeoDataFrame, people: float | np.ndarray = 1.0, **limits: Any
) -> HydrantCover:
    at = snap(network, area.cells.x.to_numpy(), area.cells.y.to_numpy(), 1000.0, main_only=False)
    cells = with_place(area.cells.assign(people=people), at)
    return hydrant_cover(network, area, cells, points, HydrantLimits(**limits))


BOX = shapely.box(X0 - 500, Y0 - 500, X0 + 1500, Y0 + 500)
TOY_BOX = shapely.box(*(toy.ORIGIN[i] + d for d, i in [(-50, 0), (-50, 1), (1650, 0), (1250, 1)]))


def test_one_circle() -> None:
    """One hydrant protects a circle, within the 0.01 % that the polygon for it lacks."""
    found = covered(street(), ground(BOX), hydrants([(500, 0)]))
    assert found.share_area == pytest.approx(math.pi * 150**2 / 2e6, rel=2e-4)
    assert found.share_people == pytest.approx(found.share_area)  # people are spread evenly over equal cells


def test_two_circles_count_their_overlap_once() -> None:
    """The lens between two circles a radius apart, by the textbook formula."""
    found = covered(street(), ground(BOX), hydrants([(500, 0), (650, 0), (650, 0)]))
    lens = 150**2 * (2 * math.pi / 3 - math.sqrt(3) / 2)
    assert found.share_area == pytest.approx((2 * math.pi * 150**2 - lens) / 2e6, rel=2e-4)


def test_people_count_by_the_share_of_their_cell() -> None:
    """A cell inside one circle counts whole; people elsewhere count for nothing."""
    area = ground(shapely.box(X0, Y0, X0 + 200, Y0 + 200), cell_m=100)
    found = covered(street(), area, hydrants([(0, 0)]), people=np.array([30.0, 10.0, 0.0, 0.0]))
    share = found.cells.share_within.to_numpy()
    assert share[0] == 1.0
    assert share[1] == pytest.approx(share[2])
    assert 0.2 < share[1] < 0.5
    assert found.share_people == pytest.approx((30 + 10 * share[1]) / 40)


@pytest.mark.parametrize(
    "plan",
    [
        [(126, 185), (88, 191), (100, 85), (124, 199), (190, 92)],  # pieces that add up to a hair more than the cell
        [(160, 64), (159, 45), (72, 83), (108, 23), (81, 0)],  # and to a hair less
    ],
)
def test_land_covered_by_several_circles_together_is_covered(plan: list[tuple[float, float]]) -> None:
    """No circle holds the cell alone, and together they leave nothing: the share is 1, not 0.9999999999999997."""
    area = ground(shapely.box(X0, Y0, X0 + 200, Y0 + 200), cell_m=200)
    found = covered(street(), area, hydrants(plan))
    assert found.share_area == found.share_people == 1.0


def test_a_street_without_length_counts_for_nothing() -> None:
    """Two nodes in one place: no warning, and the kilometres are those of the other street."""
    both = street()
    both = replace(
        both, edge_from=np.array([0, 0], dtype=np.uint32), edge_to=np.array([1, 0], dtype=np.uint32),
        edge_length_m=np.array([1000.0, 0.0]), coord_ptr=np.array([0, 2, 4]),
        coords=np.vstack([both.coords, both.coords[[0, 0]]]), forward_ms=np.array([60_000, 1], dtype=np.int32),
        backward_ms=np.array([-1, 1], dtype=np.int32), is_main=np.zeros(2, dtype=bool),
        edges=pd.concat([both.edges] * 2, ignore_index=True),
    )  # fmt: skip
    for points in ([(500, 0)], [(0, 0)], []):
        one, two = (covered(network, ground(BOX), hydrants(points)) for network in (street(), both))
        assert (two.road_km, two.road_km_short) == (one.road_km, one.road_km_short)


def test_nobody_lives_there() -> None:
    """Without people there is no share of people."""
    assert math.isnan(covered(street(), ground(BOX), hydrants([(500, 0)]), people=0.0).share_people)


@given(st.lists(st.tuples(st.integers(-600, 1600), st.integers(-600, 600)), min_size=1, max_size=12, unique=True))
@settings(max_examples=20, deadline=None)
def test_radius_against_sampling(plan: list[tuple[float, float]]) -> None:
    """Cell by cell against a lattice of points 5 m apart."""
    area = ground(BOX)
    found = covered(street(), area, hydrants(plan))
    step = 5.0
    for cell, share in zip(area.cells.geometry, found.cells.share_within, strict=True):
        west, south, east, north = cell.bounds
        x, y = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
        away = np.min([np.hypot(x - X0 - px, y - Y0 - py) for px, py in plan], axis=0)
        assert share == pytest.approx(np.mean(away <= 150.0), abs=0.005)


def test_spacing_on_one_street() -> None:
    """Hydrants at 100, 220 and 400 m: 120 m between the first two is no gap, 180 m leaves the middle 60 m."""
    found = covered(street(), ground(BOX), hydrants([(100, 3), (220, -3), (400, 0)]))
    assert found.road_km == pytest.approx(1.0)
    spans = sorted((round(line.bounds[0] - X0, 2), round(line.bounds[2] - X0, 2)) for line in found.gaps.geometry)
    assert spans == [(0.0, 40.0), (280.0, 340.0), (460.0, 1000.0)]
    assert found.gaps.length_m.round(2).sum() == pytest.approx(640.0)
    assert found.road_km_short == pytest.approx(0.640)
    assert found.gaps[["highway", "name"]].iloc[0].tolist() == ["residential", "High Street"]


def test_a_hydrant_reaches_round_the_corner() -> None:
    """One hydrant at a crossing of the toy town serves 60 m of its three streets; the fourth arm is a bridge."""
    area = ground(TOY_BOX)
    place = gpd.points_from_xy(*toy.xy([(800.0, 400.0)]))
    corner = gpd.GeoDataFrame({"reason": [""], "class": ""}, geometry=place, crs=CRS)
    found = covered(toy.network(), area, corner)
    assert found.road_km - found.road_km_short == pytest.approx(3 * 0.060, abs=1e-5)


def test_only_the_part_inside_the_boundary_counts() -> None:
    """Half of the street is outside: neither it nor its gaps are measured."""
    area = ground(shapely.box(X0 - 500, Y0 - 500, X0 + 500, Y0 + 500))
    found = covered(street(), area, hydrants([(480, 0)]))
    assert found.road_km == pytest.approx(0.5)
    assert found.road_km_short == pytest.approx(0.42)


def test_hydrants_set_aside_do_not_count() -> None:
    """Abandoned ones are counted apart, and protect nothing."""
    found = covered(street(), ground(BOX), hydrants([(100, 0), (500, 0)], reason=["ABN: not in use", ""]))
    assert (found.n_counted, found.n_not_counted) == (1, 1)
    assert found.road_km_short == pytest.approx(0.88)
    assert found.share_area == pytest.approx(math.pi * 150**2 / 2e6, rel=2e-4)


def test_no_hydrant_at_all() -> None:
    """Every road is a gap and no land is protected; nothing breaks."""
    for points in (hydrants([]), hydrants([(100, 0)], reason=["broken"])):
        found = covered(street(), ground(BOX), points)
        assert found.share_area == 0.0
        assert found.road_km_short == found.road_km == pytest.approx(1.0)


def test_a_hydrant_off_the_road_is_noted() -> None:
    """It protects land, and stands on no street."""
    found = covered(street(), ground(BOX), hydrants([(500, 31)]))
    assert found.road_km_short == pytest.approx(1.0)
    assert found.share_area > 0
    (note,) = found.notes
    assert (note.count, note.examples) == (1, ("H0",))
    assert "30 m" in note.message("en")


def test_hydrants_come_in_any_crs() -> None:
    """Longitude and latitude give the same as metres."""
    points = hydrants([(100, 0), (300, 10)])
    metres, degrees = (covered(street(), ground(BOX), table) for table in (points, points.to_crs("EPSG:4326")))
    assert degrees.share_area == pytest.approx(metres.share_area)
    assert degrees.road_km_short == pytest.approx(metres.road_km_short, abs=1e-5)


def test_no_road_where_hydrants_are_due() -> None:
    """A motorway asks for none."""
    found = covered(street(highway="motorway"), ground(BOX), hydrants([(100, 0)]))
    assert (found.road_km, found.road_km_short, len(found.gaps)) == (0.0, 0.0, 0)


def is_due(network: RoadNetwork) -> pd.Series:
    """Streets that ask for hydrants: on a bridge none can stand."""
    return network.edges.highway.isin(DUE) & network.edges.has_frontage


def samples(network: RoadNetwork, points: gpd.GeoDataFrame, step_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Places every few metres along the due roads, and how far each is from a hydrant along the road, by networkx."""
    at = snap(network, points.geometry.x.to_numpy(), points.geometry.y.to_numpy(), 30.0, main_only=False)
    ends = list(zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True))
    graph = nx.MultiGraph()
    for edge, (a, b) in enumerate(ends):
        graph.add_edge(a, b, weight=network.edge_length_m[edge])
    stands: dict[int, list[float]] = {}
    for h in np.flatnonzero(at.edge >= 0).tolist():
        (a, b), length = ends[at.edge[h]], network.edge_length_m[at.edge[h]]
        graph.add_edge(f"h{h}", a, weight=at.fraction[h] * length)
        graph.add_edge(f"h{h}", b, weight=(1 - at.fraction[h]) * length)
        stands.setdefault(int(at.edge[h]), []).append(at.fraction[h] * length)
    away = nx.multi_source_dijkstra_path_length(graph, {f"h{h}" for h in np.flatnonzero(at.edge >= 0)})
    places, distances = [], []
    for edge in np.flatnonzero(is_due(network)).tolist():
        length = network.edge_length_m[edge]
        along = np.arange(step_m / 2, length, step_m)
        from_a, from_b = (away.get(node, math.inf) for node in ends[edge])
        own = [np.abs(along - stand) for stand in stands.get(edge, [])]
        distances.append(np.min([from_a + along, from_b + length - along, *own], axis=0))
        line = shapely.LineString(network.coords[network.coord_ptr[edge] : network.coord_ptr[edge + 1]])
        places.append(shapely.line_interpolate_point(line, along / length, normalized=True))
    return np.concatenate(places), np.concatenate(distances)


def assert_gaps_are_where_it_is_far(
    found: HydrantCover, network: RoadNetwork, points: gpd.GeoDataFrame, step_m: float, within: shapely.Geometry
) -> None:
    """Place by place; within 5 cm of the limit either answer is right."""
    places, away_m = samples(network, points, step_m)
    shapely.prepare(within)
    inside = shapely.contains(within, places)
    places, away_m = places[inside], away_m[inside]
    half_m = found.limits.spacing_m / 2
    in_gap = np.zeros(len(places), dtype=bool)
    in_gap[shapely.STRtree(found.gaps.geometry).query(places, predicate="dwithin", distance=1e-3)[0]] = True
    sure = np.abs(away_m - half_m) > 0.05
    assert (in_gap == (away_m > half_m))[sure].all()


@given(st.lists(st.tuples(st.integers(0, 1600), st.sampled_from([0, 400, 800, 1200])), min_size=1, max_size=25))
@settings(max_examples=20, deadline=None)
def test_spacing_against_sampling(plan: list[tuple[float, float]]) -> None:
    """Random hydrants along the toy's streets, several on one edge: against networkx and a place every 2 metres."""
    points = gpd.GeoDataFrame(
        {"reason": "", "class": ""}, index=range(len(plan)), geometry=gpd.points_from_xy(*toy.xy(plan)), crs=CRS
    )
    network = toy.network()
    found = covered(network, ground(TOY_BOX), points)
    due_m = network.edge_length_m[is_due(network)].sum()
    assert found.road_km == pytest.approx(due_m / 1e3)
    assert found.road_km_short == pytest.approx(found.gaps.length_m.sum() / 1e3)
    assert_gaps_are_where_it_is_far(found, network, points, step_m=2.0, within=TOY_BOX)
