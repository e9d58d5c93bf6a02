"""Townships with and without a brigade, and how strong these are."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.rules.handmade import found, today, with_tiers


def test_townships_without_a_brigade() -> None:
    """Two of four go without, the one with more people first; one in reach of a neighbour's is served."""
    situation, area = today()
    finding = found("brigade_units", with_tiers(situation, area), area, share=1.0)
    assert (finding.measured, finding.passed, finding.worst) == (0.5, False, (("T4", 40.0), ("T2", 20.0)))
    assert "1 is in reach" in finding.remark["en"]


def test_brigades_below_half_of_the_standard() -> None:
    """400 of 1000 m² and 3 of 15 people are below half; a class without a standard is not known."""
    situation, area = today()
    finding = found("brigade_strength", with_tiers(situation, area), area, below_share=0.5)
    assert (finding.measured, finding.passed) == (2.0, False)
    assert finding.worst == (("thin", pytest.approx(0.8)), ("narrow", pytest.approx(0.6)))
    assert "2 of 3; not known of 1" in finding.remark["en"]
    for below_share, below in ((0.4, 1), (0.2, 0)):  # just the share is not below it
        finding = found("brigade_strength", with_tiers(situation, area), area, below_share=below_share)
        assert (finding.measured, finding.passed) == (below, not below)


def test_brigades_of_classes_without_a_standard_are_not_judged() -> None:
    """Nothing is known of any of them."""
    situation, area = today()
    situation = with_tiers(situation, area)
    assert situation.brigades is not None
    unknown = situation.brigades.strengths.assign(least_land_m2=math.nan, least_persons=math.nan)
    situation = replace(situation, brigades=replace(situation.brigades, strengths=unknown))
    finding = found("brigade_strength", situation, area, below_share=0.5)
    assert (finding.required, finding.passed) == (0.0, None)
