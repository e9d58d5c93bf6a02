"""Townships without a brigade, strength of brigades, and forces: counted and judged again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from siting.verification.claim import Claim, column, number, rows
from siting.verification.covering import covering
from siting.verification.written import STANDING, State, Written, counted, figure, people_of

BRIGADES = ("full_time", "volunteer")
_SUM = 1e-6


def check_brigades(written: Written) -> Iterator[Claim]:
    """States of units, flags of brigades, how many of each force stand and whom stations among them reach."""
    told = written.summary.get("brigades")
    if told is None:
        return
    units = pd.DataFrame(told["brigades"]).set_index("unit_id")
    for label, state in (("today", written.states[0]), ("proposed", written.states[-1])):
        again = brigade_units(written, state).reindex(units.index)
        states = again.state
        printed = units[f"state_{label}"]
        yield rows(f"brigades, state_{label}", units.index, printed, states, printed != states)
        if label == "proposed":
            for key in (*counted(state.cells), "brigades", "stations", "share_in_reach"):
                yield column(f"brigades, {key}", units.index, units[key], again[key], _SUM)
    ranked = units[units["rank"].notna()].sort_values("rank")
    yield column("brigades, rank", ranked.index, ranked["rank"], np.arange(1, len(ranked) + 1))
    yield rows("brigades, the most people first", ranked.index, ranked.people_gained, ranked.people_gained,
               np.diff(ranked.people_gained.astype(float), prepend=np.inf) > _SUM)  # fmt: skip
    yield from _forces(written, pd.DataFrame(told["forces"]).set_index("force"))


def brigade_units(written: Written, state: State) -> pd.DataFrame:
    """What stands in each unit, the share of its people who are answered within the reach, and its state."""
    told = written.summary["brigades"]
    level = f"grid_{told['level']}"
    units, cells = written.layers[level].set_index("unit_id"), state.cells
    own = cells[level].fillna("").to_numpy(dtype=object)
    within = (cells.response_time_s <= told["reach_s"]).to_numpy(dtype=float)
    table = pd.DataFrame(index=units.index)
    for who in counted(cells):
        table[who] = cells[who].groupby(own).sum().reindex(units.index, fill_value=0.0)
    living = people_of(cells)
    reached = (living * within).groupby(own).sum().reindex(units.index, fill_value=0.0)
    of_cells = pd.Series(within).groupby(own).mean().reindex(units.index)
    there = living.groupby(own).sum().reindex(units.index, fill_value=0.0)
    table["share_in_reach"] = (reached / there.where(there > 0)).fillna(of_cells).fillna(0.0)
    force = written.layers["stations"].set_index("site_id").force.reindex(state.stations.index)
    is_brigade = force.isin(BRIGADES).to_numpy()
    for name, points in (
        ("brigades", state.stations.geometry[is_brigade]),
        ("stations", state.stations.geometry[~is_brigade]),
    ):
        table[name] = [int(shapely.intersects(ground, points.to_numpy()).sum()) for ground in units.geometry]
    has_one = (table.brigades > 0) | (table.stations > 0)
    table["state"] = np.select([has_one, table.share_in_reach >= told["share"]], ["has_one", "in_reach"], "missing")
    return table


def _forces(written: Written, told: pd.DataFrame) -> Iterator[Claim]:
    stations = written.layers["stations"].set_index("site_id")
    for force, row in told.iterrows():
        tables = [written.layers[name] for name in ("stations", "micro_stations") if name in written.layers]
        for label, status in STANDING.items():
            standing = sum(int(((table.force == force) & table.status.isin(status)).sum()) for table in tables)
            yield number(f"forces, {force}: standing_{label}", figure(row[f"standing_{label}"]), standing)
        if str(force).startswith("micro"):
            continue
        own = stations.index[(stations.force == force) & stations.status.isin(STANDING["proposed"])]
        covers = covering(written, set(own))
        cells = written.layers["cells"]
        for who in counted(cells):
            of = replace(covers, people=cells[who].to_numpy(dtype=np.float64))
            least, most = (weight / (float(of.people.sum()) or 1.0) for weight in of.weight(of.sites.index))
            share = figure(row[f"share_{who}"])
            yield Claim(f"forces, {force}: share_{who}", share, most, least - _SUM <= share <= most + _SUM)
