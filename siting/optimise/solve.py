"""From a problem and the name of a question to a plan with its proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from siting.errors import InputError
from siting.optimise.objective import TOLERANCE, Limits, Objective
from siting.optimise.objectives import OBJECTIVES
from siting.optimise.problem import Problem
from siting.optimise.solution import Solution
from siting.optimise.terms import Terms
from siting.optimise.watch import Progress, stopping, watched
from siting.tables import unknown


def solve(
    problem: Problem,
    objective: str,
    *,
    sites: int | None = None,
    terms: Terms | None = None,
    time_limit_s: float = 60.0,
    relative_gap: float = 0.0,
    seed: int = 0,
    threads: int = 1,
    progress: Callable[[Progress], None] | None = None,
) -> Solution:
    """
    The best plan that the time allows, and a proven bound on every other.

    Demand that no site can cover is never dropped in silence: it leaves in `Solution.reasons`. The same problem, seed
    and solver give the same plan, unless the time limit cut the search short (then `status` is ``feasible``).

    Parameters
    ----------
    objective
        A name in `OBJECTIVES`; its ``formulation`` is the model.
    sites
        Number of new sites, besides those fixed open; short for ``terms=Terms(sites=...)``. ``lscp``: leave out.
    terms
        What else the objective needs; ``OBJECTIVES[objective].takes`` names it.
    time_limit_s
        Wall seconds, 0 or more. Greedy, swaps and a bound are always computed; a solver gets what is left.
    relative_gap
        Stop as soon as bound and value are this close; 0 asks for the proof.
    threads
        For solvers that take a number of threads (HiGHS in OR-Tools 9.15 does not).
    progress
        Called with the best value, the bound and the gap whenever one of them improves.

    Notes
    -----
    Ctrl-C during the search ends it: the best plan so far comes back with its bound. A second one is an ordinary
    `KeyboardInterrupt`.

    Raises
    ------
    InputError
        If the objective is not known, an argument or the problem's arrays are wrong, or `sites` exceeds the free
        candidates.

    Examples
    --------
    Three neighbourhoods; site 1 reaches two of them, and one new site is to be opened.

    >>> from siting.optimise.problem import simple_problem
    >>> problem = simple_problem([[0, 1], [1], [2]], weight=[30, 40, 50])
    >>> solution = solve(problem, "mclp", sites=1)
    >>> solution.plan.tolist(), solution.value, solution.bound, solution.status
    ([1], 70.0, 70.0, 'optimal')
    >>> solve(problem, "lscp").plan.tolist()
    [1, 2]
    """
    started_s = time.monotonic()
    asked = _objective(objective)
    terms = terms or Terms()
    terms = terms if sites is None else replace(terms, sites=sites)
    _check_arguments(time_limit_s, relative_gap, seed, threads)
    problem.check()
    terms.check(objective, asked.takes, problem)
    with stopping() as stop:
        tell = watched(asked.sense, progress, started_s)
        found = asked.search(problem, terms, Limits(started_s + time_limit_s, relative_gap, seed, threads, stop, tell))
    has_plan = found.status not in ("infeasible", "unknown")
    value = asked.value(problem, found.plan, terms) if has_plan else math.nan
    bound = _bound(asked, value, found.bound)
    return Solution(
        objective=objective,
        plan=found.plan,
        value=value,
        bound=bound,
        sense=asked.sense,
        status=found.status or ("optimal" if bound == value else "feasible"),
        method=" + ".join([*found.method, *(["stopped by Ctrl-C"] if stop.is_set() else [])]),
        seconds=time.monotonic() - started_s,
        seed=seed,
        settings={
            **terms.told(),
            "time_limit_s": time_limit_s,
            "relative_gap": relative_gap,
            "threads": threads,
            "tolerance": TOLERANCE,
        },
        reasons=found.reasons,
        sizes=found.sizes,
        also=found.also,
    )


def _bound(objective: Objective, value: float, bound: float) -> float:
    # Value and bound are sums of the same floats in different order. Closer than TOLERANCE they are the same number,
    # and a bound on the wrong side of a plan that exists can only be rounding: either way the value is printed.
    is_past = bound < value if objective.sense == "max" else bound > value
    return value if is_past or math.isclose(value, bound, rel_tol=TOLERANCE) else float(bound)


def _objective(name: str) -> Objective:
    if name in OBJECTIVES:
        return OBJECTIVES[name]
    raise InputError("objective", [unknown(name, OBJECTIVES)])


def _check_arguments(time_limit_s: float, relative_gap: float, seed: int, threads: int) -> None:
    faults = []
    if not (math.isfinite(time_limit_s) and time_limit_s >= 0):
        faults.append(f"time_limit_s = {time_limit_s}. Expected seconds, 0 or more.")
    if not 0 <= relative_gap < 1:
        faults.append(f"relative_gap = {relative_gap}. Expected a share from 0 to below 1, for example 0.01.")
    if not 0 <= seed < 2**31:
        faults.append(f"seed = {seed}. Expected a whole number from 0 to {2**31 - 1}.")
    if threads < 1:
        faults.append(f"threads = {threads}. Expected 1 or more.")
    if faults:
        raise InputError("solve", faults)
