"""
A bound below the linear relaxation: what every plan loses in each part of a town.

At prices u on demand of weight w the Lagrangian bound (`optimise.bound`) takes each demand as covered just once. Any
real plan falls short of it by what it loses, demand by demand,

    w_i - u_i    where no open site covers i
    u_i (k - 1)  where k > 1 of them do

and, for each open site, by what the p-th best site's demand is worth more than its own. Sites are round and do not tile
a town: where each reaches many demand points something is lost around every one of them. So demand is cut into parts,
whose least losses (`part_search`) add up, whatever a plan does in the others (Lagrangian decomposition: Guignard and
Kim 1987).
"""

from __future__ import annotations

import math
import sys

import numpy as np

from siting.arrays import Floats, Ids
from siting.optimise import part_search
from siting.optimise.bound import most_for_each
from siting.optimise.objective import Limits
from siting.optimise.problem import Problem
from siting.optimise.program import covering
from siting.optimise.relation import BothWays, both_ways, part

ROWS = 500
"""Demand points of a part at first: with half as many most is lost on borders."""
LEVELS = 2
"""How often two parts become one: what both lose is shown at once, and what their border loses is sought."""
NODES = 20_000
"""Most nodes of one tree search: a second or two."""
FIRST, GROWTH = 0.01, 1.25
"""The first loss to be shown for a part, in what the p-th best site's demand is worth, and the next after one shown."""
SMOOTHINGS = 100
"""Steps of the random walk whose slowest mode cuts a part in two."""
GRAIN_BITS = 30
"""Prices are whole multiples of a power of two, so many bits below the largest weight: sums stay exact when undone."""


def most_less_losses(problem: Problem, sites: int, price: Floats, enough: float, limits: Limits) -> float:
    """
    A bound on the weight that `sites` sites can cover: that of the prices, less what every plan loses.

    Parameters
    ----------
    price
        Shape (I,), from 0 to the weight: those that `bound.most_coverable` found.
    enough
        The search ends as soon as the bound is as low, or at the deadline.

    Examples
    --------
    Three demand points, two of them in reach of each site: half a site each covers all three, one site covers two.

    >>> from siting.optimise.problem import simple_problem
    >>> problem, price = simple_problem([[0, 1], [1, 2], [0, 2]]), np.full(3, 0.5)
    >>> round(float(most_for_each(problem, price)[1]), 3)
    2.5
    >>> round(most_less_losses(problem, 1, price, 0.0, Limits(deadline_s=np.inf)), 3)
    2.0
    """
    grain = grain_of(problem.weight)
    price = rounded_down(price, grain)
    worth = np.bincount(problem.sites, weights=price[problem.demand], minlength=problem.n_sites)
    last = np.sort(worth)[::-1][sites - 1] if 0 < sites <= problem.n_sites else 0.0
    short = rounded_down(np.maximum(0.0, last - worth), grain)
    spare = rounded_down(problem.weight - price, grain)
    bound = float(most_for_each(problem, price)[sites])
    label = parted(problem, max(1, round(problem.n_demand / ROWS)))
    home = _home(problem, price, label)
    shown = np.zeros(label.max(initial=0) + 1)
    for level in range(LEVELS):
        if level > 0:
            label, home, shown = label // 2, home // 2, np.add.reduceat(shown, np.arange(0, len(shown), 2))
        for c in range(len(shown)):
            if bound - shown.sum() <= enough or limits.left_s == 0.0:
                break
            rows = label == c
            touching = np.zeros(problem.n_sites, dtype=bool)
            touching[problem.sites[rows[problem.demand]]] = True
            relation = both_ways(part(problem, rows, touching))
            counted = np.where(home == c, short, 0.0)[touching]
            target = max(FIRST * last, GROWTH * shown[c])
            shown[c] = _shown(relation, price[rows], spare[rows], counted, shown[c], target, limits)
    return bound - float(shown.sum())


def grain_of(weight: Floats) -> float:
    """
    The power of two that `rounded_down` makes whole multiples of; of weights, since prices may all be next to nothing.

    Examples
    --------
    >>> grain_of(np.array([3.0, 5.0])) == 2.0**-28
    True
    """
    exponent = math.frexp(float(weight.max(initial=0.0)))[1] - 1 - GRAIN_BITS
    return max(2.0**exponent, sys.float_info.min)


def rounded_down(values: Floats, grain: float) -> Floats:
    """Whole multiples of `grain`, none above its value."""
    return np.floor(values / grain) * grain


def parted(problem: Problem, count: int) -> Ids:
    """
    Shape (I,). Demand in `count` parts of about equal size that share few sites, numbered from 0.

    Halved at the median of the slowest mode of a walk from demand to site to demand, and again (spectral bisection:
    Pothen, Simon and Liou 1990).

    Examples
    --------
    >>> from siting.optimise.problem import simple_problem
    >>> label = parted(simple_problem([[0], [2, 3], [0, 1], [3], [1, 2]]), 2)
    >>> bool(label[0] == label[2] != label[1] == label[3])
    True
    """
    label = np.zeros(problem.n_demand, dtype=np.int64)
    cover = covering(problem)
    pieces = [(np.arange(problem.n_demand), 0, count)]
    while pieces:
        rows, first, count = pieces.pop()
        label[rows] = first
        if count > 1:
            order = rows[np.argsort(_slowest_mode(cover[rows]), kind="stable")]
            at = len(order) * (count // 2) // count
            pieces += [(order[:at], first, count // 2), (order[at:], first + count // 2, count - count // 2)]
    return label


def _slowest_mode(cover) -> Floats:  # type: ignore[no-untyped-def]  # scipy.sparse, whose slices are not typed
    of_row, of_site = cover.sum(axis=1), np.maximum(1.0, cover.sum(axis=0))
    mode = np.random.default_rng(0).normal(size=cover.shape[0])
    for _ in range(SMOOTHINGS):
        mode -= (of_row @ mode) / max(1.0, of_row.sum())  # without the mode that is constant
        mode = cover @ ((cover.T @ mode) / of_site) / np.maximum(1.0, of_row)
        mode /= np.abs(mode).max(initial=0.0) or 1.0
    return np.asarray(mode)


def _home(problem: Problem, price: Floats, label: Ids) -> Ids:
    """The part where most of a site's demand is: there its own shortfall counts, and nowhere else."""
    n_parts = int(label.max(initial=0)) + 1
    at = problem.sites.astype(np.int64) * n_parts + label[problem.demand]
    worth = np.bincount(at, weights=price[problem.demand], minlength=problem.n_sites * n_parts)
    return np.asarray(worth.reshape(problem.n_sites, n_parts).argmax(axis=1))


def _shown(
    relation: BothWays, price: Floats, spare: Floats, short: Floats, shown: float, target: float, limits: Limits
) -> float:
    """What is proven that every plan loses in a part: higher targets in turn, until one takes too many nodes."""
    plan = np.zeros(len(short), dtype=np.bool_)
    while target > shown and limits.left_s > 0.0:
        least, is_proven = part_search.least_loss(relation, price, spare, short, target, NODES, plan)
        if not is_proven:
            break
        shown, target = least, GROWTH * target if least == target else least
    return shown
