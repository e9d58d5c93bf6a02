"""Distances to open sites: what `p_median` and `p_center` share."""

from __future__ import annotations

import numpy as np

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.optimise.problem import Problem, opened


def checked(objective: str, problem: Problem) -> Floats:
    """
    The distances of a problem.

    Raises
    ------
    InputError
        If it has none.
    """
    if problem.distance is None:
        raise InputError(
            "optimise.Problem", [f"{objective} needs distance: seconds or metres for each entry of sites, aligned."]
        )
    return problem.distance


def nearest_open(problem: Problem, plan: Ids) -> Floats:
    """
    Shape (I,). Distance from each demand to its nearest open site; inf where no open site is listed.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from siting.optimise.problem import simple_problem
    >>> town = replace(simple_problem([[0, 1], [1], [0]]), distance=np.array([5.0, 3.0, 4.0, 2.0]))
    >>> nearest_open(town, np.array([1])).tolist()
    [3.0, 4.0, inf]
    """
    distance = np.where(opened(problem, plan)[problem.sites], checked("nearest_open", problem), np.inf)
    nearest = np.full(problem.n_demand, np.inf)
    np.minimum.at(nearest, problem.demand, distance)
    return nearest
