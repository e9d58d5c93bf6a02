"""Seeded problems to optimise: uniform squares as published, clustered cities by travel time, towns of candidates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numba import njit, prange

from benchmarks.networks import road_like
from siting.arrays import Floats, Ids, Positions32
from siting.network import EdgePositions, RoadNetwork
from siting.optimise import Problem
from siting.travel_time import reach

SIDE = 30.0
"""Of the square, in the units of the published radii."""


def problem_of(indptr: Ids, sites: Positions32, weight: Floats, n_sites: int) -> Problem:
    """A problem in which every site is free and costs 1."""
    none = np.zeros(n_sites, dtype=bool)
    return Problem(indptr, sites, weight, np.ones(n_sites), none, none)


def square(demand: int, sites: int, radius: float, seed: int = 1) -> Problem:
    """
    Uniform demand and sites in a square, whole weights 1 to 100.

    The generator of ReVelle, Scholssberg and Williams (2008) and of Cordeau, Furini and Ljubić (2019).
    """
    (piece,) = square_in_pieces(demand, sites, radius, seed, at_once=demand)
    return problem_of(*piece, sites)


def square_in_pieces(
    demand: int, sites: int, radius: float, seed: int = 1, *, at_once: int = 1_000_000
) -> Iterator[tuple[Ids, Positions32, Floats]]:
    """The same square, `at_once` demand points at a time: cover sets and weights."""
    random = np.random.default_rng(seed)
    at = random.uniform(0, SIDE, (sites, 2))
    for first in range(0, demand, at_once):
        count = min(at_once, demand - first)
        points = random.uniform(0, SIDE, (count, 2))
        yield *_within(points, at, radius), random.integers(1, 101, count).astype(np.float64)


@njit(cache=True, parallel=True)
def _within(points: Floats, at: Floats, radius: float) -> tuple[Ids, Positions32]:
    indptr = np.zeros(len(points) + 1, dtype=np.int64)
    for i in prange(len(points)):
        for j in range(len(at)):
            indptr[i + 1] += (points[i, 0] - at[j, 0]) ** 2 + (points[i, 1] - at[j, 1]) ** 2 <= radius * radius
    indptr = np.cumsum(indptr)
    sites = np.empty(indptr[-1], dtype=np.uint32)
    for i in prange(len(points)):
        entry = indptr[i]
        for j in range(len(at)):
            if (points[i, 0] - at[j, 0]) ** 2 + (points[i, 1] - at[j, 1]) ** 2 <= radius * radius:
                sites[entry] = j
                entry += 1
    return indptr, sites


def city(demand: int, sites: int, travel_budget_s: float, seed: int = 1, *, nodes: int = 100_000) -> Problem:
    """Demand and sites crowded around 40 centres of a road network of `nodes` junctions; cover by driving time."""
    random, network = np.random.default_rng(seed), road_like(nodes)
    density = _density(network, random)
    at_demand, at_sites = (_crowded(network, density, random, count) for count in (demand, sites))
    times = reach(
        network,
        at_sites,
        at_demand,
        travel_budget_s,
        site_ids=pd.RangeIndex(sites),
        demand_ids=pd.RangeIndex(demand),
    )
    order = np.argsort(times.demand, kind="stable")  # sites ascend within each demand
    indptr = np.concatenate([[0], np.cumsum(np.bincount(times.demand, minlength=demand))])
    return problem_of(
        indptr, times.site[order].astype(np.uint32), random.integers(1, 101, demand).astype(np.float64), sites
    )


def town(points: int, reached: float, seed: int) -> Problem:
    """Every point is demand and site, crowded around 30 centres; the radius lets a site reach `reached` on average."""
    random = np.random.default_rng(seed)
    centre = random.uniform(0, SIDE, (30, 2))
    near = centre[random.integers(0, 30, points)] + random.normal(0, 1.5, (points, 2))
    at = np.where(random.random((points, 1)) < 0.2, random.uniform(0, SIDE, (points, 2)), near)
    low, high = 0.0, SIDE
    for _ in range(30):
        radius = (low + high) / 2
        indptr, sites = _within(at, at, radius)
        low, high = (radius, high) if len(sites) < reached * points else (low, radius)
    return problem_of(indptr, sites, random.integers(1, 101, points).astype(np.float64), points)


def _density(network: RoadNetwork, random: np.random.Generator) -> Floats:
    """Shape (edges,). Where people live: a tenth everywhere, the rest around centres of unlike size."""
    side = float(network.x.max())
    middle = np.column_stack([network.x, network.y])[network.edge_from]
    density = np.full(len(middle), 0.1 / side**2)
    for share, at, spread in zip(
        random.dirichlet(np.ones(40)), random.uniform(0, side, (40, 2)), random.uniform(300, 1_500, 40), strict=True
    ):
        away = ((middle - at) ** 2).sum(axis=1)
        density += 0.9 * share * np.exp(-away / (2 * spread**2)) / (2 * np.pi * spread**2)
    return np.asarray(density / density.sum())


def _crowded(network: RoadNetwork, density: Floats, random: np.random.Generator, count: int) -> EdgePositions:
    edge = np.sort(random.choice(network.n_edges, count, p=density))
    return EdgePositions(edge, random.random(count), np.zeros(count))
