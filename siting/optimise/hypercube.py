"""
How busy each station is: the hypercube queueing model, approximated.

N stations with one engine each; calls arrive at random from demand i, lambda_i an hour, and go to the first free
station of i's order; one takes tau hours of an engine, and is lost to neighbours outside when all are out. With
a = tau sum_i lambda_i, the number of busy engines has Erlang's probabilities p_n ~ a^n / n!, whatever the order. So
r = sum_n n p_n / N is the mean busy share, and a station sampled after k busy ones without putting back is free with

    Q_k r^k (1 - r) = sum_n p_n [n (n-1) ... (n-k+1)] / [N (N-1) ... (N-k+1)] (N - n) / (N - k)              (1)

Larson's approximation (its "A") corrects the product of single shares by the same Q_k:

    rho_j = tau sum_i lambda_i Q_k (1 - rho_j) product of rho over the k stations before j in i's order        (2)

solved by repetition, the shares scaled to the mean r each time.

Larson (1975), Approximating the performance of urban emergency service systems, Operations Research 23.
"""

from __future__ import annotations

import math

import numpy as np

from siting.arrays import Floats, Ids
from siting.errors import InputError
from siting.optimise.problem import Problem, opened

ROUNDS = 1000
"""Most repetitions; ten to thirty are usual."""
CLOSE = 1e-10
"""Largest change of a share at which they end."""


def busy_shares(order: Ids, calls_per_hour: Floats, service_h: float) -> Floats:
    """
    Shape (N,). Share of the time in which each station's engine is out.

    Parameters
    ----------
    order
        Shape (I, N). The stations in the order in which demand i calls them, each once.
    calls_per_hour
        Shape (I,), 0 or more.
    service_h
        Hours that a call takes of an engine, from order to ready again.

    Raises
    ------
    InputError
        If a row of `order` does not name each station once, or a number is negative.

    Examples
    --------
    Two stations with calls beside each, twice as many beside the second, half an hour long:

    >>> busy_shares(np.array([[0, 1], [1, 0]]), np.array([0.5, 1.0]), 0.5).round(3).tolist()
    [0.287, 0.359]
    """
    _check(order, calls_per_hour, service_h)
    n_stations = order.shape[1]
    load = service_h * float(calls_per_hour.sum())
    mean, correction = _corrected(load, n_stations)
    share = np.full(n_stations, mean)
    for _ in range(ROUNDS):
        ahead = np.cumprod(np.column_stack([np.ones(len(order)), share[order[:, :-1]]]), axis=1)
        calls = service_h * calls_per_hour[:, None] * correction * ahead
        work = np.bincount(order.ravel(), calls.ravel(), minlength=n_stations)
        new = work / (1.0 + work)
        new *= n_stations * mean / max(new.sum(), np.finfo(float).tiny)
        change, share = np.abs(new - share).max(), np.minimum(new, 1.0)
        if change < CLOSE:
            break
    return np.asarray(share)


def busy_in_plan(problem: Problem, plan: Ids, calls_per_hour: Floats, service_h: float) -> Floats:
    """
    Shape (J,). Busy shares of the open sites, each demand calling the nearest first; elsewhere their mean.

    Stations that are not listed for a demand (`Problem.distance`) are called after those that are. A closed site has
    the mean, so that the shares can be the `busy_shares` with which `expected` looks for a better plan.

    Raises
    ------
    InputError
        If the problem has no `distance`, or calls and hours are of no sense.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from siting.optimise.problem import simple_problem
    >>> town = replace(simple_problem([[0, 1], [0, 1]], n_sites=3), distance=np.array([1.0, 5.0, 6.0, 2.0]))
    >>> busy_in_plan(town, np.array([0, 1]), np.array([0.5, 1.0]), 0.5).round(3).tolist()
    [0.287, 0.359, 0.323]
    """
    if problem.distance is None:
        raise InputError("optimise.Problem", ["Busy shares need distance: who is called first, and who next."])
    position = np.full(problem.n_sites, -1)
    position[plan] = np.arange(len(plan))
    is_listed = opened(problem, plan)[problem.sites]
    far = np.full((problem.n_demand, len(plan)), np.inf)
    far[problem.demand[is_listed], position[problem.sites[is_listed]]] = problem.distance[is_listed]
    share = busy_shares(np.argsort(far, axis=1, kind="stable"), calls_per_hour, service_h)
    every = np.full(problem.n_sites, share.mean() if len(plan) else 0.0)
    every[plan] = share
    return every


def _corrected(load: float, n_stations: int) -> tuple[float, Floats]:
    """The mean busy share, and Q_k for k = 0 ... N - 1."""
    number = np.arange(n_stations + 1)
    logs = number * math.log(load) - np.array([math.lgamma(n + 1) for n in number]) if load > 0 else -1e9 * number
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    mean = float((number * chance).sum()) / n_stations
    correction = np.empty(n_stations)
    all_busy = np.ones(n_stations + 1)  # that k stations sampled without putting back are busy, when n are
    for k in range(n_stations):
        next_free = (n_stations - number) / (n_stations - k)
        alone = mean**k * (1.0 - mean)
        correction[k] = float((chance * all_busy * next_free).sum()) / alone if alone > 0 else float(k == 0)
        all_busy = all_busy * np.maximum(number - k, 0) / (n_stations - k)
    return mean, correction


def _check(order: Ids, calls_per_hour: Floats, service_h: float) -> None:
    faults = []
    n_stations = order.shape[1]
    wrong = np.flatnonzero((np.sort(order, axis=1) != np.arange(n_stations)).any(axis=1))
    if len(wrong) or n_stations == 0:
        faults.append(f"{len(wrong)} rows of order do not name each of {n_stations} stations once. Expected 1 or more.")
    if len(calls_per_hour) != len(order) or not (np.isfinite(calls_per_hour) & (calls_per_hour >= 0)).all():
        faults.append(f"calls_per_hour needs {len(order)} numbers of 0 or more.")
    if not (math.isfinite(service_h) and service_h >= 0):
        faults.append(f"service_h = {service_h}. Expected hours, 0 or more.")
    if faults:
        raise InputError("hypercube", faults)
