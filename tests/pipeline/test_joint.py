"""Joint plans from a scenario: the best of all that the budget allows, one kind after the other, and verified."""

from __future__ import annotations

import json
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pytest

import siting
from siting.coverage import coverage
from siting.errors import InputError, ScenarioError, VerificationError
from siting.network.place import placed
from siting.pipeline import SitingProposal
from siting.travel_time import reach
from siting.verification import verify
from tests.pipeline.conftest import points

JOINT = """\
[[facilities]]
kind = "station"
file = "lots.geojson"
role = "candidate"
id_column = "code"
class_column = "class"
[[facilities]]
kind = "micro_station"
file = "micro.geojson"
role_column = "role"
id_column = "code"
[micro_stations]
[joint]
cost_budget = {budget}
[[joint.tier]]
kind = "station"
new_cost = 10
worth = 1.0
[[joint.tier]]
kind = "station"
class = "小型站"
new_cost = 6
worth = 0.8
[[joint.tier]]
kind = "micro_station"
new_cost = 1
worth = 0.3
"""
LOTS = {"N": (800.0, 1000.0), "W": (0.0, 1200.0), "small": (400.0, 800.0), "E": (1600.0, 1200.0)}
MICRO = {"m0": (600.0, 400.0), "m1": (1000.0, 400.0), "m2": (400.0, 1200.0), "m3": (1600.0, 1000.0)}


@pytest.fixture
def joint_town(town: Path) -> Path:
    """Station S stands in the south-west; four lots, one of them small, and four places of micro stations."""
    folder, text = town.parent, town.read_text("utf-8").split("[candidates.station]")[0]
    text = text.replace('[[facilities]]\nkind = "hydrant"\nfile = "hydrants.geojson"\nid_column = "code"\n', "")
    classes = ["小型站" if code == "small" else "一级站" for code in LOTS]
    points(LOTS, code=list(LOTS), **{"class": classes}).to_file(folder / "lots.geojson", driver="GeoJSON")
    roles = ["existing" if code == "m1" else "candidate" for code in MICRO]
    points(MICRO, code=list(MICRO), role=roles).to_file(folder / "micro.geojson", driver="GeoJSON")
    town.write_text(text + JOINT, "utf-8")
    return town


def ask(town: Path, budget: str) -> SitingProposal:
    town.write_text(town.read_text("utf-8").replace("{budget}", budget), "utf-8")
    return siting.propose(town)


def serves(proposal: SitingProposal) -> tuple[dict[str, np.ndarray], dict[str, float], dict[str, float]]:
    """Which cells each site serves by its own ways and clock; its worth; its cost if it is new."""
    reached, worth, cost = {}, {}, {}
    tier = proposal.today.micro
    assert tier is not None
    for kind, network, budget_s, cells in (
        ("station", proposal.network, proposal.today.travel_budget_s, proposal.cells),
        ("micro_station", tier.ways, tier.clock.travel_budget_s, tier.cells),
    ):
        table = proposal.facilities[kind]
        times = reach(network, placed(table), placed(cells), budget_s, site_ids=table.index, demand_ids=cells.index)
        covers = coverage(times, budget_s)
        for j, site in enumerate(table.index):
            reached[site] = np.isin(np.arange(len(cells)), covers.demand[covers.sites == j])
            small = table["class"].iloc[j] == "小型站"
            worth[site] = 0.3 if kind == "micro_station" else 0.8 if small else 1.0
            cost[site] = 1.0 if kind == "micro_station" else 6.0 if small else 10.0
    return reached, worth, cost


def worth_of(proposal: SitingProposal, sites: set[str]) -> float:
    reached, worth, _ = serves(proposal)
    best = np.max([reached[site] * worth[site] for site in sites], axis=0)
    return float(best @ proposal.cells.people.to_numpy())


@pytest.mark.parametrize("budget", [17])
def test_nothing_within_the_budget_serves_better(joint_town: Path, budget: int) -> None:
    """Every set of lots and places that costs no more, tried one by one."""
    proposal = ask(joint_town, str(budget))
    reached, worth, cost = serves(proposal)
    people = proposal.cells.people.to_numpy()
    free = [site for site in cost if site not in ("S", "m1")]
    best = 0.0
    for new in chain.from_iterable(combinations(free, n) for n in range(len(free) + 1)):
        if sum(cost[site] for site in new) <= budget:
            served = np.max([reached[site] * worth[site] for site in ("S", "m1", *new)], axis=0)
            best = max(best, float(served @ people))
    stations, micro = proposal.plans
    assert (stations.kind, micro.kind, stations.objective) == ("station", "micro_station", "joint")
    assert stations.solution.value == micro.solution.value == pytest.approx(best)
    assert stations.solution.status == "optimal"
    assert sum(cost[site] for site in (*stations.added, *micro.added)) <= budget
    assert worth_of(proposal, {"S", "m1", *stations.added, *micro.added}) == pytest.approx(best)


def test_the_table_of_tiers_adds_up_to_the_value(joint_town: Path, tmp_path: Path) -> None:
    """Each person once, with the best tier; in every file, and a changed figure is found."""
    proposal = ask(joint_town, "12")
    table = proposal.joint
    assert table is not None
    assert (table.worth @ table.people_proposed) == pytest.approx(proposal.plans[0].solution.value)
    assert table.people_proposed.sum() <= proposal.cells.people.sum()
    assert table.cost.sum() <= 12
    folder = proposal.write(tmp_path / "out", formats=["gpkg", "xlsx", "summary"])
    assert verify(folder).claims
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert "the tiers chosen together" in summary["headline"]
    summary["joint"][0]["people_proposed"] += 10.0
    summary["plans"][0]["certificate"]["value"] += 50.0
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(VerificationError, match=r"joint plan, station: value[\s\S]*people_proposed"):
        verify(folder)


def test_one_kind_after_the_other(joint_town: Path, tmp_path: Path) -> None:
    """Stations first, and what they leave goes to micro stations: 10 of 14 are spent, 1 + 4 are left for them."""
    proposal = ask(joint_town, "{ station = 14, micro_station = 1 }")
    stations, micro = proposal.plans
    _, _, cost = serves(proposal)
    spent = sum(cost[site] for site in stations.added)
    assert micro.asked["cost_budget"] == 15 - spent
    assert len(micro.added) <= 15 - spent
    assert stations.solution.value <= micro.solution.value
    assert stations.solution.value == pytest.approx(worth_of(proposal, {"S", "m1", *stations.added}))
    assert "one kind of site after the other" in siting.headline(proposal)
    assert verify(proposal.write(tmp_path / "out", formats=["gpkg", "summary"])).claims


@pytest.mark.parametrize(
    ("former", "new", "told"),
    [
        ('kind = "station"\nnew_cost', 'kind = "station"\nclass = "特勤站"\nnew_cost', "belong to no tier"),
        ("{budget}", "{{ station = 3 }}", "the tiers"),
        ('class = "小型站"\n', "", "two .*joint.tier"),
        ("[micro_stations]\n", "", "without .micro_stations."),
        ("worth = 0.8", "worth = 1.5", "less than or equal to 1"),
    ],
)
def test_faults_are_told(joint_town: Path, former: str, new: str, told: str) -> None:
    """A standing station of no tier, a kind without a budget, a tier twice, no clock, a worth above 1."""
    text = joint_town.read_text("utf-8")
    assert former in text
    joint_town.write_text(
        text.replace(former, new).replace("{budget}", "5").replace("{{", "{").replace("}}", "}"), "utf-8"
    )
    with pytest.raises((InputError, ScenarioError), match=told):
        siting.propose(joint_town)
