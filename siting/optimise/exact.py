"""
Mixed integer programmes, solved by whichever backend of OR-Tools' MathOpt answers.

The only module that knows a solver. A model goes in as arrays, an `Answer` comes out: openness as numbers (to be
rounded, completed and valued by the caller) and the solver's proven bound. Nothing else a solver says is relayed: not
its objective value, and not its "infeasible".
"""

from __future__ import annotations

import datetime
import logging
import math
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from siting.arrays import Floats, Ids, Mask
from siting.optimise.objective import Limits, are_whole
from siting.optimise.problem import Problem, is_covered, opened

_log = logging.getLogger(__name__)

BACKENDS = {"highs": mathopt.SolverType.HIGHS, "scip": mathopt.SolverType.GSCIP, "cp-sat": mathopt.SolverType.CP_SAT}
"""Asked in this order until one answers."""


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


def max_cover(problem: Problem, sites: int, limits: Limits, start: Ids) -> Answer:
    """
    Cover most weight with at most `sites` sites (formulation: `objectives.mclp`), beginning at the plan `start`.

    Weights that are not whole numbers are scaled to a sum of a million, since solvers stop at absolute differences.
    """
    total = float(problem.weight.sum())
    scale = 1.0 if total == 0 or are_whole(problem.weight) else 1e6 / total
    n_sites, n_demand = problem.n_sites, problem.n_demand
    model = _model(problem, n_covered=n_demand)
    model.objective.maximize = True
    model.objective.linear_coefficients.ids.extend(range(n_sites, n_sites + n_demand))
    model.objective.linear_coefficients.values.extend((problem.weight * scale).tolist())
    budget = n_demand
    model.linear_constraints.ids.append(budget)
    model.linear_constraints.lower_bounds.append(-math.inf)
    model.linear_constraints.upper_bounds.append(float(sites))
    model.linear_constraint_matrix.row_ids.extend([budget] * n_sites)
    model.linear_constraint_matrix.column_ids.extend(range(n_sites))
    model.linear_constraint_matrix.coefficients.extend([1.0] * n_sites)
    is_open = opened(problem, start)
    answer = _solved(model, n_sites, limits, np.concatenate([is_open, is_covered(problem, is_open)]))
    return Answer(answer.openness, answer.bound / scale, answer.backend)


def least_cover(problem: Problem, limits: Limits, start: Ids) -> Answer:
    """Cover all demand at least cost (formulation: `objectives.lscp`), beginning at the plan `start`."""
    model = _model(problem, n_covered=0)
    model.objective.linear_coefficients.ids.extend(range(problem.n_sites))
    model.objective.linear_coefficients.values.extend(problem.cost.tolist())
    return _solved(model, problem.n_sites, limits, opened(problem, start))


def _model(problem: Problem, n_covered: int) -> model_pb2.ModelProto:
    """Sites as binary variables; a row for each demand, covered at least once, or as often as its variable says."""
    # Written as one message of arrays: adding a million terms one by one takes longer than solving.
    n_sites, n_demand = problem.n_sites, problem.n_demand
    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(n_sites + n_covered))
    model.variables.lower_bounds.extend([0.0] * (n_sites + n_covered))
    model.variables.upper_bounds.extend([1.0] * (n_sites + n_covered))
    model.variables.integers.extend([True] * n_sites + [False] * n_covered)
    model.linear_constraints.ids.extend(range(n_demand))
    model.linear_constraints.lower_bounds.extend([0.0 if n_covered else 1.0] * n_demand)
    model.linear_constraints.upper_bounds.extend([math.inf] * n_demand)
    rows = np.concatenate([problem.demand, np.arange(n_covered)])
    columns = np.concatenate([problem.sites.astype(np.int64), n_sites + np.arange(n_covered)])
    coefficients = np.concatenate([np.ones(len(problem.sites)), np.full(n_covered, -1.0)])
    by_row = np.argsort(rows, kind="stable")
    model.linear_constraint_matrix.row_ids.extend(rows[by_row].tolist())
    model.linear_constraint_matrix.column_ids.extend(columns[by_row].tolist())
    model.linear_constraint_matrix.coefficients.extend(coefficients[by_row].tolist())
    return model


def _solved(message: model_pb2.ModelProto, n_sites: int, limits: Limits, hint: Mask) -> Answer:
    model = mathopt.Model.from_model_proto(message)
    variables = list(model.variables())
    start = mathopt.SolutionHint(variable_values=dict(zip(variables, hint.astype(float).tolist(), strict=True)))
    worst = math.inf if message.objective.maximize else -math.inf
    for name, backend in BACKENDS.items():
        if limits.left_s == 0.0:
            break
        parameters = mathopt.SolveParameters(
            time_limit=datetime.timedelta(seconds=limits.left_s),
            relative_gap_tolerance=limits.relative_gap,
            random_seed=limits.seed,
            threads=None if name == "highs" else limits.threads,
        )
        try:
            result = mathopt.solve(
                model,
                backend,
                params=parameters,
                model_params=mathopt.ModelSolveParameters(solution_hints=[start]),
            )
        # MathOpt 9.15 answers some statuses of HiGHS with an AttributeError of its own, refusals with ValueError or
        # RuntimeError; whatever the reason, the next backend is asked.
        except (AttributeError, RuntimeError, ValueError) as error:
            _log.warning("%s did not answer (%s: %s); the next solver is asked.", name, type(error).__name__, error)
            continue
        openness = None
        if result.has_primal_feasible_solution():
            openness = np.array(result.variable_values(variables[:n_sites]))
        elif result.termination.reason is not mathopt.TerminationReason.NO_SOLUTION_FOUND:
            _log.warning("%s answered %s, which is not relayed.", name, result.termination.reason)
            continue
        bound = result.dual_bound()
        return Answer(openness, bound if math.isfinite(bound) else worst, name)
    return Answer(None, worst, "none")
