"""What solvers are known to do wrong, done on purpose under every objective: no plan and no proof is lost by it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from siting.optimise import OBJECTIVES, Solution, Terms, simple_problem, solve
from siting.optimise import exact as exact_module
from siting.optimise.objective import Limits
from siting.optimise.objectives import mclp
from siting.optimise.solver_program import Reply, Task
from tests.optimise import cases

TOWN = cases.in_square(200, 40, 7.0, seed=4)
NEAR = cases.in_square(60, 25, 99.0, seed=4)
"""Every site within reach, for objectives that measure."""
SITES = 5
MEASURED = ("p_median", "p_center")


def overrun(_task: Task, _limits: Limits) -> Reply | None:
    """Still running at the deadline."""
    return None


def false_infeasible(_task: Task, _limits: Limits) -> Reply:
    """There is a plan: the caller holds one."""
    return Reply(reason="INFEASIBLE")


def poor_incumbent(task: Task, _limits: Limits) -> Reply:
    """The last sites, good or not, and no bound."""
    return Reply(openness=(np.arange(task.n_sites) >= task.n_sites - SITES).astype(float), reason="FEASIBLE")


def barely_open(task: Task, _limits: Limits) -> Reply:
    """Every site a little above 0, as integer solvers leave what is closed."""
    return Reply(openness=np.full(task.n_sites, 1e-6), reason="OPTIMAL")


TRAPS = [overrun, false_infeasible, poor_incumbent, barely_open]


@pytest.fixture(autouse=True)
def _parts_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mclp, "narrowed", cases.not_narrowed)


@cache
def honest(objective: str) -> Solution:
    problem, terms = cases.asked(objective, TOWN if objective not in MEASURED else NEAR, SITES)
    return solve(problem, objective, terms=terms, time_limit_s=2)


def test_the_towns_need_a_solver() -> None:
    """The traps below are sprung: the honest answers name a solver, but where prices close the question."""
    asked = {name for name in OBJECTIVES if any(backend in honest(name).method for backend in exact_module.BACKENDS)}
    assert asked >= {"backup", "capacitated"}, asked


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_costs_no_plan_and_no_proof(objective: str, trap: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan of the right size comes back, its value recomputed; the best that there is stays within its bound."""
    best = honest(objective)
    monkeypatch.setattr(exact_module, "reply_to", trap)
    problem, terms = cases.asked(objective, TOWN if objective not in MEASURED else NEAR, SITES)
    found = solve(problem, objective, terms=terms, time_limit_s=10)
    assert found.status in ("optimal", "feasible")
    assert objective == "lscp" or len(found.plan) <= SITES
    assert found.value == OBJECTIVES[objective].value(problem, found.plan, terms)
    sign = 1 if found.sense == "max" else -1
    assert sign * found.bound >= sign * best.value - 1e-6 * abs(best.value)
    assert sign * found.value <= sign * best.bound + 1e-6 * abs(best.bound)
    assert sign * found.value >= sign * best.value - 0.1 * abs(best.value)  # the warm start alone is this good


def test_infeasible_is_never_said_for_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Floors that the best cover breaks: with a solver there is a plan; without its word it is not known, no more."""
    two = simple_problem([[0], [0], [1]], weight=[50, 50, 10])
    terms = Terms(sites=1, unit=np.array([-1, -1, 0]), floor=1.0)
    assert solve(two, "equity", terms=terms).plan.tolist() == [1]
    monkeypatch.setattr(exact_module, "reply_to", false_infeasible)
    assert solve(two, "equity", terms=terms).status == "unknown"
