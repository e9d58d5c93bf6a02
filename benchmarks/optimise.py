"""
MCLP on uniform demand and sites in a square, the generator of the published benchmarks (ReVelle, Scholssberg and
Williams 2008; Cordeau, Furini and Ljubić 2019): build and solve here, against spopt with CBC.

CBC runs in a process of its own, so seconds are wall seconds. Both get the same time limit; a peer that stops there
counts with the seconds it took, and must not have found a better plan.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.measurement import Measurement
from siting.optimise import Problem, simple_problem, solve


@dataclass(frozen=True)
class Case:
    """One instance; `faster` times faster than spopt and proven within `seconds_s` is the target."""

    demand: int
    sites: int
    radius: float
    new: int
    faster: float
    seconds_s: float
    against_spopt: bool = True

    @property
    def name(self) -> str:
        return f"MCLP {self.demand:,} x {self.sites:,}, R {self.radius:g}, p {self.new}"


QUICK = (Case(500, 40, 5.5, 5, faster=1, seconds_s=10),)
FULL = (
    Case(10_000, 100, 5.5, 10, faster=2, seconds_s=30),
    Case(100_000, 100, 3.25, 20, faster=20, seconds_s=2),
    Case(10_000, 1_000, 3.0, 50, faster=20, seconds_s=60),
    Case(12_000, 1_500, 3.0, 8, faster=20, seconds_s=10, against_spopt=False),
)
TIME_LIMIT_S = 75


def measure(*, quick: bool) -> list[Measurement]:
    """Seconds to a proven optimum, how often faster than spopt, and the optimality gap that is left."""
    solve(_in_square(QUICK[0]), "mclp", sites=QUICK[0].new)  # compiled before the clock starts, prices too
    return [line for case in (QUICK if quick else FULL) for line in _measured(case)]


def _measured(case: Case) -> list[Measurement]:
    problem = _in_square(case)
    start = time.perf_counter()
    solution = solve(problem, "mclp", sites=case.new, time_limit_s=TIME_LIMIT_S)
    ours_s = time.perf_counter() - start
    gap = 100 * solution.optimality_gap
    lines = [
        Measurement(f"{case.name}: to the proof", "the clock", case.seconds_s, ours_s, "s", at_most=True),
        Measurement(f"{case.name}: proof", "gap left", 1e-7, max(gap, 1e-9), "%", at_most=True),
    ]
    if case.against_spopt:
        value, theirs_s, how = _spopt(problem, case.new)
        assert value <= solution.bound * (1 + 1e-9), f"spopt found {value}, above the bound {solution.bound}"
        lines.append(Measurement(f"{case.name}: build + solve", how, case.faster, theirs_s / ours_s))
    return lines


def _in_square(case: Case, side: float = 30.0) -> Problem:
    random = np.random.default_rng(1)
    demand, sites = random.uniform(0, side, (case.demand, 2)), random.uniform(0, side, (case.sites, 2))
    covers = cKDTree(sites).query_ball_point(demand, case.radius, return_sorted=True)
    return simple_problem(covers, n_sites=case.sites, weight=random.integers(1, 101, case.demand))


def _spopt(problem: Problem, new: int) -> tuple[float, float, str]:
    """Weight covered by spopt's sites, its seconds from a cost matrix to an answer, and who answered how."""
    import pulp
    from spopt.locate import MCLP

    matrix = np.ones((problem.n_demand, problem.n_sites))
    matrix[problem.demand, problem.sites] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # spopt 0.7 with PuLP 3
        start = time.perf_counter()
        model = MCLP.from_cost_matrix(matrix, problem.weight, 0.5, new)
        model.problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=TIME_LIMIT_S))
        seconds_s = time.perf_counter() - start
    plan = [j for j, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5]
    is_reached = np.isin(problem.sites, plan)
    covered = np.unique(problem.demand[is_reached])
    stopped = model.problem.sol_status != pulp.LpSolutionOptimal
    return (
        float(problem.weight[covered].sum()),
        seconds_s,
        "spopt + CBC" + (", stopped at its limit" if stopped else ""),
    )
