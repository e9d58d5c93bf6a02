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

from siting.arrays import Ids, Mask
from siting.districting.problem import DistrictProblem
from siting.optimise.exact import solved
from siting.optimise.objective import Limits, are_whole, whole_above, whole_below
from siting.optimise.program import Rows, at_least, at_most, program

EXACT_ENTRIES = 3_000
"""Pairs of cell and site up to which a plan that is not proven goes to a solver."""

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
    cuts: list[tuple[int, list[int]]] = []
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
        return whole_above(bound) if are_whole(problem.cost) else bound
    return whole_below(bound) if are_whole(problem.weight) else bound


def _program(problem: DistrictProblem, required: Mask, new: int | None, cuts: list[tuple[int, list[int]]]):  # type: ignore[no-untyped-def]
    n_cells, n_sites, n_pairs = problem.n_cells, problem.n_sites, len(problem.sites)
    cell, site, pair = problem.cell, problem.sites.astype(np.int64), np.arange(n_pairs)
    server = _matrix(pair, site, n_pairs, n_sites)
    load = sparse.csr_array((problem.area_m2[cell].astype(float), (site, pair)), shape=(n_sites, n_pairs))
    crowd = sparse.csr_array((problem.people[cell], (site, pair)), shape=(n_sites, n_pairs))
    at_home = np.flatnonzero(cell == problem.home[site])
    may_open = (np.isin(np.arange(n_sites), site[at_home]) & (problem.fixed_open | ~problem.fixed_closed)).astype(float)
    must_serve = required.astype(float) if new is None else np.zeros(n_cells)
    touching = _touching(problem)
    linked = sparse.csr_array(touching - sparse.eye_array(n_pairs))[np.setdiff1d(pair, at_home)]
    bands: list[Rows] = [
        ([None, _matrix(cell, pair, n_cells, n_pairs)], must_serve, np.ones(n_cells)),
        at_least([server, -sparse.eye_array(n_pairs)], np.zeros(n_pairs)),
        at_most([sparse.diags_array(-problem.cap_m2.astype(float)), load], np.zeros(n_sites)),
        at_least([None, linked], np.zeros(linked.shape[0])),
        at_least([-server[at_home], sparse.eye_array(n_pairs, format="csr")[at_home]], np.zeros(len(at_home))),
        at_most([sparse.eye_array(n_sites), None], may_open),
    ]
    if np.isfinite(problem.people_limit):
        bands.append(at_most([sparse.diags_array(np.full(n_sites, -problem.people_limit)), crowd], np.zeros(n_sites)))
    if cuts:
        rows = _cut_rows(problem, cuts)
        bands.append(at_least([None, rows], np.zeros(rows.shape[0])))
    small = np.flatnonzero(problem.is_small)
    blocks = [
        np.where(problem.fixed_open, 0.0, problem.cost) if new is None else np.zeros(n_sites),
        np.zeros(n_pairs) if new is None else problem.weight[cell],
    ]
    if new is not None:
        bands.append(at_most([np.where(problem.fixed_open, 0.0, 1.0)[None, :], None], np.array([float(new)])))
    if len(small):
        own = np.flatnonzero(np.isin(site, small))
        host = sparse.csr_array(_matrix(cell, pair, n_cells, n_pairs) * problem.is_host[site].astype(float)[None, :])
        beside_host = sparse.csr_array(_neighbours(problem) @ host)[cell[own]]
        blocks.append(np.zeros(len(own)))
        bands = [([*parts, None], lower, upper) for parts, lower, upper in bands]
        each = sparse.eye_array(len(own))
        bands += [
            at_least([None, sparse.eye_array(n_pairs, format="csr")[own], -each], np.zeros(len(own))),
            at_least([None, beside_host, -each], np.zeros(len(own))),
            at_least(
                [
                    -sparse.eye_array(n_sites, format="csr")[small],
                    None,
                    _matrix(np.searchsorted(small, site[own]), np.arange(len(own)), len(small), len(own)),
                ],
                np.zeros(len(small)),
            ),
        ]
    return program(blocks, bands, whole_blocks=2, maximise=new is not None)


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


def _cut_off(problem: DistrictProblem, is_served: Mask) -> list[tuple[int, list[int]]]:
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


def _cut_rows(problem: DistrictProblem, cuts: list[tuple[int, list[int]]]) -> sparse.csr_array:
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
