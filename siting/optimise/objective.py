"""What an objective is: a sense, a value, and a search that returns a plan with a proven bound."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from siting.arrays import Floats, Ids
from siting.optimise.problem import Problem
from siting.optimise.terms import Terms
from siting.tables import Note

TOLERANCE = 1e-9
"""Relative difference below which a bound and a value are the same number: what summing floats leaves open."""


def _untold(_value: float, _bound: float) -> None:
    """For searches that nobody watches."""


@dataclass(frozen=True)
class Limits:
    """
    How long and how exactly to search.

    Attributes
    ----------
    deadline_s
        Reading of `time.monotonic` when the search should end.
    relative_gap
        Stop as soon as bound and value are this close; 0 asks for the proof.
    seed, threads
        For the swaps, and handed to the solver.
    stop
        Once set, no time is left: Ctrl-C sets it.
    tell
        Called with (best value, bound) whenever one of them is better.
    """

    deadline_s: float
    relative_gap: float = 0.0
    seed: int = 0
    threads: int = 1
    stop: threading.Event = field(default_factory=threading.Event)
    tell: Callable[[float, float], None] = _untold

    @property
    def left_s(self) -> float:
        """Seconds left, 0 or more."""
        return 0.0 if self.stop.is_set() else max(0.0, self.deadline_s - time.monotonic())

    def share(self, part: float) -> Limits:
        """The same with only this part of the time that is left; what a part finds is not told as the whole's."""
        return replace(self, deadline_s=time.monotonic() + part * self.left_s, tell=_untold)

    def is_enough(self, value: float, bound: float) -> bool:
        """Whether the bound is so close that the search may stop."""
        return abs(bound - value) <= max(self.relative_gap, TOLERANCE) * max(abs(bound), abs(value))


@dataclass(frozen=True)
class Found:
    """
    What a search came back with; `solve` recomputes the value and makes the `Solution`.

    Attributes
    ----------
    plan
        Open sites, ascending positions, those fixed open included.
    bound
        Proven: no plan is better.
    method
        What was done, in order.
    reasons, sizes, also
        As in `Solution`.
    status
        ``infeasible`` when `reasons` prove that there is no plan, ``unknown`` when none was found in time,
        ``feasible`` when something besides `bound` is not proven; None leaves it to the bound.
    """

    plan: Ids
    bound: float
    method: tuple[str, ...]
    reasons: tuple[Note, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    also: dict[str, float] = field(default_factory=dict)
    status: Literal["feasible", "infeasible", "unknown"] | None = None


@dataclass(frozen=True)
class Objective:
    """
    One entry of `OBJECTIVES`.

    Attributes
    ----------
    sense
        Whether more or less is better.
    value
        (problem, plan, terms) -> objective, from the arrays alone.
    search
        (problem, terms, limits) -> plan and bound.
    formulation
        The model with its symbols and sources.
    takes
        Terms it understands; any other is refused.
    """

    sense: Literal["max", "min"]
    value: Callable[[Problem, Ids, Terms], float]
    search: Callable[[Problem, Terms, Limits], Found]
    formulation: str
    takes: frozenset[str] = frozenset()


def are_whole(values: Floats) -> bool:
    """Whether all are whole numbers, so that sums of them are exact and no value lies between two of them."""
    return bool((values == values.round()).all()) and float(values.sum()) < 2**53


def whole_below(bound: float, *amounts: Floats) -> float:
    """
    A bound from above on a sum of some of these amounts: the largest whole number it allows where all are whole.

    The bound keeps its rounding error, and stays where it is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> whole_below(41.7, np.array([20.0, 30.0])), whole_below(41.7, np.array([20.5, 30.0]))
    (41, 41.7)
    """
    is_left = math.isinf(bound) or not all(map(are_whole, amounts))
    return bound if is_left else math.floor(bound + 1e-6 + TOLERANCE * abs(bound))


def whole_above(bound: float, *amounts: Floats) -> float:
    """A bound from below, as `whole_below` has one from above: the smallest whole number it allows."""
    return -whole_below(-bound, *amounts)
