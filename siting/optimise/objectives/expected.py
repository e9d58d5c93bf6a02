"""
EXPECTED (MEXCLP): where do p more sites cover most, when engines are at times out on another call?

    maximise    sum_i w_i sum_{m = 1..|N_i|} (1 - q) q^(m-1) y_im        (1)
    subject to  sum_m y_im <= sum_{j in N_i} x_j             for each i  (2)
                sum_{j not fixed} x_j <= p                               (3)
                x_j = 1 fixed open, x_j = 0 fixed closed                 (4)
                x_j in {0, 1}, 0 <= y_im <= 1                            (5)

i demand, j sites with one engine each; w_i weight; N_i sites that reach i within the travel budget; y_im whether at
least m open sites cover i; q busy share, the same for all engines and independent of each other: demand that m sites
cover finds one free with probability 1 - q^m, which (1) sums. With a share q_j for each site (`Terms.busy_shares`, by
`optimise.hypercube` for example) the probability is 1 - prod q_j over the open sites in N_i (`optimise.unequal`). For
several engines at one site, name the site several times.

Daskin (1983), A maximum expected covering location model: formulation, properties and heuristic solution,
Transportation Science 17.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.optimise import counted, reduce, unequal
from siting.optimise.objective import Found, Limits, Objective
from siting.optimise.objectives.mclp import unreached
from siting.optimise.problem import Problem
from siting.optimise.terms import Terms

NEEDS = "expected needs busy_share, one for all engines, or busy_shares, one for each site: one of the two."
NEGLIGIBLE = 1e-12
"""Shares of weight below this are not counted: the 18th engine at a busy share of 0.2."""


def search(problem: Problem, terms: Terms, limits: Limits) -> Found:
    """
    New sites of most expected cover, and a bound that none exceeds.

    Raises
    ------
    InputError
        If sites are not told, or not just one of busy_share and busy_shares.
    """
    terms.needed("expected", "sites")
    if (terms.busy_share is None) == (terms.busy_shares is None):
        raise InputError("terms", [NEEDS])
    core = merged(problem)

    def alike(busy_share: float) -> counted.Counted:
        return counted.within_sites(core, terms.sites or 0, _worth(core, busy_share))

    if terms.busy_shares is None:
        found = counted.search(alike(terms.busy_share or 0.0), limits)
    else:
        busy = terms.busy_shares
        found = unequal.search(core, busy, alike(float(busy.mean())), alike(float(busy.min())), limits)
    sizes = {"demand": problem.n_demand, "sites": problem.n_sites, "reduced_demand": core.n_demand}
    return replace(found, reasons=unreached(problem), sizes=sizes)


def merged(problem: Problem) -> Problem:
    """The same with rows of equal cover sets as one, and without rows of no weight: exact for whatever counts sites."""
    return reduce.with_equal_demand_merged(reduce.without_weightless_demand(reduce.whole(problem))).problem


def value(problem: Problem, plan: Ids, terms: Terms) -> float:
    """Weight times the probability that an engine within reach is free."""
    if terms.busy_shares is not None:
        return unequal.value(problem, plan, terms.busy_shares)
    count = counted.times_covered(problem, plan)
    return float((problem.weight * (1.0 - np.power(terms.busy_share or 0.0, count))).sum())


OBJECTIVE = Objective(
    "max", value, search, formulation=__doc__, takes=frozenset({"sites", "busy_share", "busy_shares"})
)


def _worth(problem: Problem, busy_share: float) -> Floats:
    deepest = int(np.diff(problem.indptr).max(initial=1))
    worth = (1.0 - busy_share) * busy_share ** np.arange(max(1, deepest))
    # What is cut off is put on the last step: never less than the truth, so the bound stays one.
    kept = max(1, int((worth > NEGLIGIBLE).sum()))
    worth[kept - 1] += worth[kept:].sum()
    return np.asarray(worth[:kept])
