"""The eleven figures of the proposal made by hand, and that their texts never claim more than is true."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.proposal import Proposal
from siting.reports import key_figures
from siting.reports.figures import figure_text
from siting.reports.shown import percent_at_least, percent_at_most


def test_ten_figures_by_hand(proposal: Proposal) -> None:
    """Every value follows from the drives in the docstring of `handmade`."""
    expected = {
        "share_people": (300 / 1050, 1000 / 1050),
        "share_area": (2 / 5, 4 / 5),
        "people_not_covered": (750.0, 50.0),
        "worst_travel_s": (210.0, 90.0),
        "mean_response_s": (
            60 + (100 * 30 + 200 * 90 + 300 * 150 + 400 * 210) / 1000,
            60 + (500 * 30 + 500 * 90) / 1000,
        ),
        "p90_response_s": (60 + 210.0, 60 + 90.0),  # of 1,000 people, the last 400 and the last 500 come last
        "stations": (1.0, 2.0),
        "districts_over_cap": (1.0, 0.0),
        "station_shortage": (1.0, 0.0),
        "hydrant_share_area": (2 * 128 * math.sin(math.tau / 256) * 0.15**2 / 5,) * 2,
        "optimality_gap": (math.nan, 0.0),
    }
    figures = {figure.key: (figure.today, figure.proposed) for figure in key_figures(proposal)}
    assert list(figures) == list(expected)
    for key, values in expected.items():
        assert figures[key] == pytest.approx(values, nan_ok=True), key


def test_an_audit_has_no_gap_and_no_difference(audit: Proposal) -> None:
    """Without a plan, proposed is today."""
    for figure in key_figures(audit):
        assert figure.today == figure.proposed or (math.isnan(figure.today) and math.isnan(figure.proposed))


def test_a_plan_without_proof_has_no_gap(proposal: Proposal) -> None:
    """Where one plan is not proven, no number is printed for the gap."""
    plan = proposal.plans[0]
    unproven = replace(plan, solution=replace(plan.solution, status="unknown"))
    figures = {figure.key: figure for figure in key_figures(replace(proposal, plans=(plan, unproven)))}
    assert math.isnan(figures["optimality_gap"].proposed)


def test_labels_in_both_languages(proposal: Proposal) -> None:
    """Every figure has a label with its budget and total filled in, in Chinese and in English."""
    rows = [figure.row(language) for figure in key_figures(proposal) for language in ("zh", "en")]
    assert all(len(row) == 3 and "{" not in "".join(row.values()) for row in rows)
    assert rows[4]["指标"] == "未覆盖人口（共 1,050）"


@given(st.floats(0, 1))
def test_a_share_is_never_rounded_up(share: float) -> None:
    """What is achieved is printed at most as it is, and less than a tenth of a percent below."""
    printed = float(percent_at_least(share).removesuffix(" %"))
    assert -1e-6 <= 100 * share - printed < 0.1 + 1e-6


@given(st.floats(0, 1))
def test_a_gap_is_never_rounded_down(gap: float) -> None:
    """What may be missing is printed at least as it is."""
    printed = float(percent_at_most(gap).removesuffix(" %"))
    assert -1e-6 <= printed - 100 * gap < 0.1 + 1e-6


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9997, "share", "99.9 %"),
        (1.0, "share", "100.0 %"),
        (0.0004, "gap", "0.1 %"),
        (240.0, "s", "4 min"),
        (240.5, "s", "4 min 1 s"),
        (0.4, "people", "1"),
        (math.inf, "s", "–"),
        (math.nan, "share", "–"),
    ],
)
def test_texts(value: float, unit: str, text: str) -> None:
    """The cases that rounding to the nearest would get wrong."""
    assert figure_text(value, unit, "en") == text


def test_land_as_demand(proposal: Proposal) -> None:
    """Where demand is plain land, amounts are km² and the word is land."""
    land = replace(proposal, demand={**proposal.demand, "unit": "km²"})
    row = key_figures(land)[2].row("en")
    assert row == {"figure": "land not covered (of 1050 km²)", "today": "750 km²", "proposed": "50 km²"}


def test_without_hydrants(proposal: Proposal) -> None:
    """The figure says that none were given, and has no number."""
    today, proposed = (replace(each, hydrants=None) for each in (proposal.today, proposal.proposed))
    figure = key_figures(replace(proposal, today=today, proposed=proposed))[9]
    assert figure.row("en") == {
        "figure": "land near a hydrant (no hydrants given)", "today": "–", "proposed": "–",
    }  # fmt: skip
