"""How sure a site is: the share of samples in which the best plan keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siting.arrays import Floats
from siting.errors import InputError
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.solution import Solution
from siting.optimise.solve import solve
from siting.optimise.terms import Terms


@dataclass(frozen=True)
class Sensitivity:
    """
    One plan for each sample, and what they have in common.

    Attributes
    ----------
    share
        Shape (J,). Share of samples whose plan opens the site.
    solutions
        One for each sample, with its bound.
    first_plan_value
        Shape (samples,). What the plan of the first sample covers in each.
    """

    share: Floats
    solutions: tuple[Solution, ...]
    first_plan_value: Floats

    @property
    def regret(self) -> Floats:
        """Shape (samples,). Weight the first plan misses at most in each sample, against the sample's own bound."""
        return np.array([found.bound for found in self.solutions]) - self.first_plan_value


def sensitivity(
    samples: Sequence[Problem],
    sites: int | None = None,
    *,
    cost_budget: float | None = None,
    time_limit_s: float = 60.0,
    seed: int = 0,
) -> Sensitivity:
    """
    MCLP (formulation: `objectives.mclp`), by number of sites or by cost, once for each sample.

    Parameters
    ----------
    samples
        The same sites under other assumptions: speeds 10 % up or down, budgets 30 s longer or shorter, other weights.
        The first is the one that is planned with.
    sites, cost_budget
        One of the two, as in `Terms`.
    time_limit_s
        For all samples together.

    Raises
    ------
    InputError
        If there is no sample, or their sites differ in number; or as in `solve`.

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> usual, slow = simple_problem([[0, 1], [1], [2]]), simple_problem([[0], [1], [2]], weight=[1, 1, 3])
    >>> found = sensitivity([usual, slow], 1)
    >>> found.share.tolist(), found.regret.tolist()
    ([0.0, 0.5, 0.5], [0.0, 2.0])
    """
    numbers = {sample.n_sites for sample in samples}
    if len(numbers) != 1:
        raise InputError("samples", [f"Expected samples with the same sites, got numbers of sites {sorted(numbers)}."])
    each_s = time_limit_s / len(samples)
    terms = Terms(sites=sites, cost_budget=cost_budget)
    solutions = tuple(solve(sample, "mclp", terms=terms, time_limit_s=each_s, seed=seed) for sample in samples)
    return Sensitivity(
        share=np.mean([opened(sample, found.plan) for sample, found in zip(samples, solutions, strict=True)], axis=0),
        solutions=solutions,
        first_plan_value=np.array([covered_weight(sample, solutions[0].plan) for sample in samples]),
    )
