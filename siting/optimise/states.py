"""Several traffic states of one question: what `robust` and `robust_mean` share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Floats, Ids
from siting.optimise.problem import Problem, covered_weight
from siting.optimise.terms import Terms


def states(problem: Problem, terms: Terms) -> list[Problem]:
    """The problem and its other states, all with the sites fixed as in the problem itself."""
    others = [
        replace(other, fixed_open=problem.fixed_open, fixed_closed=problem.fixed_closed) for other in terms.others or ()
    ]
    return [problem, *others]


def chances(terms: Terms) -> Floats:
    """Shape (1 + len(others),). How often each state holds, as shares of one."""
    count = 1 + len(terms.others or ())
    often = np.ones(count) if terms.chance is None else np.asarray(terms.chance, dtype=np.float64)
    return np.asarray(often / often.sum())


def as_one(every: list[Problem], factor: Floats) -> Problem:
    """
    One problem with the demand rows of every state below each other, their weights times the state's factor.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> usual, jam = simple_problem([[0], [0, 1]]), simple_problem([[0], [1]])
    >>> together = as_one([usual, jam], np.array([0.75, 0.25]))
    >>> together.indptr.tolist(), together.sites.tolist(), together.weight.tolist()
    ([0, 1, 3, 4, 5], [0, 0, 1, 0, 1], [0.75, 0.75, 0.25, 0.25])
    """
    length = np.concatenate([np.diff(state.indptr) for state in every])
    return replace(
        every[0],
        indptr=np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        sites=np.concatenate([state.sites for state in every]),
        weight=np.concatenate([state.weight * share for state, share in zip(every, factor, strict=True)]),
        distance=None,
    )


def mean_cover(problem: Problem, plan: Ids, terms: Terms) -> float:
    """Weight covered, averaged over the states."""
    covered = [covered_weight(state, plan) for state in states(problem, terms)]
    return float(np.dot(chances(terms), covered))
