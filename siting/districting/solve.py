"""From a district problem to a plan with its proof."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from siting.arrays import Ids, Mask
from siting.districting.exact import EXACT_ENTRIES, proven
from siting.districting.fewest import fewest
from siting.districting.most import most_served
from siting.districting.plan import (
    REASONS,
    DistrictPlan,
    breaches,
    cost_of,
    open_sites,
    reasons_of,
    weight_served,
)
from siting.districting.problem import DistrictProblem, joined_reach
from siting.districting.search import Search
from siting.districting.shape import shaped
from siting.errors import InputError
from siting.optimise.objective import TOLERANCE, Limits
from siting.optimise.watch import Progress, stopping, watched


def plan_districts(
    problem: DistrictProblem,
    *,
    sites: int | None = None,
    time_limit_s: float = 60.0,
    relative_gap: float = 0.0,
    rounds: int = 2000,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> DistrictPlan:
    """
    Stations and their lawful districts, and a proven bound on every other plan.

    The same problem and seed give the same plan, unless the time limit or Ctrl-C cut the search short.

    Parameters
    ----------
    sites
        New stations besides those that stay: where do they serve most weight? Without it: how few stations, or how
        little cost, serve all required land?
    time_limit_s
        Wall seconds.
    relative_gap
        Stop when the plan is proven this near to the best.
    rounds
        Most rounds of search without a better plan; where they end before the time, the plan is the same each time.
    progress
        Called with value, bound and gap whenever one of them improves.

    Raises
    ------
    InputError
        If the arrays do not fit together, or an argument is wrong.

    Examples
    --------
    Four cells in a row, a site at each end; each may serve three.

    >>> from siting.districting import simple_districts
    >>> row = simple_districts([[0], [0, 1], [0, 1], [1]], touching=[(0, 1), (1, 2), (2, 3)], home=[0, 3], cap_m2=3)
    >>> plan = plan_districts(row)
    >>> plan.open_sites.tolist(), plan.bound, plan.status
    ([0, 1], 2.0, 'optimal')
    >>> plan_districts(row, sites=1).value
    3.0
    """
    started_s = time.monotonic()
    problem.check()
    _check(problem, sites, time_limit_s)
    lawful = joined_reach(problem)
    required = problem.is_required & (np.diff(lawful.indptr) > 0)
    with stopping() as stop:
        tell = watched("min" if sites is None else "max", progress, started_s)
        limits = Limits(started_s + time_limit_s, relative_gap, seed=seed, stop=stop, tell=tell)
        found = (
            fewest(lawful, required, limits, rounds) if sites is None else most_served(lawful, sites, limits, rounds)
        )
        found = replace(found, site=_hosted(lawful, found.site))
        found = _exactly(lawful, required, sites, found, limits)
        site = shaped(lawful, found.site)
    return _plan(problem, sites, site, found, started_s, time_limit_s, seed)


def _plan(
    problem: DistrictProblem,
    sites: int | None,
    site: Ids,
    found: Search,
    started_s: float,
    time_limit_s: float,
    seed: int,
) -> DistrictPlan:
    """Everything that is printed, recomputed from the arrays."""
    if broken := breaches(problem, site):
        raise AssertionError(f"The search broke its own law: {broken}.")
    wanted = problem.is_required if sites is None else np.zeros(problem.n_cells, dtype=bool)
    reason = reasons_of(problem, site, wanted)
    plan = open_sites(problem, site)
    value = cost_of(problem, plan) if sites is None else weight_served(problem, site)
    is_whole = not (reason == REASONS.index("no_room")).any()
    bounds = {name: _met(name, bound, value, sites) if is_whole else bound for name, bound in found.bounds.items()}
    tightest = max(bounds.values()) if sites is None else min(bounds.values())
    return DistrictPlan(
        open_sites=plan,
        site=site,
        reason=reason,
        sense="min" if sites is None else "max",
        value=value,
        bounds=bounds,
        status="unknown" if not is_whole else "optimal" if tightest == value else "feasible",
        method=" + ".join(found.method),
        seconds=time.monotonic() - started_s,
        seed=seed,
        settings={"sites": sites, "time_limit_s": time_limit_s, "rounds": found.rounds, "tolerance": TOLERANCE},
    )


def _hosted(problem: DistrictProblem, site: Ids) -> Ids:
    """Without the districts of small stations that touch no host's: a search that was cut short may leave some."""
    return np.where(np.isin(site, breaches(problem, site).get("unhosted", ())), -1, site)


def _met(name: str, bound: float, value: float, sites: int | None) -> float:
    """
    The bound, or the value where they differ by the rounding of sums only.

    Raises
    ------
    AssertionError
        If the plan is better than a proven bound: the proof is wrong, and a plan must not be called the best by it.
    """
    if math.isclose(bound, value, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        return value
    is_past = bound > value if sites is None else bound < value
    if is_past:
        raise AssertionError(
            f"bound {name} = {bound} is on the wrong side of a plan of value {value}: please report it"
        )
    return bound


def _exactly(problem: DistrictProblem, required: Mask, sites: int | None, found: Search, limits: Limits) -> Search:
    """Small problems whose plan is not proven go to a solver; the better plan and the tighter bound are kept."""
    best = _worth(problem, required, sites, found.site)
    bound = max(found.bounds.values()) if sites is None else min(found.bounds.values())
    is_proven = math.isfinite(best) and limits.is_enough(abs(best), bound)
    if is_proven or len(problem.sites) > EXACT_ENTRIES or limits.left_s == 0.0:
        return found
    answer = proven(problem, required, sites, limits)
    site = found.site
    if answer.site is not None and _worth(problem, required, sites, answer.site) > best:
        site = answer.site
    return replace(
        found, site=site, bounds={**found.bounds, "programme": answer.bound}, method=(*found.method, "programme")
    )


def _worth(problem: DistrictProblem, required: Mask, sites: int | None, site: Ids) -> float:
    """Weight served; or cost, negative, and worse than any when required land is left out."""
    if sites is not None:
        return weight_served(problem, site)
    return -cost_of(problem, open_sites(problem, site)) if (site[required] >= 0).all() else -math.inf


def _check(problem: DistrictProblem, sites: int | None, time_limit_s: float) -> None:
    faults = []
    free = int((~problem.fixed_open & ~problem.fixed_closed).sum())
    if sites is not None and not 0 <= sites <= free:
        faults.append(f"sites = {sites}. Expected 0 to {free}, the sites that are free to open.")
    if not (math.isfinite(time_limit_s) and time_limit_s >= 0):
        faults.append(f"time_limit_s = {time_limit_s}. Expected seconds, 0 or more.")
    if faults:
        raise InputError("plan_districts", faults)
