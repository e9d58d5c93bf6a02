"""
Mixed integer programmes, solved by whichever backend of OR-Tools' MathOpt answers.

The only module that knows a solver. A model goes in as arrays, an `Answer` comes out: openness as numbers (to be
rounded, completed and valued by the caller) and the solver's proven bound. Nothing else a solver says is relayed: not
its objective value, and not its "infeasible".

A solver runs in a thread of its own. HiGHS overruns its time limit and hears no interrupter (OR-Tools 9.15), so the
deadline is kept here: a solver that is still running then is left behind, and what was known before is the answer.
"""

from __future__ import annotations

import datetime
import logging
import math
import threading
import time
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter
from scipy import sparse

from siting.arrays import Floats, Ids
from siting.optimise.objective import Limits
from siting.optimise.problem import Problem, is_covered, opened
from siting.optimise.program import Program, at_least, at_most, covering, message, program

_log = logging.getLogger(__name__)

BACKENDS = {"highs": mathopt.SolverType.HIGHS, "scip": mathopt.SolverType.GSCIP, "cp-sat": mathopt.SolverType.CP_SAT}
"""Asked in this order until one answers."""
GRACE_S = 0.5
"""Seconds a solver gets past the deadline to hand over what it has."""


@dataclass(frozen=True)
class Answer:
    """
    What a solver said that is used.

    Attributes
    ----------
    openness
        Shape (J,), between 0 and 1 within a tolerance; None when it found no plan.
    bound
        Proven bound on the objective of the model; infinite when it has none.
    backend
        Who answered, or ``"none"``.
    """

    openness: Floats | None
    bound: float
    backend: str


def chosen(answer: Answer, problem: Problem, sites: int) -> Ids | None:
    """The plan a solver means: sites fixed open, and of the others the most open, rounded, at most `sites` of them."""
    if answer.openness is None:
        return None
    free = np.where(problem.fixed_open | problem.fixed_closed, 0.0, answer.openness)
    likely = np.argsort(-free, kind="stable")[:sites]
    return np.union1d(np.flatnonzero(problem.fixed_open), likely[free[likely] > 0.5])


def max_cover(problem: Problem, sites: int, limits: Limits, start: Ids) -> Answer:
    """Cover most weight with at most `sites` sites (formulation: `objectives.mclp`), beginning at the plan `start`."""
    n_sites, n_demand = problem.n_sites, problem.n_demand
    model = program(
        [np.zeros(n_sites), problem.weight],
        [
            at_least([covering(problem), -_identity(n_demand)], np.zeros(n_demand)),
            at_most([np.ones((1, n_sites)), None], np.array([float(sites)])),
        ],
        whole_blocks=1,
        maximise=True,
    )
    is_open = opened(problem, start)
    return solved(model, n_sites, limits, np.concatenate([is_open, is_covered(problem, is_open)]).astype(float))


def least_cover(problem: Problem, limits: Limits, start: Ids) -> Answer:
    """Cover all demand at least cost (formulation: `objectives.lscp`), beginning at the plan `start`."""
    rows = at_least([covering(problem)], np.ones(problem.n_demand))
    model = program([problem.cost], [rows], whole_blocks=1, maximise=False)
    return solved(model, problem.n_sites, limits, opened(problem, start).astype(float))


def solved(model: Program, n_sites: int, limits: Limits, hint: Floats | None = None) -> Answer:
    """
    What the first backend that answers says of a programme whose first `n_sites` variables are the sites.

    Parameters
    ----------
    hint
        A value for each of the first variables, as many as are known.
    """
    worst = math.inf if model.maximise else -math.inf
    built = mathopt.Model.from_model_proto(message(model))
    variables = list(built.variables())
    values = {} if hint is None else dict(zip(variables, hint.tolist(), strict=False))
    start = mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(variable_values=values)])
    for name, backend in BACKENDS.items():
        if limits.left_s == 0.0:
            break
        result = _within(built, backend, limits, start, threads=None if name == "highs" else limits.threads)
        if isinstance(result, Exception):
            _log.warning("%s did not answer (%s: %s); the next is asked.", name, type(result).__name__, result)
            continue
        if result is None:
            _log.warning("%s was still running at the deadline and was left behind.", name)
            return Answer(None, worst, f"{name} (left behind)")
        openness = None
        if result.has_primal_feasible_solution():
            openness = np.array(result.variable_values(variables[:n_sites]))
        elif result.termination.reason is not mathopt.TerminationReason.NO_SOLUTION_FOUND:
            _log.warning("%s answered %s, which is not relayed.", name, result.termination.reason)
            continue
        bound = result.dual_bound() / model.scale
        return Answer(openness, bound if math.isfinite(bound) else worst, name)
    return Answer(None, worst, "none")


def _within(
    model: mathopt.Model,
    backend: mathopt.SolverType,
    limits: Limits,
    start: mathopt.ModelSolveParameters,
    threads: int | None,
) -> mathopt.SolveResult | Exception | None:
    """The solver's result or its error; None when it did not come back in time."""
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=limits.left_s),
        relative_gap_tolerance=limits.relative_gap,
        random_seed=limits.seed,
        threads=threads,
    )
    interrupter = SolveInterrupter()
    results: list[mathopt.SolveResult | Exception] = []

    def run() -> None:
        try:
            results.append(
                mathopt.solve(model, backend, params=parameters, model_params=start, interrupter=interrupter)
            )
        # MathOpt 9.15 answers some statuses of HiGHS with an AttributeError of its own, refusals with ValueError or
        # RuntimeError; whatever the reason, the next backend is asked.
        except (AttributeError, RuntimeError, ValueError) as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive() and limits.left_s > 0:
        thread.join(min(0.05, limits.left_s))  # short, so that Ctrl-C is heard
    last_s = time.monotonic() + GRACE_S
    if thread.is_alive():
        interrupter.interrupt()
    while thread.is_alive() and time.monotonic() < last_s:
        thread.join(0.05)
    return results[0] if results else None


def _identity(n: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.eye_array(n))
