"""Hydrants of the toy town, with their figures made up so that each answer is known beforehand."""

from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import pytest

from siting.hydrants import HydrantLimits
from tests.rules.handmade import EVERY, found, today, water


def test_hydrant_radius_of_people_and_of_land() -> None:
    """Each by its own share; the worst cells are those with most people or land outside."""
    situation, area = today()
    situation = replace(situation, hydrants=water())
    people = found("hydrant_radius", situation, area, share=0.6, radius_m=150.0, of="people")
    assert (people.measured, people.passed) == (0.65, True)
    assert people.worst == (("north", 200.0), ("south", 150.0))
    assert people.remark["en"].startswith("People more than 150 m from a hydrant: 350.")
    land = found("hydrant_radius", situation, area, share=1.0, radius_m=150.0, of="land")
    assert (land.measured, land.passed) == (0.5, False)
    assert land.remark["en"].startswith("Land more than 150 m from a hydrant: 3.00 km².")
    assert "Hydrants that count: 7, that do not: 2." in land.remark["en"]


def test_hydrant_spacing() -> None:
    """2.5 of 10 km are too far; streets are named with their metres, one without a name is on the map only."""
    situation, area = today()
    finding = found("hydrant_spacing", replace(situation, hydrants=water()), area, share=1.0, spacing_m=120.0)
    assert (finding.measured, finding.passed) == (0.75, False)
    assert finding.worst == (("B", 1500.0), ("A", 500.0))


def test_hydrants_of_built_up_land_and_along_roads() -> None:
    """Built-up land leaves fields out of account; along roads 151 m is too far and 150 m is not."""
    situation, area = today(["urban", "urban", "near_suburb", "urban", "other", "other"])
    situation = replace(situation, hydrants=water())
    built = found("hydrant_radius", situation, area, share=0.7, radius_m=150.0, of="built_up")
    assert (built.measured, built.passed, built.worst) == (0.75, True, (("south", 1.0),))
    path = found("hydrant_path", situation, area, share=1.0, radius_m=150.0)
    far = situation.cells.people.to_numpy()[[2, 4, 5]].sum()
    assert (path.measured, path.passed) == (0.5, False)
    assert f"{far:,.0f}." in path.remark["en"]


def test_hydrants_at_kerbs_bridges_cranes_and_buildings() -> None:
    """Each by its own count; a bridge is named once, with the farthest of its heads."""
    situation, area = today()
    situation = replace(situation, hydrants=water())
    sides = found("hydrant_sides", situation, area, share=1.0, wider_m=60.0)
    assert (sides.measured, sides.worst) == (0.5, (("B", 1500.0), ("A", 500.0)))
    heads = found("hydrant_heads", situation, area, share=0.25, near_m=50.0)
    assert (heads.measured, heads.passed, heads.worst) == (0.25, True, (("Y", 80.0), ("X", 60.0)))
    assert found("hydrant_cranes", situation, area, share=1.0, crane_spacing_m=1000.0).measured == 0.25
    buildings = found("hydrant_buildings", situation, area, share=1.0, radius_m=150.0)
    assert buildings.measured == pytest.approx(2 / 3)
    assert "1 of 3 buildings" in buildings.remark["en"]
    assert "2 along roads" in buildings.remark["en"]  # 150 m is near enough


def test_half_a_kilometre_is_judged_too() -> None:
    """However little there is of street, of kerb and of road for cranes."""
    situation, area = today()
    little = water(road_km=0.5, road_km_short=0.1, kerb_km=0.5, bare=water().bare.iloc[[0]].assign(length_m=100.0),
                   crane_km=0.5, crane_km_short=0.1)  # fmt: skip
    for kind in ("hydrant_spacing", "hydrant_sides", "hydrant_cranes"):
        assert found(kind, replace(situation, hydrants=little), area, **EVERY[kind]).measured == 0.8


def test_hydrant_clauses_without_their_object_are_not_judged() -> None:
    """No street, no wide road, no bridge, no frost, no buildings: neither passed nor failed, and the reason is said."""
    situation, area = today("other")
    none = water(road_km=0.0, kerb_km=0.0, heads=water().heads.iloc[:0], crane_km=math.nan, buildings=None)
    situation = replace(situation, hydrants=none)
    for kind in ("hydrant_spacing", "hydrant_sides", "hydrant_heads", "hydrant_cranes", "hydrant_buildings"):
        finding = found(kind, situation, area, **EVERY[kind])
        assert finding.passed is None
        assert finding.remark["en"].startswith("Not judged")
    finding = found("hydrant_radius", situation, area, share=1.0, radius_m=150.0, of="built_up")
    assert finding.remark["en"] == "Not judged: no land is built up."
    situation = replace(situation, hydrants=water(buildings=gpd.GeoDataFrame({"is_within": [], "path_m": []})))
    assert found("hydrant_buildings", situation, area, **EVERY["hydrant_buildings"]).passed is None


def test_cranes_are_due_where_it_is_cold_and_a_main_road_leads() -> None:
    """Which of the two is missing is said."""
    situation, area = today()
    for is_cold, why in ((True, "no road in the area"), (False, "due in cold areas")):
        nothing = water(crane_km=0.0, crane_km_short=0.0, limits=HydrantLimits(is_cold=is_cold))
        finding = found("hydrant_cranes", replace(situation, hydrants=nothing), area, **EVERY["hydrant_cranes"])
        assert finding.passed is None
        assert why in finding.remark["en"]


def test_hydrants_measured_by_other_limits_are_not_judged() -> None:
    """Two standards in one run may ask for two radii; the one that was not measured says so."""
    situation, area = today()
    situation = replace(situation, hydrants=water(limits=HydrantLimits(radius_m=100.0, spacing_m=80.0)))
    radius = found("hydrant_radius", situation, area, share=1.0, radius_m=150.0, of="land")
    spacing = found("hydrant_spacing", situation, area, share=1.0, spacing_m=120.0)
    assert radius.passed is spacing.passed is None
    assert "100 m" in radius.remark["en"]
    assert "80 m" in spacing.remark["en"]
