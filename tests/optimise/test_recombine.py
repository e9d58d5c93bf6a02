"""Several plans together: the best of each quarter in one plan, never worse than the best of them."""

from __future__ import annotations

import time

import numpy as np

from siting.optimise import covered_weight, simple_problem
from siting.optimise.objective import Limits
from siting.optimise.recombine import best_together, recombined
from siting.optimise.reduce import settled, whole
from siting.optimise.warm_start import best_known_sites
from tests.optimise import cases


def soon() -> Limits:
    return Limits(time.monotonic() + 20)


def test_each_plan_gives_its_better_half() -> None:
    """Two towns that share nothing; one plan is best in the first, the other in the second."""
    two = simple_problem([[0, 1], [1], [2, 3], [3]], weight=[5, 4, 5, 4])
    assert best_together(two, 2, [np.array([1, 2]), np.array([0, 3])], soon()).tolist() == [1, 3]


def test_no_worse_than_the_best_of_them() -> None:
    """Equal plans come back as they are, and a good plan is not lost beside a poor one."""
    problem = settled(whole(cases.in_square(300, 60, 5.0, seed=2))).problem
    good = best_known_sites(problem, 6)
    poor = np.arange(6)
    together = best_together(problem, 6, [poor, good], soon())
    assert covered_weight(problem, together) >= covered_weight(problem, good)
    assert best_together(problem, 6, [good, good], soon()).tolist() == good.tolist()


def test_a_poor_plan_becomes_the_optimum() -> None:
    """From a poor start the best of every plan is met, by brute force; at a deadline long past the start comes back."""
    problem = settled(whole(cases.in_square(120, 14, 7.0, seed=1))).problem
    poor = np.arange(4)
    found = recombined(problem, 4, poor, soon(), enough=np.inf, work=100_000)
    assert covered_weight(problem, found) == cases.most_covered(problem, 4)
    assert recombined(problem, 4, poor, Limits(time.monotonic() - 1), enough=np.inf).tolist() == poor.tolist()
