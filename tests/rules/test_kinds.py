"""What every kind of check has in common."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace

import pytest

from siting.language import LANGUAGES
from siting.rules import KINDS
from tests.rules.handmade import EVERY, found, today, water, with_tiers

COUNTED = {
    "district_area": (0.0, "stations"), "class_adjacency": (0.0, "stations"), "shortage": (1.0, "stations"),
    "people_per_station": (1000.0, "people"), "brigade_strength": (0.0, "brigades"),
}  # fmt: skip
"""What the kinds that ask for no share ask for."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_found_in_both_languages(kind: str) -> None:
    """With stations and with none: a number and a verdict, or neither and the reason."""
    full, area = today()
    nothing = replace(
        full,
        cells=full.cells.assign(people=0.0, site_id="", is_covered=False, reason="unreachable"),
        stations=full.stations.iloc[:0],
        districts=full.districts.assign(area_km2=0.0, people=0.0),
    )
    for situation in (with_tiers(replace(full, hydrants=water()), area), nothing):
        finding = found(kind, situation, area, **EVERY[kind])
        assert set(finding.remark) == set(LANGUAGES)
        assert all(finding.remark.values())
        assert not any("{" in text for text in finding.remark.values())
        assert (finding.passed is None) == math.isnan(finding.measured)
        assert len(finding.worst) <= 5
        assert (finding.required, finding.unit) == COUNTED.get(kind, (EVERY[kind].get("share"), "share"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_its_values_by_name(kind: str) -> None:
    """Positional: requirement, situation, area; the values by keyword, so that a file can be checked against them."""
    parameters = inspect.signature(KINDS[kind]).parameters
    assert list(parameters)[:3] == ["requirement", "situation", "area"]
    assert all(parameters[name].kind is inspect.Parameter.KEYWORD_ONLY for name in list(parameters)[3:])


@pytest.mark.parametrize(
    "kind", ["time_cover_people", "people_per_station", "hydrant_radius", "hydrant_path", "micro_reach"]
)
def test_who_is_counted(kind: str) -> None:
    """Half a person is judged like a thousand, for demand may be counted in anything; nobody is not."""
    full, area = today()
    for people, is_judged in ((full.cells.people / 2000, True), (0.0, False)):
        situation = replace(full, cells=full.cells.assign(people=people), hydrants=water())
        finding = found(kind, with_tiers(situation, area), area, **EVERY[kind])
        assert (finding.passed is not None) == is_judged
        assert (finding.remark["en"] == "Not judged: no people were given.") == (not is_judged)
