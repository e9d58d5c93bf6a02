"""The sentence that answers the question, in both languages and at every degree of proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.proposal import Proposal
from siting.reports import headline
from siting.rules import Situation
from tests.reports.handmade import make_proposal


def with_solution(proposal: Proposal, **changes: object) -> Proposal:
    plan = proposal.plans[0]
    solution = replace(plan.solution, **changes)
    return replace(proposal, plans=(replace(plan, objective=solution.objective, solution=solution),))


def test_english(proposal: Proposal) -> None:
    """What is proposed, today beside it, the proof, the area limit."""
    assert headline(proposal) == (
        "1 new station: 95.2 % of people within 1 min 40 s of driving (today 28.5 %), proven the best possible; "
        "no district above its area limit"
    )


def test_chinese() -> None:
    """The same sentence in Chinese."""
    said = headline(make_proposal(language="zh"))
    assert said.startswith("新建 1 座消防站：行车 1 分 40 秒内覆盖人口 95.2 %（现状 28.5 %），已证明为最优")


def test_closing_stations_is_said(proposal: Proposal) -> None:
    """A plan that closes what stands today does not look like one that only builds."""
    closing = replace(proposal, plans=(replace(proposal.plans[0], kept=(), dropped=("A",)),))
    assert headline(closing).startswith("1 new station, 1 of today's closed: 95.2 %")


def test_audit(audit: Proposal) -> None:
    """Without a plan it tells of today only."""
    assert headline(audit) == (
        "Today: 28.5 % of people and 40.0 % of the land within 1 min 40 s of driving; 1 district above 3 km²"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "feasible", "bound": 1000.4}, "proven within 0.1 % of the best possible"),
        ({"status": "feasible", "bound": 1003.0}, "proven within 0.3 % of the best possible"),
        ({"status": "feasible", "bound": 1000.0}, "proven within 0.1 % of the best possible"),
        (
            {"objective": "lscp", "status": "feasible", "sense": "min", "value": 4.0, "bound": 3.0},
            "within 25.0 % of the fewest possible",
        ),
        ({"objective": "lscp", "status": "optimal", "sense": "min"}, "proven the fewest possible"),
        ({"objective": "p_median", "status": "optimal", "sense": "min"}, "proven the best possible"),
        ({"status": "unknown"}, "not proven"),
    ],
)
def test_proof_claims_no_more_than_is_known(proposal: Proposal, changes: dict[str, object], said: str) -> None:
    """ "Best possible" without a distance is said of the status optimal alone."""
    assert f", {said};" in headline(with_solution(proposal, **changes)).replace("proven within 25", "within 25")


def test_many_stations_and_a_second_tier(proposal: Proposal) -> None:
    """Plurals, and a plan for micro stations beside the one for stations."""
    plan = replace(proposal.plans[0], added=("B", "C"))
    micro = replace(plan, kind="micro_station", added=("m1",))
    said = headline(replace(proposal, plans=(plan, micro)))
    assert said.startswith("2 new stations: ")
    assert said.endswith("; and 1 new micro fire station")


def test_no_station_today(proposal: Proposal, audit: Proposal) -> None:
    """Where none stands, the share of today says why."""

    def without(situation: Situation) -> Situation:
        cells = situation.cells.assign(is_covered=False)
        return replace(situation, cells=cells, stations=situation.stations.iloc[:0],
                       districts=situation.districts.iloc[:0])  # fmt: skip

    assert "(today 0.0 %, no station), proven" in headline(replace(proposal, today=without(proposal.today)))
    none = without(audit.today)
    assert headline(replace(audit, today=none, proposed=none)) == (
        "Today: 0.0 % of people and 0.0 % of the land within 1 min 40 s of driving, no station"
    )


@pytest.mark.parametrize(("unit", "said"), [("population", "of people within"), ("km²", "of land within")])
def test_what_the_demand_counts(proposal: Proposal, unit: str, said: str) -> None:
    """A column's name or a unit of area is told as people or land."""
    assert said in headline(replace(proposal, demand={**proposal.demand, "unit": unit}))


def test_audit_of_plain_land(audit: Proposal) -> None:
    """Where land is the demand its share is told once."""
    said = headline(replace(audit, demand={**audit.demand, "unit": "km²"}))
    assert said == "Today: 40.0 % of the land within 1 min 40 s of driving; 1 district above 3 km²"
