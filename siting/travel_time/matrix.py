"""All times between two small sets of places, without a limit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Floats
from siting.network import EdgePositions, RoadNetwork
from siting.travel_time.reach import LONGEST_S, reach_blocks


def matrix(network: RoadNetwork, sites: EdgePositions, demand: EdgePositions, *, threads: int | None = None) -> Floats:
    """
    Seconds of driving from every site to all demand, however long they are.

    Each site costs a search of the whole network (about 30 ms for a million junctions) and eight bytes for each
    demand: meant for hundreds of sites. Where a limit is known, `reach` is faster by orders of magnitude.

    Returns
    -------
    Shape (I, J), [demand, site]; inf where there is no way, or where a place is off the road.

    Examples
    --------
    >>> from siting import toy
    >>> matrix(toy.network(), toy.sites(), toy.demand()).round()[:2].tolist()
    [[18.0, 144.0, 162.0], [90.0, 180.0, 198.0]]
    """
    seconds = np.full((len(demand), len(sites)), np.inf)
    labels = pd.RangeIndex(len(sites)), pd.RangeIndex(len(demand))
    for rows, times in reach_blocks(
        network, sites, demand, LONGEST_S, site_ids=labels[0], demand_ids=labels[1], threads=threads
    ):
        seconds[times.demand, rows[times.site]] = times.ms / 1000.0
    return seconds
