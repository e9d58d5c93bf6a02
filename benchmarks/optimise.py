"""
Plans with proofs, against published optima, spopt and what one would write instead.

Each work is one function; `only` names those to run. Limits are wall seconds, as a planner feels them; solvers run in
a process of their own, so ratios compare wall seconds too. A peer that stops at its limit counts with the seconds it
took, and must not have found a plan above our bound.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from benchmarks import instances, optimise_peers
from benchmarks.measurement import Measurement
from benchmarks.networks import REAL
from siting.optimise import Solution, covered_weight, merged, solve
from siting.optimise.objectives import mclp
from siting.optimise.questions import curve
from siting.optimise.warm_start import best_known_sites
from tests.optimise import cases

PUBLISHED = (
    *product((5.5, 5.75, 6.0, 6.25), [10]),
    *product((4.0, 4.25, 4.5, 4.75), [15]),
    *product((3.25, 3.5, 3.75, 4.0), [20]),
)
"""Radius and budget, after Cordeau, Furini and Ljubić (2019), whose own table was not at hand; every site costs 1."""
TOWNS = ((3_000, 20, 50), (4_000, 40, 60), (5_000, 60, 70), (6_000, 80, 80), (8_000, 100, 100))
"""Points, sites that reach a point on average, sites to open."""


def measure(*, quick: bool, only: str = "") -> Iterator[Measurement]:
    """The works whose name contains `only`, each as soon as it is known."""
    _compiled()
    for name, work in WORKS.items():
        if only in name:
            yield from work(quick)


def known_optima(quick: bool) -> Iterator[Measurement]:
    """Every instance of the file of proven optima: the slowest, and how many are not equal or not proven."""
    table = pd.read_csv(REAL / "mclp" / "optimal_values.csv")
    table = table[table["instance"].str.startswith("SJC324")] if quick else table
    slowest_s, n_wrong = 0.0, 0
    for row in table.itertuples():
        if row.instance.startswith("pmed"):
            problem, objective = cases.read_pmed(REAL.joinpath, row.instance), "p_median"
        else:
            problem, objective = cases.read_instance(REAL.joinpath, row.instance, float(row.radius)), "mclp"
        solution = solve(problem, objective, sites=int(row.p))
        slowest_s = max(slowest_s, solution.seconds)
        n_wrong += solution.status != "optimal" or solution.value != row.value
    work = f"{len(table)} published optima"
    yield Measurement(f"{work}: not equal or not proven", "optimal_values.csv", 0, n_wrong, "", at_most=True)
    yield Measurement(f"{work}: the slowest", "the clock", 2, slowest_s, "s", at_most=True)


def square(quick: bool) -> Iterator[Measurement]:
    """Five squares as published, to the proof; HiGHS gets a minute for the one that took longest."""
    demand, seeds, limit_s = (500, (1, 2), 5.0) if quick else (10_000, range(1, 6), 60.0)
    problems = [instances.square(demand, 100, 5.5, seed) for seed in seeds]
    solutions = [solve(problem, "mclp", sites=10) for problem in problems]
    work = f"MCLP {demand:,} x 100, R 5.5, p 10, {len(problems)} squares"
    yield from _proof(work, 5, solutions)
    hardest = max(range(len(problems)), key=lambda n: solutions[n].seconds)
    value, is_proven = optimise_peers.highs(problems[hardest], 10, limit_s)
    assert value <= solutions[hardest].bound * (1 + 1e-9), "HiGHS found a plan above the bound"
    yield Measurement(
        f"{work}: proofs of HiGHS on the slowest", f"spopt's model, {limit_s:g} s", 0, is_proven, "", at_most=True
    )


def city(quick: bool) -> Iterator[Measurement]:
    """A clustered city by driving time, against spopt with CBC: build and solve."""
    problem = instances.city(500, 60, 240, nodes=10_000) if quick else instances.city(10_000, 1_000, 240)
    new, limit_s = (5, 5.0) if quick else (50, 300.0)
    solution = solve(problem, "mclp", sites=new, time_limit_s=limit_s)
    value, theirs_s, is_proven = optimise_peers.spopt(problem, new, 2 * limit_s)  # 300 s are not enough to say 20 x
    assert value <= solution.bound * (1 + 1e-9), "spopt found a plan above the bound"
    work = f"MCLP {problem.n_demand:,} x {problem.n_sites:,} city, p {new}"
    yield from _proof(work, limit_s, [solution])
    against = "spopt + CBC, build + solve" + ("" if is_proven else ", stopped at its limit")
    yield Measurement(work, against, 20, theirs_s / solution.seconds)


def published_scale(quick: bool) -> Iterator[Measurement]:
    """Every radius and budget of the largest published instances, from coordinates to the proof, in pieces."""
    demand = 200_000 if quick else 20_000_000
    for radius, new in PUBLISHED[:1] if quick else PUBLISHED:
        start = time.perf_counter()
        problem = merged(instances.square_in_pieces(demand, 100, radius), np.ones(100))
        merge_s = time.perf_counter() - start
        solution = solve(problem, "mclp", sites=new, time_limit_s=120.0)
        work = f"MCLP {demand:,} x 100, R {radius:g}, p {new} ({merge_s:.1f} s of it to merge)"
        yield from _proof(work, 60, [solution], also_s=merge_s)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield Measurement(f"MCLP {demand:,} x 100: peak memory", "this process so far", 12, peak, "GiB", at_most=True)


def large_city(quick: bool) -> Iterator[Measurement]:
    """A large clustered city: what is left open after two minutes."""
    problem = (
        instances.city(1_000, 100, 240, nodes=10_000) if quick else instances.city(100_000, 5_000, 240, nodes=300_000)
    )
    new, limit_s = (5, 5.0) if quick else (100, 120.0)
    solution = solve(problem, "mclp", sites=new, time_limit_s=limit_s)
    work = f"MCLP {problem.n_demand:,} x {problem.n_sites:,} city, p {new}"
    yield Measurement(f"{work}: gap", f"its bound, {limit_s:g} s", 0.1, _percent(solution), "%", at_most=True)


def town(seed: int, quick: bool) -> Iterator[Measurement]:
    """Every point a candidate: the proven gap after a minute, and that minute's plan against one of ten minutes."""
    points, reached, new = TOWNS[0] if quick else TOWNS[seed]
    limit_s, long_s = (2.0, 4.0) if quick else (60.0, 600.0)
    problem = instances.town(points, reached, seed)
    solution = solve(problem, "mclp", sites=new, time_limit_s=limit_s)
    work = f"town of {points:,} points, each in reach of {reached}, p {new}, {limit_s:g} s"
    yield Measurement(f"{work}: gap", "its bound", 1, _percent(solution), "%", at_most=True)
    best = solve(problem, "mclp", sites=new, time_limit_s=long_s, seed=1).value
    below = 100 * max(0.0, 1 - solution.value / best)
    yield Measurement(f"{work}: below the best", f"ours, {long_s:g} s, another seed", 0.1, below, "%", at_most=True)


def sparse_curve(quick: bool) -> Iterator[Measurement]:
    """The curve on very many points, against greedy and swaps; a bound at every number of sites."""
    problem = (
        instances.city(2_000, 100, 90, nodes=10_000) if quick else instances.city(400_000, 3_000, 90, nodes=300_000)
    )
    numbers = range(5, 11) if quick else range(20, 201)
    start = time.perf_counter()
    points = curve(problem, numbers[-1], relative_gap=0.01, time_limit_s=600.0)
    ours_s = time.perf_counter() - start
    start = time.perf_counter()
    theirs = optimise_peers.greedy_and_swaps(problem, numbers)
    theirs_s = time.perf_counter() - start
    work = f"curve {problem.n_demand:,} x {problem.n_sites:,}, p {numbers[0]} to {numbers[-1]}"
    n_worse = sum(points[p].value < value * (1 - 1e-12) for p, value in zip(numbers, theirs, strict=True))
    gap = 100 * max(1 - points[p].value / points[p].bound for p in numbers)
    yield Measurement(work, "greedy + swaps in numpy", 1, theirs_s / ours_s)
    yield Measurement(f"{work}: numbers where ours is worse", "greedy + swaps in numpy", 0, n_worse, "", at_most=True)
    yield Measurement(f"{work}: largest gap", "its bound", 1, gap, "%", at_most=True)


def pareto(quick: bool) -> Iterator[Measurement]:
    """The curve against solving each number from scratch (each fifth is solved, and counts five times)."""
    problem = instances.city(500, 60, 240, nodes=10_000) if quick else instances.city(10_000, 1_000, 240)
    most, gap = (10, 0.005) if quick else (100, 0.005)
    start = time.perf_counter()
    points = curve(problem, most, relative_gap=gap, time_limit_s=600.0)
    ours_s = time.perf_counter() - start
    alone = [solve(problem, "mclp", sites=p, relative_gap=gap).seconds for p in range(5, most + 1, 5)]
    work = f"curve {problem.n_demand:,} x {problem.n_sites:,}, p 1 to {most}, gap {100 * gap:g} %"
    n_open = sum(point.bound - point.value > gap * point.bound for point in points)
    yield Measurement(work, "one solve for each p", 5, 5 * sum(alone) / ours_s)
    yield Measurement(f"{work}: points left open", "the gap asked for", 0, n_open, "", at_most=True)


def warm_start(quick: bool) -> Iterator[Measurement]:
    """Greedy and swaps alone, on one of each kind: the gap to the best that is proven possible."""
    if quick:
        asked = [(instances.square(500, 100, 5.5), 10)]
    else:
        asked = [(instances.square(10_000, 100, 5.5, seed), 10) for seed in (1, 2)]
        asked += [(instances.city(10_000, 1_000, 240), p) for p in (25, 50)]
        asked += [(instances.town(points, reached, 1), p) for points, reached, p in TOWNS]
    gaps = []
    for problem, new in asked:
        core = mclp.core_of(problem).problem
        known = covered_weight(core, best_known_sites(core, new))
        gaps.append(100 * (1 - known / solve(problem, "mclp", sites=new, time_limit_s=20.0).bound))
    work = f"warm start alone, {len(gaps)} problems: median gap"
    yield Measurement(work, "the bound after 20 s", 1, statistics.median(gaps), "%", at_most=True)


WORKS: dict[str, Callable[[bool], Iterator[Measurement]]] = {
    "known optima": known_optima,
    "square": square,
    "city": city,
    "pareto curve": pareto,
    "warm start": warm_start,
    "large city": large_city,
    "sparse curve": sparse_curve,
    "published scale": published_scale,
    **{f"towns {points}": partial(town, seed) for seed, (points, _, _) in enumerate(TOWNS)},
}
"""Short ones first. Each town that no solver closes takes eleven minutes."""


def _proof(work: str, target_s: float, solutions: list[Solution], also_s: float = 0.0) -> Iterator[Measurement]:
    """The slowest, and the largest gap that is left."""
    seconds_s = max(solution.seconds for solution in solutions) + also_s
    yield Measurement(f"{work}: to the proof", "the clock", target_s, seconds_s, "s", at_most=True)
    gap = max(_percent(solution) for solution in solutions)
    yield Measurement(f"{work}: gap", "its bound", 0, gap, "%", at_most=True)


def _percent(solution: Solution) -> float:
    return 100 * solution.optimality_gap


def _compiled() -> None:
    """Everything once on a small town, so that compiling is not counted."""
    problem = instances.town(300, 20, 0)
    solve(problem, "mclp", sites=5)
    curve(problem, 3)
    merged(instances.square_in_pieces(100, 10, 5.5), np.ones(10))
    p_median = cases.asked("p_median", cases.in_square(30, 10, 9.0, seed=1), 2)
    solve(p_median[0], "p_median", terms=p_median[1])
