"""Proposals side by side: the figures are those of each summary, and what is not alike is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import siting
from siting.errors import InputError
from siting.proposal import Proposal
from siting.reports import summary, write_proposal
from siting.reports.comparison import comparison_shown, comparison_table
from siting.rules import Clock
from tests.reports.handmade import NASTY, make_proposal


@pytest.fixture(scope="module")
def audit() -> Proposal:
    return make_proposal(audit=True)


@pytest.fixture(scope="module")
def plan() -> Proposal:
    return make_proposal()


def test_figures_of_two_proposals(audit: Proposal, plan: Proposal) -> None:
    """By hand: 300 of 1,050 people without B, 1,000 with it; one station more closes the only clause not met."""
    compared = siting.compare({"as it is": audit, "one more": plan})
    table = compared.table
    assert table.index.tolist() == ["as it is", "one more"]
    assert table.share_people.tolist() == pytest.approx([300 / 1050, 1000 / 1050])
    assert table.people_not_covered.tolist() == [750, 50]
    assert table.stations.tolist() == [1, 2]
    assert table.new_stations.tolist() == [0, 1]
    assert table.broken_shall.tolist() == [2, 0]
    assert table.optimality_gap.iloc[1] == 0
    assert table.cost.isna().all()
    assert compared.differences == ()


def test_a_reader_sees_today_first(audit: Proposal, plan: Proposal) -> None:
    """Both measure the same today, so it stands beside them; figures that nobody has are left out."""
    shown = siting.compare([audit, plan]).figures().set_index("figure")
    assert shown.columns.tolist() == ["today", "Handmade (1)", "Handmade (2)"]
    assert shown.loc["stations"].tolist() == ["1", "1", "2"]
    assert "new stations" in shown.index
    assert "new hydrants" not in shown.index
    assert "clauses not met that shall be" in shown.index


def test_each_figure_is_printed_in_the_unit_of_its_own_proposal(plan: Proposal) -> None:
    """Land beside people, and a share that only the second proposal has: neither takes the unit of the first."""
    first = summary(plan)
    residents = {"key": "share_residents", "label": "residents", "unit": "share", "today": 0.5, "proposed": 0.83}
    figures = [row | {"unit": "km²"} if row["key"] == "people_not_covered" else row for row in first["key_figures"]]
    shown = comparison_shown({"a": first, "b": {**first, "key_figures": [*figures, residents]}}, "en")
    by_label = shown.set_index("figure").b
    assert by_label["people not covered (of 1,050)"] == "50 km²"
    assert by_label["residents"] == "83.0 %"


def test_hydrants_have_no_cost(plan: Proposal) -> None:
    """The fewest stations cost what the scenario says; the fewest hydrants beside them are counted as hydrants only."""
    stations = replace(plan.plans[0], objective="lscp", solution=replace(plan.plans[0].solution, value=2.0))
    hydrants = replace(stations, kind="hydrant", solution=replace(stations.solution, value=900.0))
    assert comparison_table({"a": summary(replace(plan, plans=(stations, hydrants)))}).cost.tolist() == [2.0]


def test_it_speaks_the_language_asked_for(plan: Proposal) -> None:
    """Labels, remarks and map of a Chinese and an English proposal alike, as a proposal in it would print them."""
    mixed = {"a": plan, "b": replace(make_proposal(language="zh"), network=replace(plan.network, profile="slow"))}
    for language in ("zh", "en"):
        compared = siting.compare(mixed, language=language)
        alone = siting.compare({"a": make_proposal(language=language)} | {"b": make_proposal(language=language)})
        assert compared.figures().equals(alone.figures())
        assert ("车速不同" in compared.text()) is (language == "zh")
        assert ("规划消防站" in compared.map().get_root().render()) is (language == "zh")
    assert siting.compare(mixed).language == "en"


def test_what_is_not_alike_is_said_first(plan: Proposal) -> None:
    """Another clock, ground, demand, rule set, road file and profile, each with both values; a mix by its parts."""
    inputs = [("roads", "r.osm.pbf", "sha256:2"), ("demand, calls", "c.csv", "sha256:3")]
    other = replace(
        plan,
        area=replace(plan.area, cell_m=500.0),
        demand={**plan.demand, "inside": 99.0},
        ruleset=replace(plan.ruleset, clock=Clock("call_to_arrival", 160, 0, 60), digest="sha256:1"),
        network=replace(plan.network, profile="slow"),
        provenance={
            **plan.provenance,
            "inputs": [dict(zip(("role", "file", "digest"), one, strict=True)) for one in inputs],
        },
    )
    compared = siting.compare({"a": plan, "b": other})
    told = compared.text().split("\n\n")[0].splitlines()
    assert len(told) == len(compared.differences) == 6
    assert told[0] == (
        "Not like with like: 2 study areas (a: 5.00 km², 5 × 1000 m, EPSG:32650; b: 5.00 km², 5 × 500 m, EPSG:32650)."
    )
    assert told[1].endswith("c.csv (3)).")
    assert "r.osm.pbf (1); b: r.osm.pbf (2)" in told[4]
    assert json.loads(json.dumps(compared.to_dict(), allow_nan=False))["differences"] == told


def test_folders_are_compared_by_what_is_written(tmp_path: Path, audit: Proposal, plan: Proposal) -> None:
    """
    Equal to the proposals in memory, to the last digit; folders of one name are known by their path.

    Those of a batch lie two folders down, and one that is still being written is none.
    """
    for name, proposal in (("town/before", audit), ("town/after", plan), ("other/after", plan)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_proposal(proposal, tmp_path / name, ["summary"])
    written = siting.compare([tmp_path / "town"])
    assert written.table.index.tolist() == ["after", "before"]
    assert written.table.equals(siting.compare({"after": plan, "before": audit}).table.rename_axis("proposal"))
    twice = siting.compare([tmp_path / "town/after", tmp_path / "other/after"])
    assert list(twice.sources) == ["town/after", "other/after"]
    write_proposal(plan, tmp_path / "town/.after.partial-1", ["summary"])  # of a batch that is at work
    assert list(siting.compare([tmp_path]).sources) == ["other/after", "town/after", "before"]
    assert list(siting.compare([tmp_path / "town/after"] * 2).sources) == [
        "/".join((tmp_path / "town/after").parts[-4:]) + number for number in (" (1)", " (2)")
    ]


def test_names_stay_text(plan: Proposal) -> None:
    """Neither the table nor the map runs what stands in a name."""
    compared = siting.compare({NASTY: plan, "b": replace(plan, demand={**plan.demand, "inside": 1.0})})
    assert "<script>alert" not in compared._repr_html_()
    assert "<script>alert" not in compared.map().get_root().render()


def test_faults_say_what_to_do(tmp_path: Path, plan: Proposal) -> None:
    """One alone, no such folder, a folder that holds no proposal."""
    with pytest.raises(InputError, match="given 1 proposal; expected two or more"):
        siting.compare([plan])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: It holds no summary\.json"):
        siting.compare([plan, tmp_path / "empty"])
    with pytest.raises(InputError, match=r"none\.toml: There is no file"):
        siting.compare([plan, tmp_path / "none.toml"])
