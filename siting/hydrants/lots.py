"""In which order new hydrants are built: first those that close most risk."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, numbered
from siting.hydrants.streets import Stretches, walked
from siting.network import EdgePositions, RoadNetwork
from siting.travel_time import reach

STEP_M = 10.0
"""Length of street that one sample of the risk stands for."""


@dataclass(frozen=True)
class Risk:
    """
    Places of gaps with what is at risk at each.

    Attributes
    ----------
    at
        On streets, shape (P,).
    metres, weight
        The stretch that each stands for, and the demand (people) that lives along it.
    """

    at: EdgePositions
    metres: Floats
    weight: Floats


def street_risk(network: RoadNetwork, due: Stretches, short: Stretches, cell_of: Ids, people: Floats) -> Risk:
    """
    The demand of every cell, shared evenly over the metres of due street in it, at the places of the gaps.

    Parameters
    ----------
    cell_of
        For the samples of `due` and then those of `short` (`samples`), the position of their cell; -1 in none.
    """
    along, gap = samples(network, due), samples(network, short)
    metres = sample_metres(due)
    in_cell = np.bincount(cell_of[: len(along)] + 1, weights=metres, minlength=len(people) + 1)
    own = cell_of[len(along) :]
    # A gap's sample may be the first in its cell where those of the whole street fell beside it.
    per_metre = np.append(0.0, people) / np.maximum(in_cell, STEP_M)
    gap_metres = sample_metres(short)
    return Risk(gap, gap_metres, per_metre[own + 1] * gap_metres)


def samples(network: RoadNetwork, parts: Stretches) -> EdgePositions:
    """The middles of equal pieces of at most `STEP_M` of every stretch."""
    pieces = _pieces(parts)
    row, step = numbered(pieces)
    at_m = parts.start_m[row] + (step + 0.5) / pieces[row] * parts.length_m[row]
    fraction = np.clip(at_m / network.edge_length_m[parts.edge[row]], 0.0, 1.0)
    return EdgePositions(parts.edge[row], fraction, np.zeros(len(row)))


def sample_metres(parts: Stretches) -> Floats:
    """The length of the piece that each sample stands for."""
    pieces = _pieces(parts)
    return np.asarray(np.repeat(parts.length_m / pieces, pieces))


def in_order(network: RoadNetwork, risk: Risk, hydrants: EdgePositions, limit_m: float) -> tuple[Ids, Floats, Floats]:
    """
    New hydrants, the one that closes most risk first; of equal ones the one that closes more street, then the first.

    Returns
    -------
    Positions in that order, and the weight and metres that each closes when those before it stand.
    """
    n = len(hydrants)
    ways = reach(
        walked(network), hydrants, risk.at, limit_m, site_ids=pd.RangeIndex(n), demand_ids=pd.RangeIndex(len(risk.at))
    )
    served = np.split(ways.demand, ways.site_ptr[1:-1])
    is_open = np.ones(len(risk.at), dtype=bool)

    def worth(site: int) -> tuple[float, float]:
        mine = served[site][is_open[served[site]]]
        return -float(risk.weight[mine].sum()), -float(risk.metres[mine].sum())

    waiting = [(*worth(site), site) for site in range(n)]
    heapq.heapify(waiting)
    order, closed = [], []
    while waiting:
        weight, metres, site = heapq.heappop(waiting)
        now = worth(site)  # no more than when it was put there
        if waiting and (*now, site) > waiting[0] and now != (weight, metres):
            heapq.heappush(waiting, (*now, site))
            continue
        is_open[served[site]] = False
        order.append(site)
        closed.append((-now[0], -now[1]))
    weight_m = np.array(closed, dtype=np.float64).reshape(-1, 2)
    return np.array(order, dtype=np.int64), weight_m[:, 0], weight_m[:, 1]


def lot_of(order: Ids, built_by: Sequence[int]) -> Ids:
    """
    The lot of each hydrant, 0 for the first; what is left after the last lot is the number of lots.

    Examples
    --------
    >>> lot_of(np.array([2, 0, 1]), [1, 2]).tolist()
    [1, 2, 0]
    """
    lot = np.empty(len(order), dtype=np.int64)
    lot[order] = np.searchsorted(built_by, np.arange(len(order)), side="right")
    return lot


def _pieces(parts: Stretches) -> Ids:
    return np.maximum(np.ceil(parts.length_m / STEP_M - 1e-9), 1).astype(np.int64)
