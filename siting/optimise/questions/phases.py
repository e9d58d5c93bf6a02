"""Building year by year: nested plans, and what nesting costs in each year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from siting.errors import InputError
from siting.optimise.problem import Problem, opened
from siting.optimise.solution import Solution
from siting.optimise.solve import solve
from siting.optimise.watch import Progress


@dataclass(frozen=True)
class Phase:
    """
    One year of a phased plan.

    Attributes
    ----------
    year
        As asked.
    nested
        The plan of this year: it holds all plans before it. Its own bound is that of the nested choice.
    free
        The best plan of this year if nothing had to be nested.
    """

    year: int
    nested: Solution
    free: Solution

    @property
    def loss(self) -> float:
        """Weight that nesting costs this year at most: the bound of the free plan less the nested value."""
        return self.free.bound - self.nested.value


def phases(
    problem: Problem,
    new_by_year: Mapping[int, int],
    *,
    aim: Literal["last", "first"] = "last",
    time_limit_s: float = 60.0,
    relative_gap: float = 0.0,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Phase, ...]:
    """
    Nested MCLP plans (formulation: `objectives.mclp`), one for each year.

    Parameters
    ----------
    new_by_year
        New sites that stand at the end of each year, all years before included: ``{2027: 2, 2030: 5}``.
    aim
        ``"last"``: the last year is as good as it can be, and each earlier one the best part of the next.
        ``"first"``: the first year is, and each later one the best addition.
    time_limit_s
        For all years together.
    relative_gap, seed, progress
        As in `solve`; progress begins anew with each year.

    Raises
    ------
    InputError
        If the numbers fall from one year to the next, or exceed the free candidates.

    Examples
    --------
    One site does best in the middle, two do best at the ends: building the middle first would cost 10 later.

    >>> from siting.optimise.problem import simple_problem
    >>> row = simple_problem([[0], [0, 1], [1, 2], [2]], weight=[10, 20, 20, 10])
    >>> for phase in phases(row, {2027: 1, 2030: 2}):
    ...     print(phase.year, phase.nested.plan.tolist(), phase.nested.value, phase.loss)
    2027 [0] 30.0 10.0
    2030 [0, 2] 60.0 0.0
    """
    years = sorted(new_by_year)
    falling = [b for a, b in pairwise(years) if new_by_year[b] < new_by_year[a]]
    if falling:
        raise InputError(
            "new_by_year",
            [f"{year} has fewer new sites than the year before; what is built stays." for year in falling],
        )
    each_s = time_limit_s / max(1, 2 * len(years) - 1)

    def best(question: Problem, sites: int) -> Solution:
        return solve(
            question,
            "mclp",
            sites=sites,
            time_limit_s=each_s,
            relative_gap=relative_gap,
            seed=seed,
            progress=progress,
        )

    free = {year: best(problem, new_by_year[year]) for year in years}
    nested: dict[int, Solution] = {}
    left = problem
    for year in reversed(years) if aim == "last" else years:
        built = int((left.fixed_open & ~problem.fixed_open).sum())
        room = int((~(left.fixed_open | left.fixed_closed)).sum())
        sites = min(new_by_year[year] - built, room)
        nested[year] = free[year] if left is problem else best(left, sites)
        in_plan = opened(problem, nested[year].plan)
        left = replace(problem, fixed_closed=~in_plan) if aim == "last" else replace(problem, fixed_open=in_plan)
    return tuple(Phase(year, nested[year], free[year]) for year in years)
