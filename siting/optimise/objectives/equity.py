"""
EQUITY: where do p more sites cover most, when no grid unit and no township may be left behind?

    maximise    sum_i w_i y_i                                            (1)
    subject to  y_i <= sum_{j in N_i} x_j                    for each i  (2)
                sum_{i in u} w_i y_i >= f sum_{i in u} w_i   for each u  (3)
                sum_{j in t} x_j >= 1                        for each t  (4)
                sum_{j not fixed} x_j <= p                               (5)
                x_j = 1 fixed open, x_j = 0 fixed closed                 (6)
                x_j in {0, 1}, 0 <= y_i <= 1                             (7)

i demand, j sites; w_i weight; N_i sites that reach i within the travel budget; u grid units (`Terms.unit`), f the floor
(`Terms.floor`): the least share of every unit's weight; t townships (`Terms.township`): each has an open site. Either
of the two may be left out. A unit that not even all sites together lift to its floor, a township without a site that
may open, or a p below the fewest sites that (3) and (4) allow, make the question infeasible; the reasons say which.

Church and ReVelle (1974), The maximal covering location problem, Papers of the Regional Science Association 32; (3) and
(4) stand where they have "mandatory closeness" for everybody.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from siting.arrays import Floats, Ids, Mask
from siting.errors import InputError
from siting.optimise.exact import chosen, solved
from siting.optimise.objective import TOLERANCE, Found, Limits, Objective, whole_above, whole_below
from siting.optimise.objectives import mclp
from siting.optimise.problem import Problem, covered_weight, is_coverable, is_covered, opened
from siting.optimise.program import Program, Rows, at_least, at_most, covering, fixed, program
from siting.optimise.terms import Terms
from siting.tables import Note, noted, some


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """New sites of most cover within the floors, and a bound that none exceeds; or the proof that there are none."""
    _check(terms)
    sites, kept = terms.sites or 0, np.flatnonzero(problem.fixed_open)
    impossible = _impossible(problem, terms)
    if impossible:
        return Found(kept, 0.0, ("floors",), (*mclp.unreached(problem), *impossible), status="infeasible")
    free = mclp.search(problem, Terms(sites=sites), limits.share(0.3))
    upper, plan, method = free.bound, free.plan, free.method
    reasons = mclp.unreached(problem)
    if not is_fair(problem, plan, terms):
        plan, method = _filled(problem, _one_in_each(problem, terms), sites), (*method, "one in each")
    if not is_fair(problem, plan, terms) or len(plan) - len(kept) > sites:
        fewest = solved(_program(problem, terms, None), problem.n_sites, limits.share(0.4))
        need = whole_above(fewest.bound)
        if need > sites:
            told = Note("topic_plan", "note_floors_need_more", int(need), values={"asked": sites})
            return Found(kept, 0.0, (*method, fewest.backend), (*reasons, told), status="infeasible")
        fair = chosen(fewest, problem, sites)
        plan = kept if fair is None else _filled(problem, fair, sites)
        method = (*method, "fewest", fewest.backend)
    has_plan = is_fair(problem, plan, terms)
    value = covered_weight(problem, plan) if has_plan else 0.0
    limits.tell(value, upper)
    if not (has_plan and limits.is_enough(value, upper)) and limits.left_s > 0:
        answer = solved(_program(problem, terms, sites), problem.n_sites, limits, opened(problem, plan).astype(float))
        upper = min(upper, max(value, whole_below(answer.bound, problem.weight)))
        other = chosen(answer, problem, sites)
        if other is not None and is_fair(problem, other, terms) and covered_weight(problem, other) >= value:
            plan, has_plan = _filled(problem, other, sites), True
        method = (*method, answer.backend)
    limits.tell(covered_weight(problem, plan) if has_plan else 0.0, upper)
    return Found(plan, upper, method, reasons, free.sizes, status=None if has_plan else "unknown")


def is_fair(problem: Problem, plan: Ids, terms: Terms) -> bool:
    """Whether each unit reaches its floor and each township has a station."""
    return not len(_below(problem, opened(problem, plan), terms)) and not len(_without(opened(problem, plan), terms))


def value(problem: Problem, plan: Ids, _terms: Terms) -> float:
    """Weight covered, by existing sites too."""
    return covered_weight(problem, plan)


OBJECTIVE = Objective(
    "max", value, search, formulation=__doc__, takes=frozenset({"sites", "floor", "unit", "township"})
)


def _check(terms: Terms) -> None:
    terms.needed("equity", "sites")
    if terms.unit is not None:
        terms.needed("equity", "floor")
    if terms.floor is not None:
        terms.needed("equity", "unit")
    if terms.unit is None and terms.township is None:
        raise InputError(
            "terms", ["equity needs unit with floor, or township, or both: what nobody may be left below."]
        )


def _impossible(problem: Problem, terms: Terms) -> tuple[Note, ...]:
    """What not even all sites that may open together can satisfy."""
    below = _below(problem, ~problem.fixed_closed, terms)
    without = _without(~problem.fixed_closed, terms)
    shares = some(f"{unit} ({_share_at_most(problem, terms.unit == unit):.1%})" for unit in below)
    return (
        *noted("topic_plan", "note_units_below_floor", below, floor=terms.floor, shares=shares),
        *noted("topic_plan", "note_townships_without_site", without, townships=some(without)),
    )


def _share_at_most(problem: Problem, inside: Mask) -> float:
    """Of the weight of these rows, what all sites that may open cover together."""
    return float(problem.weight[inside & is_coverable(problem)].sum() / problem.weight[inside].sum())


def _below(problem: Problem, is_open: Mask, terms: Terms) -> Ids:
    if terms.unit is None or terms.floor is None:
        return np.empty(0, dtype=np.int64)
    inside = terms.unit >= 0
    total = np.bincount(terms.unit[inside], problem.weight[inside])
    covered = np.bincount(terms.unit[inside], (problem.weight * is_covered(problem, is_open))[inside])
    return np.flatnonzero(covered < terms.floor * total * (1 - TOLERANCE))


def _without(is_open: Mask, terms: Terms) -> Ids:
    if terms.township is None:
        return np.empty(0, dtype=np.int64)
    return np.setdiff1d(terms.township[terms.township >= 0], terms.township[is_open])


def _one_in_each(problem: Problem, terms: Terms) -> Ids:
    """What stands, and in each township without a site the one that adds most, one township after the other."""
    plan = np.flatnonzero(problem.fixed_open)
    may_open = ~(problem.fixed_open | problem.fixed_closed)
    for township in _without(opened(problem, plan), terms):
        members = np.flatnonzero(may_open & (terms.township == township))
        gain = _gain(problem, plan)[members]
        plan = np.union1d(plan, members[[int(gain.argmax())]])
    return plan


def _gain(problem: Problem, plan: Ids) -> Floats:
    """Shape (J,). The weight that each site would add to a plan."""
    missing = np.where(is_covered(problem, opened(problem, plan)), 0.0, problem.weight)
    return np.bincount(problem.sites, missing[problem.demand], minlength=problem.n_sites).astype(np.float64)


def _filled(problem: Problem, plan: Ids, sites: int) -> Ids:
    """The plan with what adds most opened while sites are left: floors that hold stay held."""
    may_open = ~(problem.fixed_open | problem.fixed_closed)
    for _ in range(sites - len(np.setdiff1d(plan, np.flatnonzero(problem.fixed_open)))):
        gain = np.where(may_open, _gain(problem, plan), 0.0)
        if not gain.max(initial=0.0) > 0:
            break
        plan = np.union1d(plan, [int(gain.argmax())])
    return plan


def _program(problem: Problem, terms: Terms, sites: int | None) -> Program:
    """Most cover with `sites` new sites; fewest new sites when that is None."""
    n_demand, n_sites = problem.n_demand, problem.n_sites
    new = np.where(problem.fixed_open, 0.0, 1.0)
    bands: list[Rows] = [
        at_least([covering(problem), -sparse.eye_array(n_demand)], np.zeros(n_demand)),
        fixed(problem, 2),
    ]
    if terms.unit is not None and terms.floor is not None:
        worth = _grouped(terms.unit, problem.weight)
        total = np.asarray(worth.sum(axis=1), dtype=np.float64).ravel()
        least = np.asarray(terms.floor * total * (1 - TOLERANCE), dtype=np.float64)
        bands.append(at_least([None, worth], least))
    if terms.township is not None:
        members = _grouped(terms.township, np.ones(n_sites))
        bands.append(at_least([members, None], (members.sum(axis=1) > 0).astype(np.float64)))
    if sites is None:
        return program([new, np.zeros(n_demand)], bands, whole_blocks=1, maximise=False)
    bands.append(at_most([new[None, :], None], np.array([float(sites)])))
    return program([np.zeros(n_sites), problem.weight], bands, whole_blocks=1, maximise=True)


def _grouped(group: Ids, amount: Floats) -> sparse.csr_array:
    """Shape (groups, members). The amount of each member in the row of its group."""
    inside = np.flatnonzero(group >= 0)
    rows = int(group.max(initial=-1)) + 1
    return sparse.csr_array((amount[inside], (group[inside], inside)), shape=(rows, len(group)))
