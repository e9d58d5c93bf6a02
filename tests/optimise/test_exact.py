"""Solvers answer, fail or lie: what is kept is a valid plan with a valid bound."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from siting.optimise import Problem, covered_weight, exact, is_covered, solve
from siting.optimise.exact import BACKENDS, Answer, least_cover, max_cover
from siting.optimise.objective import Limits
from siting.optimise.objectives import lscp, mclp
from siting.optimise.reduce import reduced, settled, whole
from siting.optimise.solver_program import Reply, Task
from tests.optimise import cases

HARD = cases.in_square(600, 100, 6.0, seed=1)
"""Small, and not closed by greedy, swaps and prices, for neither objective: without parts a solver is needed."""


@pytest.fixture(autouse=True)
def _parts_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mclp, "narrowed", cases.not_narrowed)


def limits(seconds: float = 30.0) -> Limits:
    return Limits(time.monotonic() + seconds)


@pytest.mark.parametrize("backend", ["highs", "scip"])
def test_backends_agree(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each backend alone proves the same optimum, with weights that are whole and that are tiny fractions."""
    monkeypatch.setattr(exact, "BACKENDS", {backend: BACKENDS[backend]})
    core = reduced(whole(HARD), mclp.STEPS).problem
    answer = max_cover(core, 9, limits(), np.arange(9))
    assert answer.backend == backend
    assert answer.openness is not None
    assert covered_weight(core, np.flatnonzero(answer.openness > 0.5)) == pytest.approx(answer.bound)
    assert answer.bound == pytest.approx(solve(HARD, "mclp", sites=9).value)
    cover = least_cover(settled(whole(HARD)).problem, limits(), np.arange(HARD.n_sites))
    assert cover.openness is not None
    assert is_covered(settled(whole(HARD)).problem, cover.openness > 0.5).all()


def test_the_hard_case_needs_a_solver() -> None:
    """The tests below mean something: without a solver this case is left open, with one it is proven."""
    assert next(iter(BACKENDS)) in solve(HARD, "mclp", sites=9).method
    assert solve(HARD, "mclp", sites=9).status == "optimal"
    unsolved = solve(HARD, "mclp", sites=9, time_limit_s=0.0)
    assert unsolved.status == "feasible"
    assert 0 < unsolved.optimality_gap < 0.1


def test_next_backend_is_asked_when_one_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error like MathOpt's own with HiGHS is caught; the certificate names who answered."""
    whole_reply = exact.reply_to
    first, second = list(BACKENDS)[:2]

    def broken(task: Task, limits: Limits) -> Reply | None:
        if task.backend == BACKENDS[first]:
            return Reply(error="AttributeError: 'StatusNotOk' object has no attribute 'canonical_code'")
        return whole_reply(task, limits)

    monkeypatch.setattr(exact, "reply_to", broken)
    solution = solve(HARD, "mclp", sites=9)
    assert solution.method.endswith(second)
    assert solution.status == "optimal"


def test_no_backend_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """When every solver breaks, the warm start and the prices still give a plan with a finite bound."""
    monkeypatch.setattr(exact, "BACKENDS", {})
    for objective, sites in (("mclp", 9), ("lscp", None)):
        solution = solve(HARD, objective, sites=sites)
        assert math.isfinite(solution.bound)
        assert 0 <= solution.optimality_gap < 0.25
        assert solution.status in ("optimal", "feasible")


@pytest.mark.parametrize("openness", [np.ones(100), np.zeros(100), np.full(100, 0.49), None])
def test_bad_openness_is_repaired(openness: np.ndarray | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many, too few or no open sites from a solver: the plan keeps its size, its value and its bound."""
    best = solve(HARD, "mclp", sites=9)

    def poor(problem: Problem, *_: object) -> Answer:
        return Answer(None if openness is None else openness[: problem.n_sites], math.inf, "poor")

    monkeypatch.setattr(mclp.exact, "max_cover", poor)
    solution = solve(HARD, "mclp", sites=9)
    assert len(solution.plan) <= 9
    assert solution.value == covered_weight(HARD, solution.plan) <= best.value <= solution.bound
    assert solution.method.endswith("poor")


def test_uncovered_demand_from_a_solver_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cover with holes is completed before it is believed."""

    def poor(problem: Problem, *_: object) -> Answer:
        return Answer(np.zeros(problem.n_sites), -math.inf, "poor")

    monkeypatch.setattr(lscp.exact, "least_cover", poor)
    solution = solve(HARD, "lscp")
    assert solution.method.endswith("poor")
    assert cases.is_cover(HARD, solution.plan)
