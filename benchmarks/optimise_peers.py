"""What one would use instead: spopt with CBC, the same model in HiGHS, greedy and swaps in numpy."""

from __future__ import annotations

import time
import warnings

import numpy as np
from scipy import optimize, sparse

from siting.arrays import Floats, Ids
from siting.optimise import Problem, covered_weight
from siting.optimise.program import covering
from siting.optimise.relation import by_site


def spopt(problem: Problem, new: int, limit_s: float) -> tuple[float, float, bool]:
    """Weight covered by spopt's sites, its seconds from a cost matrix to an answer, and whether CBC proved it."""
    import pulp
    from spopt.locate import MCLP

    matrix = np.ones((problem.n_demand, problem.n_sites))
    matrix[problem.demand, problem.sites] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # spopt 0.7 with PuLP 3
        start = time.perf_counter()
        model = MCLP.from_cost_matrix(matrix, problem.weight, 0.5, new)
        model.problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit_s))
        seconds_s = time.perf_counter() - start
    plan = np.array([j for j, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5], dtype=np.int64)
    return covered_weight(problem, plan), seconds_s, model.problem.sol_status == pulp.LpSolutionOptimal


def highs(problem: Problem, new: int, limit_s: float) -> tuple[float, bool]:
    """Weight covered, and whether it is proven, by spopt's model in scipy's HiGHS; building it is not counted."""
    n_sites, n_demand = problem.n_sites, problem.n_demand
    reached = sparse.hstack([covering(problem), -sparse.eye_array(n_demand)], format="csr")
    few = sparse.csr_array((np.ones(n_sites), (np.zeros(n_sites, int), np.arange(n_sites))), (1, n_sites + n_demand))
    found = optimize.milp(
        np.concatenate([np.zeros(n_sites), -problem.weight]),
        constraints=[optimize.LinearConstraint(reached, 0, np.inf), optimize.LinearConstraint(few, -np.inf, new)],
        integrality=np.ones(n_sites + n_demand),
        bounds=optimize.Bounds(0, 1),
        options={"time_limit": limit_s},
    )
    plan = np.flatnonzero(found.x[:n_sites] > 0.5) if found.x is not None else np.empty(0, dtype=np.int64)
    return covered_weight(problem, plan), found.status == 0


def greedy_and_swaps(problem: Problem, numbers: range) -> list[float]:
    """
    Weight covered with each number of sites: greedy from the number before, then first-improving swaps.

    The method of the usual libraries for maximal cover, vectorised by site; ours, since none could be installed.
    """
    ptr, demand = by_site(problem)
    rows = [demand[ptr[j] : ptr[j + 1]].astype(np.int64) for j in range(problem.n_sites)]
    count = np.zeros(problem.n_demand, dtype=np.int64)
    plan: list[int] = []
    values = []
    for number in numbers:
        while len(plan) < number:
            gain = np.bincount(problem.sites, weights=(problem.weight * (count == 0))[problem.demand])
            plan.append(int(gain.argmax()))
            count[rows[plan[-1]]] += 1
        _swap(rows, problem.weight, count, plan)
        values.append(float(problem.weight[count > 0].sum()))
    return values


def _swap(rows: list[Ids], weight: Floats, count: Ids, plan: list[int]) -> None:
    """Swaps until none helps, in place."""
    sole = np.zeros(len(count), dtype=np.int64)
    for at, j in enumerate(plan):
        sole[rows[j]] += at
    is_better = True
    while is_better:
        is_better = False
        once = count == 1
        loss = np.bincount(sole[once], weights=weight[once], minlength=len(plan))
        for j, mine in enumerate(rows):
            if j in plan:
                continue
            seen = count[mine]
            alone = mine[seen == 1]
            saved = np.bincount(sole[alone], weights=weight[alone], minlength=len(plan))
            change = weight[mine[seen == 0]].sum() - loss + saved
            at = int(change.argmax())
            if change[at] > 1e-9:
                out = rows[plan[at]]
                count[out] -= 1
                sole[out] -= at
                count[mine] += 1
                sole[mine] += at
                plan[at] = j
                once = count == 1
                loss = np.bincount(sole[once], weights=weight[once], minlength=len(plan))
                is_better = True
