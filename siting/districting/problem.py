"""The district question as arrays: who reaches which cell, which cells touch, and what a district may hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numba import njit

from siting.arrays import Floats, Ids, Mask, Milliseconds, Positions32
from siting.errors import InputError
from siting.optimise import Problem
from siting.optimise.problem import amount_faults
from siting.tables import some


@dataclass(frozen=True)
class DistrictProblem:
    """
    Cells i in 0..I-1, sites j in 0..J-1. Nothing here knows of roads, ids or standards.

    A district is a set of cells with one open site. It is lawful when it holds the cell its site stands on, hangs
    together through cells that touch, lies within the site's reach, and keeps its limits of area and people.

    Attributes
    ----------
    indptr, sites, ms
        Cell i is within the driving budget of ``sites[indptr[i]:indptr[i + 1]]``, ascending, in so many milliseconds;
        shapes (I + 1,), (K,), (K,).
    near_ptr, near
        Cell i touches ``near[near_ptr[i]:near_ptr[i + 1]]``, and they it; what a wall divides does not touch.
    crossing
        Shape of `near`, 0 or more; for a barrier that is not a wall: milliseconds that an engine may rather drive
        farther than have both cells in one district.
    area_m2
        Shape (I,). Land that counts against a cap: all of the cell, or its construction land; where a risk assessment
        sets a smaller cap than the class does, as many times more.
    weight
        Shape (I,), 0 or more. What serving the cell is worth: people, risk.
    people
        Shape (I,), 0 or more.
    has_road
        Shape (I,). Whether an engine gets to the cell at all.
    is_required
        Shape (I,). Land that must have a station; other cells may join a district, and link its parts.
    home
        Shape (J,). The cell each site stands on; -1 outside, where it can have no district.
    cap_m2
        Shape (J,). The largest counted area of its district.
    cost
        Shape (J,), 0 or more; 1 for each site when the question counts stations.
    fixed_open, fixed_closed
        Shape (J,). Stations that stay, and sites that may not be built on.
    is_small, is_host
        Shape (J,). Stations whose district has to touch the district of a host (小型站; 一级, 二级 and 特勤站).
    people_limit
        Most people of one district.
    """

    indptr: Ids
    sites: Positions32
    ms: Milliseconds
    near_ptr: Ids
    near: Positions32
    crossing: Floats
    area_m2: Ids
    weight: Floats
    people: Floats
    has_road: Mask
    is_required: Mask
    home: Ids
    cap_m2: Ids
    cost: Floats
    fixed_open: Mask
    fixed_closed: Mask
    is_small: Mask
    is_host: Mask
    people_limit: float = np.inf

    @property
    def n_cells(self) -> int:
        """I."""
        return len(self.area_m2)

    @property
    def n_sites(self) -> int:
        """J."""
        return len(self.home)

    @property
    def cell(self) -> Ids:
        """Shape (K,). The cell of each entry of `sites`."""
        return np.repeat(np.arange(self.n_cells), np.diff(self.indptr))

    def check(self) -> None:
        """
        Refuse arrays that do not fit together, naming every fault.

        Raises
        ------
        InputError
            If shapes differ, positions are out of range, or an amount is negative or not finite.
        """
        amounts = ("area_m2", "weight", "people", "cost", "cap_m2", "crossing")
        faults = [
            *_shape_faults(self),
            *_range_faults(self),
            *amount_faults({name: getattr(self, name) for name in amounts}),
        ]
        if not self.people_limit > 0:
            faults.append(f"people_limit is {self.people_limit}. Expected more than 0, or inf.")
        if faults:
            raise InputError("districting.DistrictProblem", faults)


def simple_districts(
    reached_by: Sequence[Collection[int]],
    *,
    touching: Sequence[tuple[int, int]],
    home: Sequence[int],
    cap_m2: int | Sequence[int],
    area_m2: Sequence[int] | None = None,
    weight: Sequence[float] | None = None,
    **choices: Any,
) -> DistrictProblem:
    """
    A problem from lists, for questions small enough to write down.

    Parameters
    ----------
    reached_by
        For each cell, the sites that get there in time.
    touching
        Pairs of cells.
    cap_m2
        Of each site, or of all.
    area_m2, weight
        1 each when not given; people are as many as the weight.
    choices
        Other fields of `DistrictProblem`.
    """
    n_cells, n_sites = len(reached_by), len(home)
    pairs = np.array(sorted({*touching, *((k, i) for i, k in touching)}), dtype=np.int64).reshape(-1, 2)
    amounts = np.ones(n_cells) if weight is None else np.array(weight, dtype=np.float64)
    sites = [site for row in reached_by for site in sorted(row)]
    fields: dict[str, Any] = {
        "indptr": np.concatenate([[0], np.cumsum([len(row) for row in reached_by])]).astype(np.int64),
        "sites": np.array(sites, dtype=np.uint32),
        "ms": np.ones(len(sites), dtype=np.int32),
        "near_ptr": np.searchsorted(pairs[:, 0], np.arange(n_cells + 1)),
        "near": pairs[:, 1].astype(np.uint32),
        "crossing": np.zeros(len(pairs)),
        "area_m2": np.ones(n_cells, dtype=np.int64) if area_m2 is None else np.array(area_m2, dtype=np.int64),
        "weight": amounts,
        "people": amounts,
        "has_road": np.ones(n_cells, dtype=bool),
        "is_required": np.ones(n_cells, dtype=bool),
        "home": np.array(home, dtype=np.int64),
        "cap_m2": np.broadcast_to(np.array(cap_m2, dtype=np.int64), n_sites).copy(),
        "cost": np.ones(n_sites),
        **dict.fromkeys(("fixed_open", "fixed_closed", "is_small", "is_host"), np.zeros(n_sites, dtype=bool)),
    }
    return DistrictProblem(**{**fields, **choices})


def covering(problem: DistrictProblem, demand: Mask) -> Problem:
    """These cells as demand of `siting.optimise`: who reaches whom, without areas, limits and connection."""
    rows = demand[problem.cell]
    indptr = np.zeros(int(demand.sum()) + 1, dtype=np.int64)
    np.cumsum(np.diff(problem.indptr)[demand], out=indptr[1:])
    return Problem(
        indptr=indptr,
        sites=problem.sites[rows],
        weight=problem.weight[demand],
        cost=problem.cost,
        fixed_open=problem.fixed_open,
        fixed_closed=problem.fixed_closed & ~problem.fixed_open,
    )


def joined_reach(problem: DistrictProblem) -> DistrictProblem:
    """
    The problem without entries that no lawful district can use.

    A cell counts for a site only when a chain of touching cells, all within the site's reach, leads to the cell that
    the site stands on; a site that may not open, or whose own cell is too much for it, reaches nothing.
    """
    order, ptr = _by_site(problem)
    kept = _joined(ptr, problem.cell[order], problem.home, problem.near_ptr, problem.near, problem.n_cells)
    home = np.maximum(problem.home, 0)
    is_too_much = (problem.area_m2[home] > problem.cap_m2) | (problem.people[home] > problem.people_limit)
    is_closed = problem.fixed_closed & ~problem.fixed_open
    kept &= ~(is_too_much | is_closed)[problem.sites[order]]
    entries = np.zeros(len(order), dtype=bool)
    entries[order] = kept
    indptr = np.concatenate([[0], np.cumsum(entries, dtype=np.int64)])[problem.indptr]
    return replace(problem, indptr=indptr, sites=problem.sites[entries], ms=problem.ms[entries])


def cells_by_site(problem: DistrictProblem) -> tuple[Ids, Positions32]:
    """Site j reaches ``cells[ptr[j]:ptr[j + 1]]``, ascending; shapes (J + 1,) and (K,)."""
    order, ptr = _by_site(problem)
    return ptr, problem.cell[order].astype(np.uint32)


def _by_site(problem: DistrictProblem) -> tuple[Ids, Ids]:
    ptr = np.zeros(problem.n_sites + 1, dtype=np.int64)
    np.cumsum(np.bincount(problem.sites, minlength=problem.n_sites), out=ptr[1:])
    return np.argsort(problem.sites, kind="stable"), ptr


@njit(cache=True, nogil=True)
def _joined(ptr: Ids, cells: Ids, home: Ids, near_ptr: Ids, near: Positions32, n_cells: int) -> Mask:
    kept = np.zeros(len(cells), dtype=np.bool_)
    seen_by = np.full(n_cells, -1)  # the last site that reaches the cell
    entry_of = np.zeros(n_cells, dtype=np.int64)
    queue = np.empty(n_cells, dtype=np.int64)
    for j in range(len(home)):
        for entry in range(ptr[j], ptr[j + 1]):
            seen_by[cells[entry]] = j
            entry_of[cells[entry]] = entry
        start = home[j]
        if start < 0 or seen_by[start] != j:
            continue
        queue[0], length, at = start, 1, 0
        seen_by[start] = -1
        while at < length:
            i = queue[at]
            at += 1
            kept[entry_of[i]] = True
            for touch in range(near_ptr[i], near_ptr[i + 1]):
                k = near[touch]
                if seen_by[k] == j:
                    seen_by[k] = -1
                    queue[length] = k
                    length += 1
    return kept


def _shape_faults(problem: DistrictProblem) -> list[str]:
    n_cells, n_sites = problem.n_cells, problem.n_sites
    entries, touches = len(problem.sites), len(problem.near)
    expected = {
        **dict.fromkeys(("weight", "people", "has_road", "is_required"), n_cells),
        **dict.fromkeys(("cap_m2", "cost", "fixed_open", "fixed_closed", "is_small", "is_host"), n_sites),
        "indptr": n_cells + 1,
        "near_ptr": n_cells + 1,
        "ms": entries,
        "crossing": touches,
    }
    return [
        f"{name} has {len(getattr(problem, name))} values. Expected {length}."
        for name, length in expected.items()
        if len(getattr(problem, name)) != length
    ]


def _range_faults(problem: DistrictProblem) -> list[str]:
    faults = []
    for name, positions, count, what in (
        ("sites", problem.sites, problem.n_sites, "sites"),
        ("near", problem.near, problem.n_cells, "cells"),
        ("home", problem.home, problem.n_cells, "cells"),
    ):
        outside = np.flatnonzero((positions.astype(np.int64) >= count) | (positions.astype(np.int64) < -1))
        if len(outside):
            faults.append(f"{name} names {len(outside)} positions outside the {count} {what} (at {some(outside)}).")
    both = np.flatnonzero(problem.fixed_open & problem.fixed_closed)
    if len(both):
        faults.append(f"{len(both)} sites are fixed open and closed at once (positions {some(both)}).")
    return faults
