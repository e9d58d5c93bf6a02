"""A proposal in a notebook: it draws itself on the caller's axes, and what stands in names stays text."""

from __future__ import annotations

import dataclasses

import pytest
from matplotlib.figure import Figure

from siting.pipeline import SitingProposal
from tests.reports.handmade import NASTY, make_proposal


@pytest.fixture(scope="module")
def proposal() -> SitingProposal:
    plain = make_proposal()
    return SitingProposal(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)})


@pytest.mark.parametrize(("situation", "keys"), [("today", 2), ("proposed", 3)])
def test_plot(proposal: SitingProposal, situation, keys: int) -> None:
    """The land and stations of one situation on the axes given, with a legend of what is there and no more."""
    axes = Figure().subplots()
    assert proposal.plot(axes, situation=situation) is axes
    assert axes.get_title(loc="left") == situation
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert len(legend) == keys + 2  # both kinds of station are always told
    assert ("newly reached" in legend) is (situation == "proposed")
    standing, new = axes.collections[-2:]
    assert len(standing.get_offsets()) == 1
    assert len(new.get_offsets()) == (situation == "proposed")


def test_a_notebook_shows_it_as_text(proposal: SitingProposal) -> None:
    """The first line answers; the figures follow."""
    nasty = dataclasses.replace(proposal, demand={**proposal.demand, "unit": NASTY})
    assert nasty._repr_html_().startswith("<p><b>1 new station: 95.2 % of &lt;script&gt;")
    assert "<script>" not in nasty._repr_html_()


def test_a_solution_shows_its_proof(proposal: SitingProposal) -> None:
    """Value beside bound; text of a method stays text."""
    solution = dataclasses.replace(proposal.plans[0].solution, method=NASTY)
    shown = solution._repr_html_()
    assert "<th>bound</th><td>1000.0</td>" in shown
    assert "<th>optimality_gap</th><td>0.00%</td>" in shown
    assert "<script>" not in shown
