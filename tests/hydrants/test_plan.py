"""Plans of hydrants: by hand on one street, exact against the judge on random towns, fewest against another solver."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from siting import toy
from siting.hydrants import HydrantCover, HydrantLimits, HydrantPlan, Standing, hydrant_cover, plan_hydrants
from siting.hydrants.cover import street_positions
from siting.hydrants.question import gaps, question
from siting.hydrants.sites import possible_sites
from siting.hydrants.streets import due_stretches, far_stretches, overlap
from siting.network import RoadNetwork, snap
from siting.network.place import with_place
from siting.optimise import is_covered
from siting.study_area import StudyArea
from tests.hydrants.test_cover import BOX, CRS, TOY_BOX, X0, Y0, ground, is_due, samples, street
from tests.hydrants.test_streets import wide

STRIP = shapely.box(X0 - 5, Y0 - 40, X0 + 1005, Y0 + 40)
"""A street and no land beyond what its own hydrants serve."""


def table(plan: list[tuple[float, float]], **columns: object) -> gpd.GeoDataFrame:
    """Hydrants at metres from (X0, Y0)."""
    x, y = np.array(plan, dtype=np.float64).reshape(-1, 2).T
    ids = pd.Index([f"H{i}" for i in range(len(plan))], name="site_id", dtype=object)
    known = {"reason": "", "class": "", "status": "existing", "role": "existing"}
    return gpd.GeoDataFrame({**known, **columns}, index=ids, geometry=gpd.points_from_xy(x + X0, y + Y0), crs=CRS)


def planned(
    network: RoadNetwork,
    area: StudyArea,
    hydrants: gpd.GeoDataFrame,
    *,
    buildings: gpd.GeoDataFrame | None = None,
    standing: Standing | None = None,
    lots: tuple[int, ...] = (),
    people: float | np.ndarray = 1.0,
) -> tuple[HydrantPlan, HydrantCover]:
    """The plan, and the cover once it stands."""
    at = snap(network, area.cells.x.to_numpy(), area.cells.y.to_numpy(), 1000.0, main_only=False)
    cells = with_place(area.cells.assign(people=people), at)
    standing_today = hydrants[hydrants.status == "existing"]
    cover = hydrant_cover(network, area, cells, standing_today, buildings=buildings)
    plan = plan_hydrants(network, area, cells, hydrants, cover, standing, lots=lots)
    both = pd.concat([standing_today, plan.new.assign(reason="")])
    return plan, hydrant_cover(network, area, cells, both, buildings=buildings)


def test_an_empty_street() -> None:
    """1,000 m need nine hydrants, for eight serve 960 m; then nothing is short."""
    plan, after = planned(street(), ground(STRIP), table([]))
    assert (plan.solution.value, plan.solution.bound, plan.solution.status) == (9.0, 9.0, "optimal")
    assert after.road_km_short == 0.0
    assert len(plan.new) == after.n_counted == 9


def test_what_stands_is_kept() -> None:
    """One for the first 50 m and six for the 710 m beyond the last of today's."""
    plan, after = planned(street(), ground(STRIP), table([(110, 3), (230, -3)]))
    assert plan.solution.value == 7
    assert after.road_km_short == 0.0


def test_nothing_to_do() -> None:
    """Without a gap no hydrant is built."""
    plan, after = planned(street(100), ground(shapely.box(X0, Y0 - 40, X0 + 100, Y0 + 40)), table([(50, 3)]))
    assert plan.new.empty
    assert plan.solution.value == 0
    assert after.n_counted == 1


def test_hydrants_stand_beside_the_kerb() -> None:
    """The street is taken as 7 m wide: 4.5 m from its middle, on its right, and off the ends by the setback."""
    plan, _ = planned(street(), ground(STRIP), table([]))
    y = plan.new.geometry.y.to_numpy() - Y0
    assert y == pytest.approx(-4.5)
    assert (plan.new.geometry.x - X0).between(15, 985).all()
    assert (plan.new.name == "High Street").all()
    assert {note.key for note in plan.notes} == {"note_hydrant_widths"}


def test_walls_keep_hydrants_away() -> None:
    """A wall along the south drives them to the north; a wall on both sides leaves a stretch unserved, and says so."""
    south = shapely.box(X0 - 5, Y0 - 30, X0 + 1005, Y0 - 8)
    built = gpd.GeoDataFrame(geometry=[south], crs=CRS)
    plan, after = planned(street(), ground(STRIP), table([]), buildings=built)
    assert plan.new.geometry.y.to_numpy() - Y0 == pytest.approx(4.5)
    assert shapely.distance(plan.new.geometry.to_numpy(), south).min() >= 5.0
    assert after.road_km_short == 0.0
    north = shapely.box(X0 + 300, Y0 + 8, X0 + 600, Y0 + 30)
    plan, after = planned(
        street(), ground(STRIP), table([]), buildings=gpd.GeoDataFrame(geometry=[south, north], crs=CRS)
    )
    told = {note.key: note.count for note in plan.notes}
    assert told["note_hydrant_walls"] == pytest.approx(31, abs=2)
    assert told["note_hydrant_unserved_street"] >= 1
    assert after.road_km_short * 1000 == pytest.approx(310 - 2 * 60, abs=15)


def test_candidates_of_ones_own() -> None:
    """A required one stands in every plan, an offered one only if it helps, an intake is none for a street."""
    hydrants = table(
        [(500, 3), (505, 3), (700, 3)], status="candidate", role=["required", "candidate", "candidate"],
        **{"class": ["", "", "intake"]},
    )  # fmt: skip
    plan, after = planned(street(), ground(STRIP), hydrants)
    assert "H0" in plan.new.index
    assert not {"H1", "H2"} & set(plan.new.index)
    assert plan.solution.value == 9
    assert after.road_km_short == 0.0


def test_land_far_from_the_street() -> None:
    """A bulge 140 m beside the street asks for a hydrant near it; one at 300 m no hydrant reaches, and it is told."""
    near = STRIP.union(shapely.box(X0 + 480, Y0, X0 + 520, Y0 + 140))
    plan, _ = planned(street(), ground(near, cell_m=20), table([]))
    assert not any("land" in note.key for note in plan.notes)
    assert np.hypot(plan.new.geometry.x - X0 - 500, plan.new.geometry.y - Y0 - 130).min() < 160
    far = STRIP.union(shapely.box(X0 + 480, Y0, X0 + 520, Y0 + 300))
    plan, _ = planned(street(), ground(far, cell_m=20), table([]))
    assert next(note.count for note in plan.notes if note.key == "note_hydrant_unserved_land") > 1


def test_both_sides_of_a_wide_road() -> None:
    """65 m wide: each kerb is served from its own side, and the judge finds no bare kerb."""
    plan, after = planned(wide(65.0), ground(shapely.box(X0 - 5, Y0 - 80, X0 + 1005, Y0 + 80)), table([]))
    side = np.sign(plan.new.geometry.y - Y0)
    assert sorted(side.value_counts()) == [9, 9]
    assert after.road_km_short == 0.0
    assert after.bare.empty


def test_bridge_heads_of_the_toy() -> None:
    """Neither head has a hydrant; the plan gives each one, within 50 m."""
    plan, after = planned(toy.network(), ground(TOY_BOX), table([]), standing=Standing(spacing_m=40))
    assert len(after.heads) == 2
    assert after.heads.has_hydrant.all()
    assert after.road_km_short == 0.0
    assert plan.solution.status == "optimal"


@given(st.lists(st.tuples(st.integers(0, 1600), st.sampled_from([0, 400, 800, 1200])), max_size=30))
@settings(max_examples=15, deadline=None)
def test_rows_are_met_exactly_when_the_judge_finds_no_gap(plan: list[tuple[int, int]]) -> None:
    """Any set of sites on the toy's streets: all rows of the street are served if and only if nothing is short."""
    network, limits = toy.network(), HydrantLimits()
    area = ground(TOY_BOX)
    cells = with_place(area.cells.assign(people=1.0), snap(network, area.cells.x, area.cells.y, 1000.0))
    none = table([])
    left = gaps(network, area, cells, none, hydrant_cover(network, area, cells, none))
    xy = np.array([*possible_sites(network, left.due, limits, Standing(spacing_m=60))[0]])
    every = np.array([np.array(toy.ORIGIN) + place for place in plan]).reshape(-1, 2)
    problem, rows = question(network, left, np.vstack([xy, every]), limits)
    stands = street_positions(network, gpd.GeoSeries(shapely.points(np.vstack([xy, every])), crs=CRS), limits)
    due = due_stretches(network, area.boundary, limits.highway)
    random = np.random.default_rng(len(plan))
    for share in (1.0, 0.9, 0.7):
        chosen = np.flatnonzero(random.random(len(stands)) < share)
        short = overlap(network, due, far_stretches(network, stands.take(chosen), 60.0))
        is_served = is_covered(problem, np.isin(np.arange(len(stands)), chosen))[rows["street"]]
        # A site at 60.002 m is too far for the judge, and within what rounding gives to a row.
        assert is_served.all() == (not (short.length_m > 0.02).any()) or short.length_m.max() < 0.02


def test_as_few_as_another_solver_finds() -> None:
    """Places every metre along the toy's streets, distances by networkx, HiGHS by scipy: between it and 1 m less."""
    network, limits = toy.network(), HydrantLimits()
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    lines = shapely.linestrings(network.coords, indices=edge)[is_due(network).to_numpy()]
    area = ground(shapely.union_all(shapely.buffer(lines, 50)).intersection(TOY_BOX))  # no land inside the blocks
    plan, _ = planned(network, area, table([]), standing=Standing(spacing_m=80))
    due = due_stretches(network, area.boundary, limits.highway)
    xy, _ = possible_sites(network, due, limits, Standing(spacing_m=80))
    away = np.column_stack([samples(network, as_table(place), 2.0)[1] for place in xy])
    heads = np.array([[800.0, 400.0], [800.0, 800.0]]) + toy.ORIGIN
    at_head = np.hypot(*(xy[None, :, :] - heads[:, None, :]).transpose(2, 0, 1)) <= limits.near_m

    def fewest(limit_m: float) -> float:
        rows = sparse.csr_array(np.vstack([away <= limit_m, at_head]).astype(float))
        found = optimize.milp(
            np.ones(len(xy)), integrality=1, bounds=(0, 1), constraints=optimize.LinearConstraint(rows, lb=1)
        )
        return round(found.fun)

    assert fewest(60.0) <= plan.solution.value <= fewest(59.0)


def as_table(place: np.ndarray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy([place[0]], [place[1]]), crs=CRS)


def test_lots_close_most_risk_first() -> None:
    """Most people live in the east: there the first hydrants are built, and each closes less than the one before."""
    area = ground(STRIP, cell_m=100)
    people = np.where(area.cells.x > X0 + 700, 100.0, 1.0)
    plan, _ = planned(street(), area, table([]), lots=(2, 5), people=people)
    assert plan.new.lot.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2]
    assert (np.diff(plan.new.weight_closed) <= 1e-9).all()
    assert (plan.new.geometry.x[:2] > X0 + 700).all()
    due_people = people.sum()
    assert plan.new.weight_closed.sum() == pytest.approx(due_people, rel=0.02)
    assert plan.new.metres_closed.sum() == pytest.approx(1000.0)


def test_the_same_twice() -> None:
    """The same town gives the same plan, id for id."""
    first, second = (planned(toy.network(), ground(TOY_BOX), table([]))[0] for _ in range(2))
    assert first.new.drop(columns="geometry").equals(second.new.drop(columns="geometry"))
    assert first.new.geometry.equals(second.new.geometry)


def test_new_ids_avoid_those_taken() -> None:
    """A plan of last year read back as existing does not clash with this year's."""
    hydrants = table([(500, 3)]).set_axis(pd.Index(["NH00001"], name="site_id"))
    plan, _ = planned(street(), ground(STRIP), hydrants)
    assert "NH00001" not in plan.new.index
    assert plan.new.index.is_unique


def test_own_limits() -> None:
    """Another spacing, another number: 250 m apart four hydrants serve 1,000 m."""
    area = ground(BOX.intersection(STRIP))
    network = street()
    at = snap(network, area.cells.x.to_numpy(), area.cells.y.to_numpy(), 1000.0, main_only=False)
    cells = with_place(area.cells.assign(people=1.0), at)
    cover = hydrant_cover(network, area, cells, table([]), replace(HydrantLimits(), spacing_m=250.0))
    assert plan_hydrants(network, area, cells, table([]), cover, Standing(spacing_m=5)).solution.value == 4
