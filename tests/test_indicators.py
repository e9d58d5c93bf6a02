"""Indicators: which way each target points, when it is reached, and how much is missing."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from siting.indicators import INDICATORS, Facts, indicator_table

KNOWN = Facts(
    people=2_000_000.0, staff=800.0, stations=17.0, area_km2=100.0, area_covered_km2=50.0, hydrants=900.0,
    hydrants_due=1000.0, micro_stations=581.0, places_missing=3.0, units_without_own=12.0, units_missing=5.0,
)  # fmt: skip


def missing(name: str, facts: Facts, target: float) -> float:
    table = indicator_table({"2025": facts}, {name: {2025: target}}).set_index("indicator")
    return float(table.missing[name])


@pytest.mark.parametrize(
    ("people", "stations", "target", "more"),
    [
        (2_006_000.0, 17.0, 11.8, 1.0),  # exactly 11.8 is not below 11.8
        (2_005_999.0, 17.0, 11.8, 0.0),
        (2_000_000.0, 17.0, 11.8, 0.0),
        (2_000_000.0, 17.0, 10.0, 4.0),  # 20 stations are exactly 10: below 10 takes 21
        (2_000_000.0, 20.0, 10.0, 1.0),
        (2_000_000.0, 21.0, 10.0, 0.0),
        (2_000_000.0, 0.0, 10.0, 21.0),
    ],
)
def test_people_per_station_stays_below(people: float, stations: float, target: float, more: float) -> None:
    """The target is strict; what is missing is the fewest stations with which it holds."""
    facts = replace(KNOWN, people=people, stations=stations)
    assert missing("people_per_station", facts, target) == more
    if stations and not more:
        assert people / 10_000 / stations < target


@pytest.mark.parametrize(
    ("staff", "target", "more"), [(800.0, 4.0, 0.0), (799.0, 4.0, 1.0), (1000.0, 5.0, 0.0), (33.0, 4.0, 767.0)]
)
def test_staff_reaches_its_target_when_equal(staff: float, target: float, more: float) -> None:
    """At 2.0 million residents 4 for each 10,000 are 800 people, 5 are 1,000."""
    assert missing("staff_per_10k", replace(KNOWN, staff=staff), target) == more


@pytest.mark.parametrize(
    ("name", "reached", "above", "below"),
    [
        ("share_land", 0.5, 0.0, 10.0),
        ("hydrants", 900, 0.0, 100.0),
        ("hydrants_built", 0.9, 0.0, 100.0),
        ("micro_stations", 581, 0.0, 19.0),
    ],
)
def test_more_is_better(name: str, reached: float, above: float, below: float) -> None:
    """Equal is enough; a higher target tells what is missing in its own unit."""
    higher = {"share_land": 0.6, "hydrants": 1000, "hydrants_built": 1.0, "micro_stations": 600}[name]
    assert INDICATORS[name].sense == ">="
    assert missing(name, KNOWN, reached) == above
    assert missing(name, KNOWN, higher) == pytest.approx(below)


@pytest.mark.parametrize(
    ("name", "now"), [("places_without_micro", 3), ("units_without_own", 12), ("units_missing", 5)]
)
def test_fewer_is_better(name: str, now: int) -> None:
    """Equal is enough; what is too many is counted."""
    assert INDICATORS[name].sense == "<="
    assert [missing(name, KNOWN, target) for target in (now, now + 1, now - 1, 0)] == [0.0, 0.0, 1.0, float(now)]


def test_a_year_takes_the_latest_target_before_it_and_the_proposal_the_last() -> None:
    """Today has none; before the first year there is none; what is due by itself is due at the end."""
    situations = dict.fromkeys(["today", "2022", "2024", "2025", "proposed"], KNOWN)
    table = indicator_table(situations, {"people_per_station": {2023: 11.8, 2025: 10.0}})
    targets = table.pivot_table(index="indicator", columns="situation", values="target", dropna=False)
    assert targets.loc["people_per_station", [*situations]].fillna(0).tolist() == [0, 0, 11.8, 10.0, 10.0]
    assert targets.loc["units_missing", [*situations]].fillna(-1).tolist() == [-1, -1, -1, -1, 0]
    assert targets.loc["hydrants", "proposed"] != targets.loc["hydrants", "proposed"]


def test_what_is_not_known_is_neither_reached_nor_missing() -> None:
    """Staff that nobody gives has no value, and no verdict."""
    unknown = replace(KNOWN, staff=math.nan, hydrants_due=math.nan, units_missing=math.nan)
    table = indicator_table({"proposed": unknown}, {"staff_per_10k": {2025: 4.0}}).set_index("indicator")
    for name in ("staff_per_10k", "hydrants_built", "units_missing"):
        assert table.loc[name, ["value", "missing"]].isna().all(), name
        assert not math.isnan(table.target[name])
