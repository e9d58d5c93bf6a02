"""Measuring the toy town gives what its table of driving times says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siting import toy
from siting.errors import InputError
from siting.hydrants import HydrantLimits
from siting.rules import RuleSet, Situation, combine, hydrant_limits, load_rules, measure
from tests.partition import is_partition
from tests.rules import handmade


@pytest.fixture(scope="module")
def jb152() -> RuleSet:
    return load_rules("cn-jb152-2017")


def measured(ruleset: RuleSet, *names: str, **columns: object) -> Situation:
    ground = handmade.area()
    return measure(
        "today", toy.network(), ground, handmade.cells(ground), handmade.stations(*names, **columns), ruleset
    )


def test_first_due_times_and_reasons(jb152: RuleSet) -> None:
    """S is first at d1 and d2, N at d3 to d5, nobody at d6: straight from the toy's table."""
    now = measured(jb152, "S", "N", "E")
    assert now.travel_budget_s == 240.0
    assert now.cells.site_id.tolist() == ["S", "S", "N", "N", "N", ""]
    assert now.cells.travel_time_s.tolist() == [18.0, 90.0, 72.0, 54.0, 108.0, np.inf]
    assert now.cells.response_time_s.tolist() == [78.0, 150.0, 132.0, 114.0, 168.0, np.inf]
    assert now.cells.depth.tolist() == [3, 3, 3, 2, 2, 0]
    assert now.cells.reason.tolist() == ["", "", "", "", "", "no_road"]
    assert now.share_people == pytest.approx(0.95)
    assert now.share_area == pytest.approx(5 / 6)


def test_own_turnout_shortens_the_drive_and_moves_the_border(jb152: RuleSet) -> None:
    """S turns out in 100 s, E in the clock's 60: d3 goes to E although S drives there faster; d4, d5 are too far."""
    now = measured(jb152, "S", "E", turnout_s=[100.0, np.nan])
    assert now.stations.turnout_s.tolist() == [100.0, 60.0]
    assert now.stations.travel_budget_s.tolist() == [200.0, 240.0]
    assert now.cells.site_id.tolist() == ["S", "S", "E", "E", "E", ""]
    assert now.cells.response_time_s.tolist() == [118.0, 190.0, 222.0, 312.0, 330.0, np.inf]
    assert now.cells.depth.tolist() == [2, 2, 2, 0, 0, 0]
    assert now.cells.reason.tolist() == ["", "", "", "too_far", "too_far", "no_road"]
    turned = measured(jb152, "E", "S", turnout_s=[np.nan, 100.0])
    assert turned.cells.reason.tolist() == now.cells.reason.tolist()


def test_a_tie_goes_to_the_lower_id(jb152: RuleSet) -> None:
    """Two engines in one house: however the table is sorted, the lower id answers everywhere it can."""
    house = handmade.stations("S", "N").assign(edge=7, fraction=0.5, snap_m=0.0)
    ground = handmade.area()
    for order in (["S", "N"], ["N", "S"]):
        now = measure("today", toy.network(), ground, handmade.cells(ground), house.loc[order], jb152)
        assert set(now.cells.site_id[now.cells.travel_time_s < np.inf]) == {"N"}
        assert now.districts.index.tolist() == order


def test_covered_is_reached_by_somebody(jb152: RuleSet) -> None:
    """Whoever is first due covers a cell exactly when anybody does, also where a turnout leaves odd milliseconds."""
    for turnout in ([100.0, np.nan, 30.0], [298.999, 299.1, 281.999], [400.0, 400.0, 400.0], [60.001, 74.003, 182.999]):
        now = measured(jb152, "S", "N", "E", turnout_s=turnout)
        assert (now.cells.is_covered == (now.cells.depth > 0)).all(), turnout
        assert (now.cells.is_covered == (now.cells.reason == "")).all(), turnout


def test_districts(jb152: RuleSet) -> None:
    """Areas, people and times by station; E is first due nowhere and stays in the table."""
    now = measured(jb152, "S", "N", "E")
    table = now.districts
    assert table.columns[:5].tolist() == ["class", "area_km2", "cap_km2", "is_over_cap", "people"]
    assert table.index.tolist() == ["S", "N", "E"]
    assert table.area_km2.tolist() == [2.0, 3.0, 0.0]
    assert table.people.tolist() == [500.0, 450.0, 0.0]
    assert table.worst_s.tolist()[:2] == [90.0, 108.0]
    assert table.mean_s["S"] == pytest.approx((300 * 18 + 200 * 90) / 500)
    assert table.cap_km2.tolist()[:2] == [7.0, 7.0]
    assert np.isnan(table.cap_km2["E"])
    assert not table.is_over_cap.any()
    assert is_partition(table, handmade.area().cells.geometry.iloc[:5].union_all())


def test_units_add_up(jb152: RuleSet) -> None:
    """People and stations of the grid units: all three stations stand in the two western squares."""
    units = measured(jb152, "S", "N", "E").units
    assert units.people.tolist() == [600.0, 400.0]
    assert units.people_covered.tolist() == [600.0, 350.0]
    assert units.share_area.tolist() == pytest.approx([1.0, 2 / 3])
    assert units.stations.tolist() == [3, 0]


def test_stations_where_units_overlap_count_once(jb152: RuleSet) -> None:
    """As cells do: for the first unit."""
    ground = handmade.area()
    whole = ground.units.assign(geometry=ground.boundary)
    now = measure(
        "today", toy.network(), replace(ground, units=whole), handmade.cells(ground), handmade.stations("S", "N"), jb152
    )
    assert now.units.stations.tolist() == [2, 0]


def test_without_stations_nobody_is_covered(jb152: RuleSet) -> None:
    """An area that has no station yet is measured like any other."""
    now = measured(jb152)
    assert now.share_people == 0.0
    assert now.cells.reason.tolist() == ["unreachable"] * 5 + ["no_road"]
    assert now.districts.empty


def test_station_without_a_road_reaches_nothing(jb152: RuleSet) -> None:
    """It stays in every table."""
    ground = handmade.area()
    lost = handmade.stations("S", "N").assign(edge=[-1, 7], fraction=[np.nan, 0.5], snap_m=[np.inf, 0.0])
    now = measure("today", toy.network(), ground, handmade.cells(ground), lost, jb152)
    assert now.districts.area_km2["S"] == 0.0
    assert now.stations.index.tolist() == ["S", "N"]


def test_a_rule_set_without_clock_is_refused_by_name() -> None:
    """The message names the rule sets that do count seconds."""
    with pytest.raises(InputError, match=r"cn-gb50974-2014 counts no seconds.*cn-jb152-2017.*nfpa-1710"):
        measured(load_rules("cn-gb50974-2014"), "S")


def test_hydrant_limits_come_from_the_rules(jb152: RuleSet) -> None:
    """150 and 120 m by GB 50974-2014, and the same where nothing is said."""
    water = load_rules("cn-gb50974-2014")
    assert hydrant_limits(combine([jb152, water])) == HydrantLimits()
    more = [replace(figure, values={name: 2 * value for name, value in figure.values.items()})
            for figure in water.figures]  # fmt: skip
    farther = [replace(asked, values={name: 3 * value for name, value in asked.values.items() if name != "of"})
               for asked in water.requirements]  # fmt: skip
    own = replace(water, figures=tuple(more), requirements=tuple(farther))
    for ruleset in (own, combine([jb152, own])):
        limits = hydrant_limits(ruleset)
        assert (limits.flow_lps, limits.pressure_mpa, limits.crane_flow_lps) == (30.0, 0.28, 60.0)
        assert (limits.radius_m, limits.spacing_m, limits.wider_m, limits.near_m) == (450.0, 360.0, 180.0, 150.0)
        assert limits.crane_spacing_m == 3000.0
    assert hydrant_limits(jb152) == HydrantLimits()


def test_above_the_cap_is_more_than_the_cap(jb152: RuleSet) -> None:
    """A small station may have 2 km²: S has just that, N has 3."""
    table = measured(jb152, "S", "N", "E", **{"class": "小型站"}).districts
    assert table.is_over_cap.tolist() == [False, True, False]


def test_reached_in_the_very_last_second(jb152: RuleSet) -> None:
    """A turnout of 210 s leaves the 90 s that S drives to d2, and no more."""
    now = measured(jb152, "S", turnout_s=[210.0])
    assert now.cells.is_covered.tolist() == [True, True, False, False, False, False]


def test_handling_the_alarm_takes_its_part_of_the_limit() -> None:
    """NFPA 1710: 384 s less 64 s for the call and 80 s of turnout, for each station by its own turnout."""
    now = measured(load_rules("nfpa-1710"), "S", "N", turnout_s=[np.nan, 100.0])
    assert now.stations.travel_budget_s.tolist() == [240.0, 220.0]


def test_a_unit_without_land_has_nothing(jb152: RuleSet) -> None:
    """It keeps its row."""
    ground = handmade.area()
    more = replace(ground, units=ground.units.iloc[[0, 1, 1]].set_axis(["south", "north", "lake"]))
    units = measure("today", toy.network(), more, handmade.cells(ground), handmade.stations("S"), jb152).units
    assert units.loc["lake", ["people", "area_km2", "stations"]].tolist() == [0.0, 0.0, 0]
