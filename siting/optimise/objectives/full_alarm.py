"""
FULL_ALARM: of the plans whose first engine reaches most in time, which brings a full alarm in time to most?

    first       maximise  sum_i w_i y_i   (that is `mclp`; its optimum is V)          (1)
    then        maximise  sum_i w_i z_i                                               (2)
    subject to  sum_i w_i y_i >= (1 - e) V                                            (3)
                y_i <= sum_{j in N_i} x_j                                for each i   (4)
                r_i z_i <= sum_{j in M_i free} min(a_j, r_i) x_j         for each i   (5)
                sum_{j free} x_j <= p                                                 (6)
                x_j = 1 fixed open, x_j = 0 fixed closed                              (7)
                x_j, z_i in {0, 1}, 0 <= y_i <= 1                                     (8)

i demand, j sites; w_i weight; N_i sites whose first engine reaches i in time; M_i sites whose engines count for the
full alarm at i (`Terms.alarm`, more sites than N_i as a rule); a_j engines of site j; k engines of a full alarm;
r_i = k less the engines that sites fixed open send, z_i = 1 where that is 0; e the share of V that may be given up.
The value is (2). `Solution.also` holds (1) with the bound on V; when time ends before V is proven, (3) takes the best
known and the status says feasible. With e = 0, one engine at each site, k = 2 and M = N this is `backup`, whose
own formulation is tighter.

The bound puts prices u on (5) and v on (4), and l >= 0 on (3), with sites divisible:

    sum_i max(0, w_i - u_i) + sum_i max(0, l w_i - v_i) - l (1 - e) V  +  the p dearest of (prices that x_j earns)

Hogan and ReVelle (1986), Concepts and applications of backup coverage, Management Science 32, for first and second
cover in this order; the number of engines by Batta and Mannur (1990), Covering-location models for emergency
situations that require multiple response units, Management Science 36.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids
from siting.optimise.exact import chosen, solved
from siting.optimise.objective import TOLERANCE, Found, Limits, Objective, whole_below
from siting.optimise.objectives import mclp
from siting.optimise.objectives.expected import merged
from siting.optimise.problem import Problem, covered_weight, is_covered, opened
from siting.optimise.program import Program, at_least, at_most, covering, fixed, program
from siting.optimise.terms import Alarm, Terms

SMOOTH = (1.0, 1e-3)
"""What a part of the missing engines counts beside all of them: first to climb towards many, then to hold what is."""
RELAXED = (0.0, 1.0, 4.0)
"""Prices l on (3) that are tried."""
PRICE_STEPS = 150
"""Subgradient steps for each of them."""


@dataclass(frozen=True)
class Short:
    """
    Demand that the sites fixed open send some of its engines, but not all.

    Attributes
    ----------
    weight
        Shape (R,).
    part
        Shape (R, J). Of the engines that are missing, the part that a free site sends.
    met
        Weight that has all engines already.
    """

    weight: Floats
    part: sparse.csr_array
    met: float

    def value(self, plan: Ids) -> float:
        """Weight with all engines."""
        sent = self.part @ _ones(self.part.shape[1], plan)
        return self.met + float(self.weight[sent >= 1.0 - TOLERANCE].sum())


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """The plan that covers (nearly) most first, and of those brings most a full alarm; with the bound on the latter."""
    terms.needed("full_alarm", "sites", "alarm")
    assert terms.alarm is not None  # noqa: S101 - just asked for
    sites = terms.sites or 0
    first = mclp.search(problem, Terms(sites=sites), limits.share(0.4))
    core, short = merged(problem), _short(problem, terms.alarm, sites)
    most = covered_weight(core, first.plan)
    least = (1.0 - (terms.give_up or 0.0)) * most * (1.0 - TOLERANCE)
    plan = first.plan
    for smooth in SMOOTH:
        other = _climbed(core, short, plan, sites, least, smooth, limits.share(0.3))
        plan = other if short.value(other) > short.value(plan) else plan
    upper = min(short.value(np.flatnonzero(~problem.fixed_closed)), _priced(core, short, plan, sites, least, limits))
    upper = _tightened(short, upper)
    limits.tell(short.value(plan), upper)
    method = (*first.method, "swap", "price")
    if not limits.is_enough(short.value(plan), upper) and limits.left_s > 0:
        answer = solved(_program(core, short, sites, least), core.n_sites, limits, opened(core, plan).astype(float))
        upper = min(upper, max(short.value(plan), _tightened(short, short.met + answer.bound)))
        other_plan = chosen(answer, core, sites)
        if other_plan is not None and covered_weight(core, other_plan) >= least:
            plan = other_plan if short.value(other_plan) > short.value(plan) else plan
        method = (*method, answer.backend)
    limits.tell(short.value(plan), upper)
    return mclp.then_found(problem, first, most, plan, upper, method)


def value(_problem: Problem, plan: Ids, terms: Terms) -> float:
    """Weight that gets all engines of a full alarm."""
    assert terms.alarm is not None  # noqa: S101 - `search` has asked for it
    reach = terms.alarm.reach
    is_there = opened(reach, plan)[reach.sites]
    sent = np.bincount(reach.demand, terms.alarm.engines[reach.sites] * is_there, minlength=reach.n_demand)
    return float(reach.weight[sent >= terms.alarm.needed].sum())


OBJECTIVE = Objective("max", value, search, formulation=__doc__, takes=frozenset({"sites", "alarm", "give_up"}))


def _short(problem: Problem, alarm: Alarm, sites: int) -> Short:
    """What is left to decide: rows that have all engines are settled, rows that no `sites` sites complete are left."""
    reach, engines = merged(alarm.reach), alarm.engines
    relation = covering(reach)
    missing = alarm.needed - relation @ (engines * problem.fixed_open)
    relation.data = np.where((problem.fixed_open | problem.fixed_closed)[reach.sites], 0.0, engines[reach.sites])
    relation.data = np.minimum(relation.data, missing[reach.demand])
    may_meet = sites * relation.max(axis=1).toarray().ravel() if len(reach.sites) else np.zeros(reach.n_demand)
    is_short = (missing > 0) & (np.minimum(may_meet, relation.sum(axis=1)) >= missing)
    part = sparse.csr_array(sparse.diags_array(1.0 / missing[is_short]) @ relation[is_short])
    part.eliminate_zeros()
    return Short(reach.weight[is_short], part, float(reach.weight[missing <= 0].sum()))


def _climbed(core: Problem, short: Short, plan: Ids, sites: int, least: float, smooth: float, limits: Limits) -> Ids:
    """Open what brings most while sites are left, then exchange one for a better; never below the least first cover."""
    kept, free = np.flatnonzero(core.fixed_open), np.flatnonzero(~(core.fixed_open | core.fixed_closed))
    if not len(free):
        return plan
    entries, best = short.part.tocoo(), _worth(short, plan, smooth)
    while limits.left_s > 0:
        new = np.setdiff1d(plan, kept)
        rests = [*([plan] if len(new) < sites else []), *(np.setdiff1d(plan, [out]) for out in new)]
        tried = [(_with_each(core, short, entries, rest, least, smooth)[free], rest) for rest in rests]
        worth, rest = max(tried, key=lambda pair: float(pair[0].max()), default=(np.array([-np.inf]), plan))
        if worth.max() <= best + 1e-12 * abs(best):
            return plan
        plan, best = np.union1d(rest, [free[int(worth.argmax())]]), float(worth.max())
    return plan


def _with_each(
    core: Problem, short: Short, entries: sparse.coo_array, plan: Ids, least: float, smooth: float
) -> Floats:
    """Shape (J,). Weight with all engines, and a little for a part of them, once a site joins; -inf below `least`."""
    is_open = opened(core, plan)
    uncovered = np.where(is_covered(core, is_open), 0.0, core.weight)
    once = covered_weight(core, plan) + np.bincount(core.sites, uncovered[core.demand], minlength=core.n_sites)
    sent = short.part @ is_open.astype(float)
    row, then = entries.row, sent[entries.row] + entries.data
    full = (then >= 1.0 - TOLERANCE).astype(float) - (sent >= 1.0 - TOLERANCE)[row]
    more = full + smooth * (np.minimum(then, 1.0) - np.minimum(sent, 1.0)[row])
    gain = np.bincount(entries.col, short.weight[row] * np.where(is_open[entries.col], 0.0, more), core.n_sites)
    return np.where(once >= least, _worth(short, plan, smooth) + gain, -np.inf)


def _worth(short: Short, plan: Ids, smooth: float) -> float:
    """Weight with all engines, and a little for a part of them."""
    sent = short.part @ _ones(short.part.shape[1], plan)
    return short.value(plan) + smooth * float(short.weight @ np.minimum(sent, 1.0))


def _priced(core: Problem, short: Short, plan: Ids, sites: int, least: float, limits: Limits) -> float:
    """A bound on the weight with all engines, by subgradient steps on the prices; `plan` sizes the steps."""
    done = is_covered(core, core.fixed_open)
    relation = covering(core)[~done]
    rows = sparse.csr_array(sparse.vstack([short.part, relation]))
    free = ~(core.fixed_open | core.fixed_closed)
    bound, known = np.inf, short.value(plan)
    for relaxed in RELAXED:
        constant = short.met + relaxed * (float(core.weight[done].sum()) - least)
        weight = np.concatenate([short.weight, relaxed * core.weight[~done]])
        price, direction, pace = 0.5 * weight, np.zeros(len(weight)), 1.0
        own, stalled = np.inf, 0
        for _ in range(PRICE_STEPS):
            if limits.left_s == 0.0 and np.isfinite(bound):
                return bound
            earned = np.where(free, price @ rows, 0.0)
            dearest = np.argsort(-earned, kind="stable")[:sites]
            now = constant + float(np.maximum(weight - price, 0.0).sum() + earned[dearest].sum())
            stalled = 0 if now < own - 1e-6 * abs(own) else stalled + 1
            own, bound = min(own, now), min(bound, now)
            pace, stalled = (pace * 0.7, 0) if stalled >= 10 else (pace, stalled)
            slope: Floats = (weight > price) - rows @ _ones(core.n_sites, dearest)
            direction = 0.2 * slope + 0.8 * direction
            square = float(weight @ direction**2)
            if square == 0.0 or bound <= known:
                break
            length = pace * max(now - known, 1e-10 * abs(known)) / square
            price = np.clip(price + length * weight * direction, 0.0, weight)
    return bound * (1 + 1e-10)


def _program(core: Problem, short: Short, sites: int, least: float) -> Program:
    n_short, charged = len(short.weight), np.where(core.fixed_open, 0.0, 1.0)[None, :]
    return program(
        [np.zeros(core.n_sites), short.weight, np.zeros(core.n_demand)],
        [
            at_least([None, None, core.weight[None, :]], np.array([least])),
            at_least([covering(core), None, -sparse.eye_array(core.n_demand)], np.zeros(core.n_demand)),
            at_least([short.part, -sparse.eye_array(n_short), None], np.full(n_short, -TOLERANCE)),
            at_most([charged, None, None], np.array([float(sites)])),
            fixed(core, 3),
        ],
        whole_blocks=2,
        maximise=True,
    )


def _tightened(short: Short, upper: float) -> float:
    return whole_below(upper, short.weight, np.array([short.met]))


def _ones(n_sites: int, which: Ids) -> Floats:
    """Shape (J,). 1 for these sites."""
    out = np.zeros(n_sites)
    out[which] = 1.0
    return out
