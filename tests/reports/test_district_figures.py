"""What the figures of districts show is what was judged and measured."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from siting.proposal import Answers, CurveAnswer, Proposal
from siting.reports.district_figures import (
    COLORS,
    district_page,
    draw_areas,
    draw_curve,
    draw_districts,
    findings_of,
    first_due_findings,
    write_district_figures,
)
from tests.district_check.handmade import barriers, districts, judged, stations


def test_a_finding_for_each_district() -> None:
    """C reaches across a penalty, B is late, A is too large for its class and late; the lawful map is fine."""
    assert findings_of(judged()).tolist() == ["fine"] * 3
    slow = stations().assign(travel_budget_s=[199.0, 149.0, 240.0, 240.0])
    slow.loc["A", "class"] = "二级站"
    land = shapely.box(3600, 0, 4000, 200)
    drawn = districts(B=shapely.box(2400, 0, 4000, 2400) - land, C=shapely.box(4000, 0, 4800, 2400) | land)
    assert findings_of(judged(stations=slow, districts=drawn)).tolist() == ["both", "time", "other"]


def test_first_due_districts_by_cap_and_budget(proposal: Proposal) -> None:
    """The colours follow the columns of the situation."""
    today = proposal.today
    table = pd.concat([today.districts] * 4).assign(is_over_cap=[0, 1, 0, 1], share_within=[1.0, 1.0, 0.9, 0.9])
    situation = dataclasses.replace(today, districts=table.set_axis(list("abcd")))
    assert first_due_findings(situation).tolist() == ["fine", "area", "time", "both"]


def test_the_map_has_a_patch_for_each_district_and_barrier() -> None:
    """Each district in the colour of its finding; walls and penalties in the legend; ids written beside stations."""
    axes = Figure().add_subplot()
    report = judged(stations=stations().assign(travel_budget_s=[199.0, 240.0, 240.0, 240.0]))
    shapes = report.districts.geometry
    draw_districts(axes, shapes, findings_of(report), "t", "zh", barriers=barriers(), stations=stations())
    colors = [to_hex(color) for color in axes.collections[0].get_facecolor()]
    assert colors == [COLORS["time"], COLORS["fine"], COLORS["fine"]]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "没有问题：2", "不能按时到达：1", "不可跨越的障碍", "不宜跨越的障碍",
    ]  # fmt: skip
    assert {"A", "B", "C"} <= {text.get_text() for text in axes.texts}


@pytest.mark.parametrize("areas", [[1.0, 6.9, 7.0, 7.1], [3.0], [30.0, 64.0, 7.0]])
def test_every_area_is_in_one_bar(areas: list[float]) -> None:
    """Bars hold all districts, and those left of the cap as many as there are up to it."""
    axes = Figure().add_subplot()
    draw_areas(axes, pd.Series(areas), "en", cap_km2=7.0)
    bars = axes.patches
    assert sum(bar.get_height() for bar in bars) == len(areas)
    beyond = sum(bar.get_height() for bar in bars if to_hex(bar.get_facecolor()) == COLORS["area"])
    assert beyond == sum(area > 7 for area in areas)
    assert f"{sum(area > 7 for area in areas)} of {len(areas)}" in axes.get_title(loc="left")


def test_the_limit_is_that_of_the_rule_set(proposal: Proposal) -> None:
    """3 km² by the hand-made rules, not the 7 of another standard; without such a rule no district is called large."""
    free = dataclasses.replace(proposal.ruleset, requirements=())
    for ruleset, said in ((proposal.ruleset, "larger than 3 km²"), (free, "areas of ")):
        page = district_page(dataclasses.replace(proposal, ruleset=ruleset))
        assert any(said in axes.get_title(loc="left") for axes in page.axes)
    axes = Figure().add_subplot()
    draw_areas(axes, pd.Series([30.0, 1.0]), "en", cap_km2=None)
    assert {to_hex(bar.get_facecolor()) for bar in axes.patches} == {COLORS["fine"]}


def test_names_are_no_formulas(proposal: Proposal, tmp_path: Path) -> None:
    """Dollar signs in the scenario's name and in an id stand as they are, where they would begin a formula."""
    write_district_figures(dataclasses.replace(proposal, name=r"$\frac$"), tmp_path / "a.png")
    axes = Figure().add_subplot()
    report = judged()
    shapes = report.districts.geometry.rename({"A": "$_$"})
    draw_districts(axes, shapes, findings_of(report).rename({"A": "$_$"}), "t", "en")
    axes.figure.savefig(tmp_path / "b.png")
    assert "$_$" in {text.get_text() for text in axes.texts}


def test_the_curve_lies_below_its_bound() -> None:
    """Both lines in per cent of the total."""
    axes = Figure().add_subplot()
    draw_curve(axes, [0, 1, 2], [0.0, 50.0, 80.0], [0.0, 60.0, 80.0], 200.0, "en")
    bound, plan = (np.asarray(line.get_ydata()) for line in axes.lines)
    assert plan.tolist() == [0, 25, 40]
    assert bound.tolist() == [0, 30, 40]


def test_a_page_is_the_same_every_time(proposal: Proposal, tmp_path: Path) -> None:
    """Today, as drawn, as proposed, and the curve; equal proposals are equal files."""
    curve = tuple(CurveAnswer(sites, (), float(sites), float(sites)) for sites in range(3))
    plans = (dataclasses.replace(proposal.plans[0], answers=Answers(curve=curve)),)
    with_all = dataclasses.replace(proposal, plans=plans, drawn=judged())
    assert len([axes for axes in district_page(with_all).axes if axes.get_title(loc="left")]) == 7
    for name in ("a.png", "b.png"):
        write_district_figures(proposal, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
