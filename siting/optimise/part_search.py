"""
The least that any plan loses in one part of a town: a tree search.

Which site covers this demand, or does none? Most answers lose more than is allowed and are dropped; what the rest still
has to lose comes from dual ascent (Erlenkotter 1978). Opening site j loses ``added[j]``; leaving row i uncovered loses
``spare[i]``, and covering it again ``price[i]``. All are 0 or more, and whole multiples of a power of two: sums that
are made and undone stay exact.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from siting.arrays import Floats, Mask
from siting.optimise.relation import BothWays


@njit(cache=True, nogil=True)
def least_loss(
    relation: BothWays, price: Floats, spare: Floats, added: Floats, allowed: float, most_nodes: int, plan: Mask
) -> tuple[float, bool]:
    """
    The least loss of all plans, or `allowed` where none loses less; and whether `most_nodes` were enough to prove it.

    `plan` becomes the plan that loses least, and stays as it is where none loses less than `allowed`. Where the nodes
    were not enough the loss is only what dual ascent proves.
    """
    n_sites, n_rows = len(added), len(spare)
    state = (added.copy(), np.zeros(n_sites, np.bool_), np.zeros(n_rows, np.bool_), np.zeros(n_sites, np.bool_))
    nodes = np.array([most_nodes])
    least = _least((relation, price, spare), state, plan, 0.0, allowed, nodes)
    if nodes[0] >= 0:
        return least, True
    return min(allowed, _ascended(relation, spare, *state[:3])[2]), False


@njit(cache=True, nogil=True)
def lost(relation: BothWays, price: Floats, spare: Floats, added: Floats, plan: Mask) -> float:
    """What a plan loses."""
    _, _, indptr, sites, _ = relation
    total = (added * plan).sum()
    for i in range(len(spare)):
        count = plan[sites[indptr[i] : indptr[i + 1]]].sum()
        total += price[i] * (count - 1) if count > 0 else spare[i]
    return total


@njit(cache=True, nogil=True)
def lost_by_each(
    relation: BothWays, price: Floats, spare: Floats, added: Floats, allowed: float, most_nodes: int
) -> tuple[Floats, Floats]:
    """Shapes (J,). What is lost at least when each site is open, and when it is closed; at most `allowed`."""
    n_sites, n_rows = len(added), len(spare)
    ptr, demand, _, _, _ = relation
    when_open, when_closed = np.full(n_sites, allowed), np.full(n_sites, allowed)
    plan = np.zeros(n_sites, np.bool_)
    for j in range(n_sites):
        for opens in (True, False):
            state = (added.copy(), np.zeros(n_sites, np.bool_), np.zeros(n_rows, np.bool_), np.zeros(n_sites, np.bool_))
            loss = added[j] if opens else 0.0
            if opens:
                _cover(demand[ptr[j] : ptr[j + 1]], 1.0, relation, price, state[0], state[2])
            state[1][j] = True
            nodes = np.array([most_nodes])
            proven = min(allowed, loss + _ascended(relation, spare, *state[:3])[2])
            least = _least((relation, price, spare), state, plan, loss, allowed, nodes)
            proven = least if nodes[0] >= 0 else proven
            if opens:
                when_open[j] = proven
            else:
                when_closed[j] = proven
    return when_open, when_closed


@njit(cache=True, nogil=True)
def _least(part, state, best, loss, allowed, nodes):  # type: ignore[no-untyped-def]
    """
    The lower of `allowed` and the least loss of all plans that open no closed site, beyond those opened so far.

    Nothing is proven once `nodes` falls below 0.
    """
    nodes[0] -= 1
    if nodes[0] < 0:
        return allowed
    relation, price, spare = part
    added, is_closed, is_covered, is_open = state
    ptr, demand, indptr, sites, _ = relation
    to_open, to_lose, paid = _ascended(relation, spare, added, is_closed, is_covered)
    room = allowed - loss - paid
    if room <= 0.0:
        return allowed
    row = _tightest(relation, spare, to_open, to_lose, is_covered, room)
    if row < 0:
        loss += (spare * ~is_covered).sum()
        if loss < allowed:
            best[:] = is_open
        return min(loss, allowed)
    dropped = np.flatnonzero(~is_closed & (to_open >= room))
    is_closed[dropped] = True
    options = sites[indptr[row] : indptr[row + 1]]
    options = options[~is_closed[options]]
    options = options[np.argsort(to_open[options])]
    for j in options:
        own = demand[ptr[j] : ptr[j + 1]]
        fresh = own[~is_covered[own]]
        with_it = loss + added[j]
        _cover(fresh, 1.0, relation, price, added, is_covered)
        is_open[j] = True
        allowed = _least(part, state, best, with_it, allowed, nodes)
        is_open[j] = False
        _cover(fresh, -1.0, relation, price, added, is_covered)
        is_closed[j] = True  # from here on: the plans without it
    allowed = _least(part, state, best, loss, allowed, nodes)
    is_closed[dropped] = False
    is_closed[options] = False
    return allowed


@njit(cache=True, nogil=True)
def _cover(rows, sign, relation, price, added, is_covered):  # type: ignore[no-untyped-def]
    """Cover these rows, or with sign -1 uncover them: a second site there costs their price."""
    _, _, indptr, sites, _ = relation
    for i in rows:
        is_covered[i] = sign > 0.0
        for entry in range(indptr[i], indptr[i + 1]):
            added[sites[entry]] += sign * price[i]


@njit(cache=True, nogil=True)
def _ascended(relation, spare, added, is_closed, is_covered):  # type: ignore[no-untyped-def]
    """
    What opening each site and losing each row still cost once every row has paid what it surely costs; and the sum.

    Each row in turn pays the least that losing it, or any of its sites, still costs: a dual solution of what is left.
    """
    _, _, indptr, sites, _ = relation
    to_open = np.where(is_closed, np.inf, added)
    to_lose = np.where(is_covered, 0.0, spare)
    paid = 0.0
    for i in range(len(spare)):
        pay = to_lose[i]
        for entry in range(indptr[i], indptr[i + 1]):
            if pay <= 0.0:
                break
            pay = min(pay, to_open[sites[entry]])
        if pay > 0.0:
            paid += pay
            to_lose[i] -= pay
            for entry in range(indptr[i], indptr[i + 1]):
                to_open[sites[entry]] -= pay
    return to_open, to_lose, paid


@njit(cache=True, nogil=True)
def _tightest(relation, spare, to_open, to_lose, is_covered, room):  # type: ignore[no-untyped-def]
    """The open row with the fewest and dearest ways on; -1 when none that would lose anything can still be covered."""
    _, _, indptr, sites, _ = relation
    best, fewest = -1, np.inf
    for i in range(len(spare)):
        if is_covered[i] or spare[i] <= 0.0:
            continue
        ways = max(0.0, 1.0 - to_lose[i] / room) ** 2
        can_open = False
        for entry in range(indptr[i], indptr[i + 1]):
            left = 1.0 - to_open[sites[entry]] / room
            if left > 0.0:
                can_open = True
                ways += left * left
                if ways >= fewest:
                    break
        if can_open and ways < fewest:
            best, fewest = i, ways
    return best
