"""
Mixed integer programmes, solved by whichever backend of OR-Tools' MathOpt answers.

The only module that knows a solver. A model goes in as arrays, an `Answer` comes out: openness as numbers (to be
rounded, completed and valued by the caller) and the solver's proven bound. Nothing else a solver says is relayed: not
its objective value, and not its "infeasible".

A solver runs in a process of its own (`solver_process`) and is given nine tenths of the time that is left; one that is
still running at the deadline is ended, and what was known before is the answer.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids
from siting.optimise.objective import Limits
from siting.optimise.problem import Problem, is_covered, opened
from siting.optimise.program import Program, at_least, at_most, covering, message, program
from siting.optimise.solver_process import TOLD_TO_STOP, reply_to
from siting.optimise.solver_program import Task

_log = logging.getLogger(__name__)

BACKENDS = {"scip": "GSCIP", "highs": "HIGHS", "cp-sat": "CP_SAT"}
"""Asked in this order until one answers: our name, MathOpt's name."""
FEW_SITES = 100
"""Up to so many, branching alone closes maximal cover sooner: squares 3.9 s of SCIP with cuts off, 6.0 s with them."""


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
    hint = np.concatenate([is_open, is_covered(problem, is_open)]).astype(float)
    return solved(model, n_sites, limits, hint, cuts=n_sites > FEW_SITES)


def least_cover(problem: Problem, limits: Limits, start: Ids) -> Answer:
    """Cover all demand at least cost (formulation: `objectives.lscp`), beginning at the plan `start`."""
    rows = at_least([covering(problem)], np.ones(problem.n_demand))
    model = program([problem.cost], [rows], whole_blocks=1, maximise=False)
    return solved(model, problem.n_sites, limits, opened(problem, start).astype(float))


def solved(model: Program, n_sites: int, limits: Limits, hint: Floats | None = None, *, cuts: bool = True) -> Answer:
    """
    What the first backend that answers says of a programme whose first `n_sites` variables are the sites.

    Parameters
    ----------
    hint
        A value for each of the first variables, as many as are known.
    cuts
        Whether the solver may add cutting planes.
    """
    worst = math.inf if model.maximise else -math.inf
    written = message(model).SerializeToString()
    for name, backend in BACKENDS.items():
        if limits.left_s == 0.0:
            break
        task = Task(
            message=written,
            backend=backend,
            time_limit_s=limits.left_s * TOLD_TO_STOP,
            relative_gap=limits.relative_gap,
            seed=limits.seed,
            threads=None if name == "highs" else limits.threads,
            hint=np.empty(0) if hint is None else hint,
            n_sites=n_sites,
            cuts=cuts or name == "highs",  # it refuses to be told, as it does a number of threads
        )
        reply = reply_to(task, limits)
        if reply is None:
            _log.info("%s was still running at the deadline and was ended.", name)
            return Answer(None, worst, f"{name} (ended at the deadline)")
        if reply.error:
            _log.warning("%s did not answer (%s); the next solver is asked.", name, reply.error)
            continue
        if reply.openness is None and reply.reason != "NO_SOLUTION_FOUND":
            _log.warning("%s answered %s, which is not relayed.", name, reply.reason)
            continue
        bound = reply.bound / model.scale
        return Answer(reply.openness, bound if math.isfinite(bound) else worst, name)
    return Answer(None, worst, "none")


def _identity(n: int) -> sparse.csr_array:
    return sparse.csr_array(sparse.eye_array(n))
