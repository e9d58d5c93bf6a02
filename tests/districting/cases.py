"""District problems small enough to solve by trying everything, and the trying."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from siting.districting import DistrictProblem, breaches, simple_districts


def grid(
    rows: int,
    columns: int,
    n_sites: int,
    *,
    seed: int,
    steps: int = 3,
    cap: int = 8,
    walls: float = 0.1,
    **choices: object,
) -> DistrictProblem:
    """Cells of a grid, some sides walled up; a site reaches what is `steps` away, give or take, in a straight line."""
    random = np.random.default_rng(seed)
    place = [divmod(i, columns) for i in range(rows * columns)]
    sides = [(i, i + 1) for i, (_, column) in enumerate(place) if column + 1 < columns]
    sides += [(i, i + columns) for i, (row, _) in enumerate(place) if row + 1 < rows]
    home = random.choice(len(place), n_sites, replace=False)
    away = [[abs(a - place[h][0]) + abs(b - place[h][1]) for h in home] for a, b in place]
    reach = [
        [j for j in range(n_sites) if d[j] <= steps - (random.random() < 0.2) or home[j] == i]
        for i, d in enumerate(away)
    ]
    return simple_districts(
        reach,
        touching=[side for side in sides if random.random() >= walls],
        home=home.tolist(),
        cap_m2=cap,
        area_m2=random.integers(1, 3, len(place)).tolist(),
        weight=random.integers(0, 10, len(place)).tolist(),
        **choices,
    )


@st.composite
def problems(draw: st.DrawFn, max_cells: int = 7, max_sites: int = 3) -> DistrictProblem:
    """Any small problem: land out of reach, walls, islands, unequal caps and costs, stations that stay, small ones."""
    n_cells, n_sites = draw(st.integers(1, max_cells)), draw(st.integers(1, max_sites))
    every_site, every_cell = range(n_sites), st.integers(0, n_cells - 1)
    reach = draw(st.lists(st.sets(st.sampled_from(every_site)), min_size=n_cells, max_size=n_cells))
    home = [draw(every_cell) for _ in every_site]
    for j, i in enumerate(home):
        reach[i] = {*reach[i], j}
    pairs = draw(st.sets(st.tuples(every_cell, every_cell), max_size=2 * n_cells))

    def mask(share: int, count: int) -> np.ndarray:
        return np.array([draw(st.integers(1, share)) == 1 for _ in range(count)])

    def numbers(least: int, most: int, count: int) -> list[int]:
        return [draw(st.integers(least, most)) for _ in range(count)]

    fixed_open, is_small = mask(6, n_sites), mask(4, n_sites)
    return simple_districts(
        reach,
        touching=[(i, k) for i, k in pairs if i != k],
        home=home,
        cap_m2=numbers(1, 6, n_sites),
        area_m2=numbers(0, 2, n_cells),
        weight=numbers(0, 5, n_cells),
        cost=np.array(numbers(1, 3, n_sites), dtype=float),
        is_required=~mask(5, n_cells),
        fixed_open=fixed_open,
        fixed_closed=~fixed_open & mask(6, n_sites),
        is_small=is_small,
        is_host=~is_small & ~mask(4, n_sites),
        people_limit=draw(st.sampled_from([np.inf, 9.0])),
    )


def best_by_trying(
    problem: DistrictProblem,
    sites: int | None,
    required: np.ndarray,
    is_allowed: Callable[[np.ndarray], bool] | None = None,
) -> float:
    """The least cost that serves all required cells (inf: nothing does), or the most weight `sites` new ones serve."""
    is_allowed = is_allowed or (lambda site: not breaches(problem, site))
    options = [[-1, *problem.sites[problem.indptr[i] : problem.indptr[i + 1]].tolist()] for i in range(problem.n_cells)]
    best = np.inf if sites is None else -np.inf
    for choice in product(*options):
        site = np.array(choice)
        used = np.union1d(site[site >= 0], np.flatnonzero(problem.fixed_open))
        if sites is None:
            value = float(problem.cost[used].sum())
            if value >= best or (site[required] < 0).any():
                continue
        else:
            value = float(problem.weight[site >= 0].sum())
            if value <= best or (~problem.fixed_open[used]).sum() > sites:
                continue
        if is_allowed(site):
            best = value
    return best


def is_lawful(problem: DistrictProblem, site: np.ndarray) -> bool:
    """The law once more, cell by cell and in plain Python."""
    for j in set(site.tolist()) - {-1}:
        cells = {i for i in range(problem.n_cells) if site[i] == j}
        home = int(problem.home[j])
        if home not in cells or (problem.fixed_closed[j] and not problem.fixed_open[j]):
            return False
        if any(j not in problem.sites[problem.indptr[i] : problem.indptr[i + 1]] for i in cells):
            return False
        if sum(problem.area_m2[i] for i in cells) > problem.cap_m2[j]:
            return False
        if sum(problem.people[i] for i in cells) > problem.people_limit:
            return False
        around = {i: problem.near[problem.near_ptr[i] : problem.near_ptr[i + 1]].tolist() for i in cells}
        met, queue = {home}, deque([home])
        while queue:
            for k in around[queue.popleft()]:
                if k in cells and k not in met:
                    met.add(k)
                    queue.append(k)
        if met != cells:
            return False
        beside = {site[k] for i in cells for k in around[i]} - {j, -1}
        if problem.is_small[j] and not any(problem.is_host[other] for other in beside):
            return False
    return True


def fewest_by_subsets(problem: DistrictProblem, required: np.ndarray) -> int:
    """The fewest sites, by asking CP-SAT of every set of so many sites, connection stated as a tree of arcs."""
    for count in range(1, problem.n_sites + 1):
        for chosen in combinations(range(problem.n_sites), count):
            covered = np.isin(problem.sites, chosen)
            if (np.bincount(problem.cell[covered], minlength=problem.n_cells)[required] > 0).all() and _can_serve(
                problem, chosen, required
            ):
                return count
    return -1


def _can_serve(problem: DistrictProblem, chosen: tuple[int, ...], required: np.ndarray) -> bool:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    n_cells = problem.n_cells
    within = {
        j: {i for i in range(n_cells) if j in problem.sites[problem.indptr[i] : problem.indptr[i + 1]]} for j in chosen
    }
    y = {(i, j): model.new_bool_var("") for j in chosen for i in within[j]}
    for i in range(n_cells):
        servers = [y[i, j] for j in chosen if i in within[j]]
        (model.add_exactly_one if required[i] else model.add_at_most_one)(servers)
    for j in chosen:
        home = int(problem.home[j])
        model.add(y[home, j] == 1)
        model.add(sum(int(problem.area_m2[i]) * y[i, j] for i in within[j]) <= int(problem.cap_m2[j]))
        depth = {i: model.new_int_var(0, n_cells, "") for i in within[j]}
        for i in within[j] - {home}:
            parents = []
            for k in problem.near[problem.near_ptr[i] : problem.near_ptr[i + 1]].tolist():
                if k in within[j]:
                    arc = model.new_bool_var("")
                    model.add_implication(arc, y[k, j])
                    model.add(depth[i] == depth[k] + 1).only_enforce_if(arc)
                    parents.append(arc)
            model.add(sum(parents) >= 1).only_enforce_if(y[i, j])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return status == cp_model.OPTIMAL
