"""
The district question as a mixed integer programme, for cases small enough to be proven outright.

    minimise    sum_j c_j x_j                 (fewest or cheapest), or
    maximise    sum_i w_i sum_j y_ij          (most served, with at most p new sites)                    (1)
    subject to  sum_j y_ij = 1  for each required cell, <= 1 for any other; in the second question <= 1  (2)
                y_ij <= x_j,  y_{h(j) j} = x_j                                                           (3)
                sum_i a_i y_ij <= A_j x_j,  sum_i n_i y_ij <= N x_j                                      (4)
                y_ij <= sum_{k touching i} y_kj                      for each i but h(j)                 (5)
                y_ij <= sum_{k touching C} y_kj       for each i in C, C a piece cut off from h(j)       (6)
                x_j <= sum_i t_ij,  t_ij <= y_ij,  t_ij <= sum_{k touching i} sum_{j' host} y_kj'        (7)
                x, y in {0, 1}, 0 <= t <= 1

x_j says that site j has a district (what stations that stay cost is a constant); h(j) is the cell that it stands on;
a, n, A, N are areas, people and their limits; (7) is for small stations. Rows (6) are too many to write down: the
programme is solved, the pieces that a plan leaves cut off add their rows, and it is solved again, until nothing is cut
off (Williams 2002 and Önal et al. 2016 for contiguity; Fischetti et al. 2017 for the cuts).
Every bound on the way is valid: rows only exclude what is no plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from siting.arrays import Floats, Ids, Mask
from siting.districting.problem import DistrictProblem
from siting.optimise.exact import solved
from siting.optimise.objective import Limits, whole_above, whole_below
from siting.optimise.program import Program, Rows, at_least, at_most, program

EXACT_ENTRIES = 3_000
"""Pairs of cell and site up to which a plan that is not proven goes to a solver."""

Cut = tuple[int, list[int]]
"""A site, and cells of it that a plan left cut off."""
Row = dict[int, float]
"""Coefficients of one row by the entry (cell, site) they belong to."""


@dataclass(frozen=True)
class Proven:
    """
    What the programme came to.

    Attributes
    ----------
    site
        Shape (I,). Site of each cell, -1 none; None when no lawful plan came back.
    bound
        Proven, whether or not a plan did.
    """

    site: Ids | None
    bound: float


def proven(problem: DistrictProblem, required: Mask, new: int | None, limits: Limits) -> Proven:
    """
    The best lawful plan and its bound.

    Parameters
    ----------
    required
        Shape (I,). Cells that must be served in the first question.
    new
        Sites besides those that stay, for the second question; None asks the first.
    """
    cuts: list[Cut] = []
    bound = np.inf if new is not None else -np.inf
    while limits.left_s > 0.0:
        model = _program(problem, required, new, cuts)
        n_whole = problem.n_sites + len(problem.sites)
        answer = solved(model, n_whole, limits)
        better = min if new is not None else max
        bound = better(bound, _tightened(problem, new, answer.bound))
        if answer.openness is None:
            break
        is_served = answer.openness[problem.n_sites :] > 0.5
        found = _cut_off(problem, is_served)
        if not found:
            owner = np.full(problem.n_cells, -1)
            owner[problem.cell[is_served]] = problem.sites[is_served]
            return Proven(owner, bound)
        cuts += found
    return Proven(None, bound)


def _tightened(problem: DistrictProblem, new: int | None, bound: float) -> float:
    if new is None:
        bound += float(problem.cost[problem.fixed_open].sum())
        return whole_above(bound, problem.cost)
    return whole_below(bound, problem.weight)


def _program(problem: DistrictProblem, required: Mask, new: int | None, cuts: list[Cut]) -> Program:
    """Blocks x, y and, where there are small stations, t."""
    worth = [
        np.where(problem.fixed_open, 0.0, problem.cost) if new is None else np.zeros(problem.n_sites),
        np.zeros(len(problem.sites)) if new is None else problem.weight[problem.cell],
    ]
    must_serve = required.astype(float) if new is None else np.zeros(problem.n_cells)
    bands = [*_holding(problem, must_serve), *_connection(problem, cuts)]
    if new is not None:
        bands.append(at_most([np.where(problem.fixed_open, 0.0, 1.0)[None, :], None], np.array([float(new)])))
    own = np.flatnonzero(problem.is_small[problem.sites])
    if problem.is_small.any():
        worth.append(np.zeros(len(own)))
        bands = [([*parts, None], lower, upper) for parts, lower, upper in bands] + _hosting(problem, own)
    return program(worth, bands, whole_blocks=2, maximise=new is not None)


def _holding(problem: DistrictProblem, must_serve: Floats) -> list[Rows]:
    """Rows (2) to (4), and sites that may not open."""
    n_cells, n_sites, n_pairs = problem.n_cells, problem.n_sites, len(problem.sites)
    site, pair, at_home = problem.sites.astype(np.int64), np.arange(n_pairs), _at_home(problem)
    server, one = _matrix(pair, site, n_pairs, n_sites), sparse.eye_array(n_pairs, format="csr")
    may_open = np.isin(np.arange(n_sites), site[at_home]) & (problem.fixed_open | ~problem.fixed_closed)
    rows = [
        ([None, _matrix(problem.cell, pair, n_cells, n_pairs)], must_serve, np.ones(n_cells)),
        at_least([server, -one], np.zeros(n_pairs)),
        at_least([-server[at_home], one[at_home]], np.zeros(len(at_home))),
        at_most([sparse.eye_array(n_sites), None], may_open.astype(float)),
    ]
    limits = [(problem.area_m2.astype(float), problem.cap_m2.astype(float))]
    if np.isfinite(problem.people_limit):
        limits.append((problem.people, np.full(n_sites, problem.people_limit)))
    for amount, most in limits:
        load = sparse.csr_array((amount[problem.cell], (site, pair)), shape=(n_sites, n_pairs))
        rows.append(at_most([sparse.diags_array(-most), load], np.zeros(n_sites)))
    return rows


def _connection(problem: DistrictProblem, cuts: list[Cut]) -> list[Rows]:
    """Rows (5), and rows (6) as far as they are known."""
    n_pairs = len(problem.sites)
    away = np.setdiff1d(np.arange(n_pairs), _at_home(problem))
    linked = sparse.csr_array(_touching(problem) - sparse.eye_array(n_pairs))[away]
    rows = [at_least([None, linked], np.zeros(len(away)))]
    if cuts:
        rings = _cut_rows(problem, cuts)
        rows.append(at_least([None, rings], np.zeros(rings.shape[0])))
    return rows


def _hosting(problem: DistrictProblem, own: Ids) -> list[Rows]:
    """Rows (7); `own` are the entries of small stations."""
    n_cells, n_pairs, n_own = problem.n_cells, len(problem.sites), len(own)
    site, small, each = problem.sites.astype(np.int64), np.flatnonzero(problem.is_small), sparse.eye_array(n_own)
    is_host = problem.is_host[site].astype(float)[None, :]
    host = sparse.csr_array(_matrix(problem.cell, np.arange(n_pairs), n_cells, n_pairs) * is_host)
    beside_host = sparse.csr_array(_neighbours(problem) @ host)[problem.cell[own]]
    touching = _matrix(np.searchsorted(small, site[own]), np.arange(n_own), len(small), n_own)
    return [
        at_least([None, sparse.eye_array(n_pairs, format="csr")[own], -each], np.zeros(n_own)),
        at_least([None, beside_host, -each], np.zeros(n_own)),
        at_least([-sparse.eye_array(problem.n_sites, format="csr")[small], None, touching], np.zeros(len(small))),
    ]


def _at_home(problem: DistrictProblem) -> Ids:
    """Entries of a site and the cell it stands on."""
    return np.flatnonzero(problem.cell == problem.home[problem.sites])


def _matrix(rows: Ids, columns: Ids, n_rows: int, n_columns: int) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n_rows, n_columns))


def _neighbours(problem: DistrictProblem) -> sparse.csr_array:
    return sparse.csr_array(
        (np.ones(len(problem.near)), problem.near.astype(np.int64), problem.near_ptr),
        shape=(problem.n_cells, problem.n_cells),
    )


def _touching(problem: DistrictProblem) -> sparse.csr_array:
    """Shape (K, K). Which entries are of the same site and of cells that touch."""
    cell, site = problem.cell, problem.sites.astype(np.int64)
    key = cell * problem.n_sites + site  # ascending, as cells and the sites of each are
    degree = np.diff(problem.near_ptr)[cell]
    here = np.repeat(np.arange(len(cell)), degree)
    start = np.repeat(problem.near_ptr[cell] - np.concatenate([[0], np.cumsum(degree)])[:-1], degree)
    other = problem.near[start + np.arange(len(here))].astype(np.int64)
    asked = other * problem.n_sites + site[here]
    there = np.minimum(np.searchsorted(key, asked), len(key) - 1)
    kept = key[there] == asked
    return _matrix(here[kept], there[kept], len(cell), len(cell))


def _cut_off(problem: DistrictProblem, is_served: Mask) -> list[Cut]:
    """Pieces of districts that do not hang together with their site: the site, and the piece's cells."""
    pairs = np.flatnonzero(is_served)
    if not len(pairs):
        return []
    touching = _touching(problem)[pairs][:, pairs]
    _, piece = csgraph.connected_components(touching, directed=False)
    cell, site = problem.cell[pairs], problem.sites[pairs].astype(np.int64)
    homely = set(piece[cell == problem.home[site]].tolist())
    return [
        (int(site[piece == number][0]), cell[piece == number].tolist())
        for number in np.unique(piece)
        if int(number) not in homely
    ]


def _cut_rows(problem: DistrictProblem, cuts: list[Cut]) -> sparse.csr_array:
    """Rows (6): a cell of the piece joins only with some cell round the piece."""
    entry = {key: k for k, key in enumerate(zip(problem.cell.tolist(), problem.sites.tolist(), strict=True))}
    rows: list[Row] = []
    for site, piece in cuts:
        around = {int(k) for i in piece for k in problem.near[problem.near_ptr[i] : problem.near_ptr[i + 1]]} - set(
            piece
        )
        ring = {entry[i, site]: 1.0 for i in around if (i, site) in entry}
        rows += [{**ring, entry[i, site]: -1.0} for i in piece]
    numbers = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    columns = np.array([column for row in rows for column in row])
    values = np.array([value for row in rows for value in row.values()])
    return sparse.csr_array((values, (numbers, columns)), shape=(len(rows), len(problem.sites)))
