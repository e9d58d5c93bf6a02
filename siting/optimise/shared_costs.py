"""
A bound below the linear relaxation's, and the sites it rules out: parts of a town share the cost of their sites.

Let each open site cost l, of which site j pays c_jc in part c of the demand. Whatever these are, p sites cover at most

    l p  +  sum_c  max over X of (weight that X covers in c  -  sum_{j in X} c_jc),      sum_c c_jc = l for each j

(Lagrangian decomposition: Guignard and Kim 1987). Each part is solved outright (`part_search`). Where parts disagree on
a site, those that open it are charged more for it and the others less; where they open more than p sites, all cost more
(subgradient steps: Held, Wolfe and Crowder 1974). A site is ruled out where opening it adds more to the losses of its
parts than a better plan can lose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from siting.arrays import Floats, Ids, Mask
from siting.optimise import part_search, warm_start
from siting.optimise.bound import ROUNDING
from siting.optimise.objective import Limits
from siting.optimise.parts import ROWS, grain_of, parted, rounded_down
from siting.optimise.problem import Problem, covered_weight, opened
from siting.optimise.relation import BothWays, both_ways, part

NODES, NODES_OF_EACH = 2_000, 20
"""Most nodes of a tree search, and of one with a site held open or closed."""
STEPS, PACE = 25, 0.1
"""Most steps, and their length as a share of what would close the gap if the slope held."""
LAG = 0.3
"""Of the last step's direction that stays in the next."""
PATIENCE, SLOWER = 5, 0.6
"""Steps without gain before steps get shorter, and by how much; steps between two looks for a better plan."""


@dataclass(frozen=True)
class Narrowed:
    """
    What is left of a question.

    Attributes
    ----------
    plan
        The best that was met.
    bound
        No plan of so many sites covers more weight.
    must_open, must_close
        Shape (J,). Sites that every better plan opens, and those that none opens.
    """

    plan: Ids
    bound: float
    must_open: Mask
    must_close: Mask


@dataclass(frozen=True)
class _Cut:
    """
    A problem whose demand is in parts, with a copy of each site in each part that it reaches.

    `copies` has the copies for sites, and `site` says which site each is. A piece is a part's rows, its copies, and
    their relation, in which each copy has a row of its own as well: it loses what an open copy is worth more than it
    costs.
    """

    copies: Problem
    site: Ids
    pieces: tuple[tuple[Ids, Ids, BothWays], ...]


@dataclass(frozen=True)
class _Costs:
    """What a site costs in all, and each copy of it; the bound they prove; the loss of each part, if exact."""

    each: float
    copy: Floats
    bound: float
    loss: Floats
    is_exact: Mask


def narrowed(problem: Problem, sites: int, price: Floats, plan: Ids, step: float, limits: Limits) -> Narrowed:
    """
    A bound on the weight that `sites` sites can cover, and the sites it decides.

    Parameters
    ----------
    sites
        1 or more, and no more than there are.
    price
        Shape (I,), from 0 to the weight: those that `bound.most_coverable` found.
    plan
        A good plan of at most so many sites.
    step
        By how much a plan is better at least: nearly 1 where weights are whole.

    Examples
    --------
    Three demand points, two of them in reach of each site: half a site each covers all three, one site covers two.

    >>> from siting.optimise.problem import simple_problem
    >>> problem, price = simple_problem([[0, 1], [1, 2], [0, 2]]), np.full(3, 0.5)
    >>> round(narrowed(problem, 1, price, np.array([0]), 0.0, Limits(deadline_s=np.inf)).bound, 3)
    2.0
    """
    price = rounded_down(price, grain_of(problem.weight))
    cut = _cut(problem, parted(problem, max(1, round(problem.n_demand / ROWS))))
    plan, costs = _moved(problem, cut, sites, price, plan, step, limits)
    value, is_free = covered_weight(problem, plan), np.zeros(problem.n_sites, dtype=bool)
    if costs.is_exact.mean() < 0.5 or costs.bound < value + step or limits.is_enough(value, costs.bound):
        return Narrowed(plan, costs.bound, is_free, is_free)
    must_open, must_close = _decided(problem, cut, costs, price, costs.bound - value - step, limits)
    if (must_open & must_close).any() or must_open.sum() > sites:  # no plan is better
        return Narrowed(plan, value, is_free, is_free)
    return Narrowed(plan, costs.bound, must_open, must_close)


def _cut(problem: Problem, label: Ids) -> _Cut:
    named, copies = np.unique(label[problem.demand] * problem.n_sites + problem.sites, return_inverse=True)
    free = np.zeros(len(named), dtype=bool)
    split = Problem(problem.indptr, copies.astype(np.uint32), problem.weight, np.ones(len(named)), free, free)
    label_of_copy, pieces = named // problem.n_sites, []
    for c in range(int(label.max(initial=0)) + 1):
        its = part(split, label == c, label_of_copy == c)
        own = np.arange(its.n_sites)
        with_own_rows = replace(
            its,
            indptr=np.concatenate([its.indptr, its.indptr[-1] + 1 + own]),
            sites=np.concatenate([its.sites, own.astype(np.uint32)]),
            weight=np.concatenate([its.weight, np.zeros(its.n_sites)]),
        )
        pieces.append((np.flatnonzero(label == c), np.flatnonzero(label_of_copy == c), both_ways(with_own_rows)))
    return _Cut(split, named % problem.n_sites, tuple(pieces))


def _worth(cut: _Cut, price: Floats) -> Floats:
    """Shape of the copies: the prices of the demand that each covers."""
    return np.bincount(cut.copies.sites, weights=price[cut.copies.demand], minlength=len(cut.site)).astype(np.float64)


def _first_costs(problem: Problem, cut: _Cut, sites: int, price: Floats) -> tuple[float, Floats]:
    """A site costs what the p-th best is worth; a copy what its own demand is, and where most of it is the rest."""
    copy = _worth(cut, price)
    worth = np.bincount(cut.site, weights=copy, minlength=problem.n_sites)
    each = float(np.sort(worth)[::-1][sites - 1])
    by_worth = np.lexsort((copy, cut.site))
    home = by_worth[np.flatnonzero(np.diff(cut.site[by_worth], append=-1))]
    copy[home] += each - worth[cut.site[home]]
    return each, copy


def _moved(
    problem: Problem, cut: _Cut, sites: int, price: Floats, plan: Ids, step: float, limits: Limits
) -> tuple[Ids, _Costs]:
    """The best plan and the costs of the lowest bound that were met."""
    n_copies = np.maximum(1, np.bincount(cut.site, minlength=problem.n_sites))
    total = float((problem.weight - price).sum()) + ROUNDING * float(problem.weight.sum())
    each, copy = _first_costs(problem, cut, sites, price)
    before, value, pace, idle = opened(problem, plan)[cut.site], covered_weight(problem, plan), PACE, 0
    slope, slope_of_each = np.zeros(len(cut.site)), 0.0
    best: _Costs | None = None
    for turn in range(STEPS):
        known = (opened(problem, plan)[cut.site], before)
        loss, is_open, is_exact = _least_losses(cut, copy, price, known)
        bound = total + each * sites - float(loss.sum())
        if best is None or bound < best.bound:
            best, idle = _Costs(each, copy, bound, loss, is_exact), 0
        else:
            idle += 1
            pace *= SLOWER if idle % PATIENCE == 0 else 1.0
        share = np.bincount(cut.site, weights=is_open, minlength=problem.n_sites) / n_copies
        if turn % PATIENCE == 0:
            plan = _repaired(problem, sites, share, plan)
            value = covered_weight(problem, plan)
        is_closed = best.bound < value + step or limits.is_enough(value, best.bound)
        if is_closed or best.is_exact.mean() < 0.5 or limits.left_s == 0.0:
            break
        slope = LAG * slope + is_open - share[cut.site]
        slope_of_each = LAG * slope_of_each + float(share.sum()) - sites
        square = float((slope**2).sum()) + slope_of_each**2
        if square == 0.0:
            break
        length = pace * (bound - value) / square
        copy = copy + length * (slope + (slope_of_each / n_copies)[cut.site])
        each, before = each + length * slope_of_each, is_open
    assert best is not None  # noqa: S101 - for mypy: there is a first turn
    return plan, best


def _repaired(problem: Problem, sites: int, share: Floats, plan: Ids) -> Ids:
    """The better of the plan and one of the sites that most of their parts open."""
    likely = np.argsort(-share, kind="stable")[:sites]
    other = warm_start.best_known_sites(problem, sites, start=likely[share[likely] > 0.0], work=0)
    return other if covered_weight(problem, other) > covered_weight(problem, plan) else plan


def _least_losses(cut: _Cut, copy: Floats, price: Floats, known: Sequence[Mask]) -> tuple[Floats, Mask, Mask]:
    """What every plan loses in each part, the copies that its best plan opens, and whether that was proven."""
    loss, is_open = np.zeros(len(cut.pieces)), np.zeros(len(cut.site), dtype=bool)
    is_exact = np.zeros(len(cut.pieces), dtype=bool)
    for c, (copies, asked, paid) in enumerate(_asked(cut, copy, price)):
        plans = [plan[copies] for plan in known]
        losses = [part_search.lost(*asked, plan) for plan in plans]
        plan = plans[int(np.argmin(losses))].copy()
        least, is_exact[c] = part_search.least_loss(*asked, min(losses), NODES, plan)
        loss[c], is_open[copies] = least - paid, plan
    return loss, is_open, is_exact


def _decided(
    problem: Problem, cut: _Cut, costs: _Costs, price: Floats, slack: float, limits: Limits
) -> tuple[Mask, Mask]:
    """Sites that cannot stay closed, or be opened, without losing as much as `slack` beyond what every plan loses."""
    opening, closing = np.zeros((2, problem.n_sites))
    for c, (copies, asked, paid) in enumerate(_asked(cut, costs.copy, price)):
        if limits.left_s == 0.0:
            break
        least = costs.loss[c] + paid
        when_open, when_closed = part_search.lost_by_each(*asked, least + slack, NODES_OF_EACH)
        opening[cut.site[copies]] += np.maximum(0.0, when_open - least)
        closing[cut.site[copies]] += np.maximum(0.0, when_closed - least)
    return closing >= slack, opening >= slack


def _asked(
    cut: _Cut, copy: Floats, price: Floats
) -> Iterator[tuple[Ids, tuple[BothWays, Floats, Floats, Floats], float]]:
    """For each part its copies, what `part_search` takes, and what its copies are worth more than they cost."""
    grain = grain_of(cut.copies.weight)
    dearer = rounded_down(copy - _worth(cut, price), grain)
    spare = rounded_down(cut.copies.weight - price, grain)
    for rows, copies, relation in cut.pieces:
        cheaper = np.maximum(0.0, -dearer[copies])
        prices = np.concatenate([price[rows], np.zeros(len(copies))])
        spares = np.concatenate([spare[rows], cheaper])
        yield copies, (relation, prices, spares, np.maximum(0.0, dearer[copies])), float(cheaper.sum())
