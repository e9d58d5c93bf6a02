"""What sites cover, once more from the written roads: the relation that values of plans are recomputed from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.verification.drives import Seconds, drives, trips
from siting.verification.written import STANDING, Written

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Covering:
    """
    Drives from some sites to every cell.

    Attributes
    ----------
    sites
        Index `site_id`: the rows of the stations layer.
    least_s, most_s
        Shape (J, I). Seconds that the file may say at least and at most, inf where nobody can drive.
    budget_s, turnout_s
        Shape (J,).
    people, unit
        Shape (I,). Weight and grid unit of each cell.
    parts
        Of a mix, by name: shape (I,), the weight of each part alone.
    """

    sites: pd.DataFrame
    least_s: Seconds
    most_s: Seconds
    budget_s: Seconds
    turnout_s: Seconds
    people: Seconds
    unit: NDArray[np.object_]
    parts: Mapping[str, Seconds]

    def rows(self, ids: Collection[str]) -> Mask:
        """Shape (J,). Which of the sites these are; refuses one that is not there."""
        strange = set(ids) - set(self.sites.index)
        if strange:
            raise LookupError(f"no usable site {sorted(strange)[0]!r} in the stations layer")
        return np.asarray(self.sites.index.isin(list(ids)))

    def within(self, ids: Collection[str], speed: float = 1.0, more_s: float = 0.0) -> tuple[Mask, Mask]:
        """
        Shape (number of ids, I) each: what these sites cover for certain, and at most.

        A cell within a few milliseconds of the budget may count either way.
        """
        own = self.rows(ids)
        budget_s = (self.budget_s[own] * speed + more_s)[:, None]
        return self.most_s[own] <= budget_s, self.least_s[own] <= budget_s

    def only(self, ids: Collection[str]) -> Covering:
        """The same of these sites alone."""
        own = self.rows(ids)
        return replace(
            self,
            sites=self.sites[own],
            least_s=self.least_s[own],
            most_s=self.most_s[own],
            budget_s=self.budget_s[own],
            turnout_s=self.turnout_s[own],
        )

    def weight(self, ids: Collection[str], speed: float = 1.0, more_s: float = 0.0) -> tuple[float, float]:
        """Weight that at least one of these sites covers: for certain, and at most."""
        surely, perhaps = (float(self.people[one.any(axis=0)].sum()) for one in self.within(ids, speed, more_s))
        return surely, perhaps


def covering(written: Written, ids: Collection[str] | None) -> Covering:
    """The relation of these sites; of all usable ones when None."""
    clock = written.summary["rule_set"]["clock"]
    table = usable(written)
    table = table if ids is None else table[table.index.isin(list(ids))]
    turnout_s = np.asarray(table.turnout_s.fillna(clock["turnout_s"]), dtype=np.float64)
    cells = written.layers["cells"]
    seconds = drives(written.layers["roads"], table, cells, written.layers.get("turns"))
    least_s, most_s = trips(seconds, written.summary["start_stop_s"])
    return Covering(
        sites=table,
        least_s=least_s,
        most_s=most_s,
        budget_s=clock["response_limit_s"] - clock["alarm_handling_s"] - turnout_s,
        turnout_s=turnout_s,
        people=cells.people.to_numpy(dtype=np.float64),
        unit=cells.unit_id.fillna("").to_numpy(dtype=object),
        parts={
            str(name).removeprefix("part_"): cells[name].to_numpy(dtype=np.float64)
            for name in cells.columns
            if str(name).startswith("part_")
        },
    )


def usable(written: Written) -> pd.DataFrame:
    """Index `site_id`: stations without a reason against them, in order of id."""
    table = written.layers["stations"].set_index("site_id").sort_index()
    return table[table.reason.fillna("") == ""]


def fixed(written: Written, plan: dict[str, Any]) -> list[str]:
    """Ids of the sites that stand in every plan: those that the question keeps or requires."""
    table, keep = usable(written), plan["asked"].get("keep", "all")
    stands = table.status.isin(STANDING["today"])
    kept = stands if keep == "all" else stands & table.index.isin([] if keep == "none" else keep)
    return sorted(table.index[kept | (table.role == "required")])
