"""Who reaches whom, and in how many seconds: the sparse relation that every later room reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.arrays import Ids, Milliseconds, Positions32

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True)
class TravelTimes:
    """
    Travel times from sites to demand within a limit, sorted by site, then demand.

    Attributes
    ----------
    site_ids, demand_ids
        Labels of the two axes, J and I long. A site or demand without a road keeps its place and has no entry.
    site_ptr
        Shape (J + 1,). Site j reaches ``demand[site_ptr[j]:site_ptr[j + 1]]``.
    demand
        Shape (K,). Positions in `demand_ids`.
    ms
        Shape (K,). Milliseconds of driving, 0 where site and demand share a place.
    limit_s
        No time above this was looked for: what is missing takes longer or cannot be reached.
    """

    site_ids: pd.Index
    demand_ids: pd.Index
    site_ptr: Ids
    demand: Positions32
    ms: Milliseconds
    limit_s: float

    @property
    def site(self) -> Ids:
        """Shape (K,). The site position of each entry."""
        return np.repeat(np.arange(len(self.site_ids)), np.diff(self.site_ptr))

    def to_frame(self) -> pd.DataFrame:
        """The tidy table: site_id, demand_id, travel_time_s."""
        return pd.DataFrame(
            {
                "site_id": self.site_ids.take(self.site),
                "demand_id": self.demand_ids.take(self.demand.astype(np.int64)),
                "travel_time_s": self.ms / 1000.0,
            }
        )

    def matrix(self) -> sparse.csc_array:
        """Seconds as a sparse [i, j] matrix; a stored 0 is a time, a missing entry is not."""
        from scipy import sparse  # takes longer to load than most searches run

        shape = (len(self.demand_ids), len(self.site_ids))
        return sparse.csc_array((self.ms / 1000.0, self.demand.astype(np.int64), self.site_ptr), shape=shape)
