"""Problems to solve: random small ones with their brute-force answers, and the files with known optima."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall
from scipy.spatial import cKDTree

from siting.optimise import OBJECTIVES, Problem, Terms, covered_weight, simple_problem
from siting.optimise.objective import Limits
from siting.optimise.problem import is_coverable, is_covered, opened
from siting.optimise.relation import part
from siting.optimise.shared_costs import Narrowed
from siting.optimise.terms import Alarm


@st.composite
def problems(draw: st.DrawFn, max_demand: int = 12, max_sites: int = 7, *, whole: bool = True) -> Problem:
    """Any small problem: empty cover sets, equal rows, zero weights, sites fixed open and closed, unequal costs."""
    n_sites = draw(st.integers(1, max_sites))
    n_demand = draw(st.integers(0, max_demand))
    covers = draw(st.lists(st.sets(st.integers(0, n_sites - 1)), min_size=n_demand, max_size=n_demand))
    number = st.integers(0, 9).map(float) if whole else st.floats(0, 9, allow_subnormal=False)
    fixed = draw(st.lists(st.sampled_from(["free"] * 4 + ["open", "closed"]), min_size=n_sites, max_size=n_sites))
    return simple_problem(
        covers,
        n_sites=n_sites,
        weight=draw(st.lists(number, min_size=n_demand, max_size=n_demand)),
        cost=draw(st.lists(number, min_size=n_sites, max_size=n_sites)),
        fixed_open=[j for j, how in enumerate(fixed) if how == "open"],
        fixed_closed=[j for j, how in enumerate(fixed) if how == "closed"],
    )


def not_narrowed(problem: Problem, _sites: int, _price: object, plan: np.ndarray, _step: float, _: Limits) -> Narrowed:
    """In place of `shared_costs.narrowed`, which closes small problems before a solver is asked: nothing is decided."""
    none = np.zeros(problem.n_sites, dtype=bool)
    return Narrowed(plan, np.inf, none, none)


def free_sites(problem: Problem) -> np.ndarray:
    """Positions that a plan may open or not."""
    return np.flatnonzero(~(problem.fixed_open | problem.fixed_closed))


def most_covered(problem: Problem, sites: int) -> float:
    """The MCLP optimum by trying every choice of at most `sites` free sites."""
    kept = np.flatnonzero(problem.fixed_open)
    choices = [c for n in range(sites + 1) for c in combinations(free_sites(problem), n)]
    return max(covered_weight(problem, np.array([*kept, *choice], dtype=np.int64)) for choice in choices)


def least_cost(problem: Problem) -> float:
    """The LSCP optimum by trying every choice of free sites."""
    kept = np.flatnonzero(problem.fixed_open)
    free = free_sites(problem)
    best = np.inf
    for choice in (c for n in range(len(free) + 1) for c in combinations(free, n)):
        plan = np.array([*kept, *choice], dtype=np.int64)
        if is_cover(problem, plan):
            best = min(best, float(problem.cost[plan].sum()))
    return best


def is_cover(problem: Problem, plan: np.ndarray) -> bool:
    """Whether everything that can be covered is."""
    return bool((is_covered(problem, opened(problem, plan)) >= is_coverable(problem)).all())


def in_square(n_demand: int, n_sites: int, radius: float, *, seed: int, side: float = 30.0) -> Problem:
    """Uniform demand and sites in a square, whole weights 1 to 100 (after ReVelle, Scholssberg and Williams 2008)."""
    random = np.random.default_rng(seed)
    demand, sites = random.uniform(0, side, (n_demand, 2)), random.uniform(0, side, (n_sites, 2))
    covers = cKDTree(sites).query_ball_point(demand, radius, return_sorted=True)
    return simple_problem(covers, n_sites=n_sites, weight=random.integers(1, 101, n_demand))


@dataclass(frozen=True)
class Known:
    """One row of optimal_values.csv."""

    instance: str
    radius: float
    sites: int
    value: float


def known_optima(real: Callable[[str], Path]) -> list[Known]:
    """Every MCLP row of the file of proven optima."""
    table = pd.read_csv(real("mclp/optimal_values.csv"))
    rows = table[table["model"].str.startswith("MCLP")]
    return [Known(r.instance, float(r.radius), int(r.p), float(r.value)) for r in rows.itertuples()]


def read_instance(real: Callable[[str], Path], name: str, radius: float) -> Problem:
    """SJC324, SJC402 (each node client and site, straight-line distance) or spopt_SF (network distance)."""
    if name.startswith("SJC"):
        x, y, weight = np.loadtxt(real(f"mclp/{name}.txt"), skiprows=1, usecols=(0, 1, 2), unpack=True)
        distance_m = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    else:
        table = pd.read_csv(
            real("mclp/spopt_sf/SF_network_distance_candidateStore_16_censusTract_205_new.csv"),
            dtype={"DestinationName": str},
        )
        matrix = table.pivot_table(index="DestinationName", columns="name", values="distance")
        distance_m = matrix.to_numpy()
        weight = table.groupby("DestinationName")["demand"].first().reindex(matrix.index).to_numpy(dtype=float)
    covers = [np.flatnonzero(row <= radius).tolist() for row in distance_m]
    return simple_problem(covers, n_sites=distance_m.shape[1], weight=weight)


def asked(objective: str, problem: Problem, sites: int) -> tuple[Problem, Terms]:
    """Any problem made to fit an objective: distances that follow positions, units, townships, a second state."""
    entry = np.arange(len(problem.sites))
    terms = {
        "sites": sites,
        "busy_share": 0.2,
        "people_limit": 50.0,
        "floor": 0.01,
        "unit": np.arange(problem.n_demand) % 2 if is_coverable(problem).all() else np.full(problem.n_demand, -1),
        "township": np.full(problem.n_sites, -1),
        "others": (problem,),
        "alarm": Alarm(problem, np.ones(problem.n_sites), 2.0),
    }
    taken = {name: value for name, value in terms.items() if name in OBJECTIVES[objective].takes}
    return replace(problem, distance=(7.0 * entry + problem.sites) % 31), Terms(**taken)


def with_fixed(problem: Problem, kept: list[int]) -> Problem:
    """The same with these sites standing."""
    return replace(problem, fixed_open=opened(problem, np.array(kept, dtype=np.int64)))


def without_uncoverable(problem: Problem) -> Problem:
    """Only the demand that some site covers."""
    return part(problem, is_coverable(problem), np.ones(problem.n_sites, dtype=bool))


def read_pmed(real: Callable[[str], Path], name: str) -> Problem:
    """OR-Library p-median: n, edges, p, then edges; the last of equal edges counts, distances are shortest paths."""
    rows = [line.split() for line in real(f"mclp/{name}.txt").read_text("utf-8").splitlines() if line.strip()]
    n = int(rows[0][0])
    edges = np.full((n, n), np.inf)
    for a, b, length in rows[1:]:
        edges[int(a) - 1, int(b) - 1] = edges[int(b) - 1, int(a) - 1] = float(length)
    distance = floyd_warshall(edges)
    np.fill_diagonal(distance, 0.0)
    return replace(simple_problem([range(n)] * n), distance=distance.ravel())
