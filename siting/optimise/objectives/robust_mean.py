"""
ROBUST_MEAN: where do p more sites cover most on average over k traffic states?

    maximise    sum_s q_s sum_i w_is y_is                                (1)
    subject to  y_is <= sum_{j in N_is} x_j              for each i, s   (2)
                sum_{j not fixed} x_j <= p                               (3)
                x_j = 1 fixed open, x_j = 0 fixed closed                 (4)
                x_j in {0, 1}, 0 <= y_is <= 1                            (5)

Symbols as in `robust`; q_s how often state s holds (`Terms.chance`, as shares; equal when not given). This is an `mclp`
whose rows are the demand of every state, weighed by q_s, and is solved as one. `Solution.also` holds the worst state.

Mirchandani and Odoni (1979), Locations of medians on stochastic networks, Transportation Science 13.
"""

from __future__ import annotations

from dataclasses import replace

from siting.arrays import Ids
from siting.optimise.objective import Found, Limits, Objective
from siting.optimise.objectives import mclp
from siting.optimise.objectives.robust import worst
from siting.optimise.problem import Problem
from siting.optimise.states import as_one, chances, mean_cover, states
from siting.optimise.terms import Terms


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """New sites of most mean cover, and a bound that none exceeds."""
    terms.needed("robust_mean", "sites", "others")
    every = states(problem, terms)
    found = mclp.search(as_one(every, chances(terms)), Terms(sites=terms.sites), limits)
    return replace(found, also={"worst": worst(every, found.plan)}, reasons=mclp.unreached(problem))


def value(problem: Problem, plan: Ids, terms: Terms) -> float:
    """Mean weight covered."""
    return mean_cover(problem, plan, terms)


OBJECTIVE = Objective("max", value, search, formulation=__doc__, takes=frozenset({"sites", "others", "chance"}))
