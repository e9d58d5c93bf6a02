"""All forces in one picture: who stands where, what each may count for, and townships without a brigade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Mask
from siting.brigades import BRIGADES, BrigadeTier, gains, strengths, unit_states
from siting.cells import counted
from siting.coverage import coverage, depth
from siting.errors import InputError
from siting.grids import GridLevel
from siting.network.place import place, placed, with_place
from siting.pipeline.material import Material
from siting.pipeline.question import travel_budget_s
from siting.proposal import BrigadeAnswer, stands
from siting.rules import Figure, Situation, load_rules
from siting.scenario import FORCES, BrigadesTable
from siting.tables import Faults, check_columns, read_amounts
from siting.travel_time import reach

STANDARD = "cn-gbt35547-2017"
CLASSES = {"一级": ("land-first", "strength-first"), "二级": ("land-second", "strength-second"),
           "志愿": ("land-volunteer",)}  # fmt: skip
"""By a word of a brigade's class: the figures of the standard that hold for it."""
COUNTS = "first_response_share"
"""Value of a rule set's figure ``force-NAME``: 1 where this force may count as first response, 0 where it may not."""


def check_brigades(asked: BrigadesTable, grid: Sequence[GridLevel], stations: gpd.GeoDataFrame) -> None:
    """
    Refuse what cannot be judged, before any work is done.

    Raises
    ------
    InputError
        If the level or a column does not exist, or a column holds what is no amount.
    """
    if asked.level not in {level.level for level in grid}:
        raise InputError("brigades", [f"There is no grid level {asked.level!r}. Name its file in [[grid]]."])
    faults = Faults("facilities of kind station")
    names = [name for name in (asked.land_column, asked.staff_column) if name is not None]
    check_columns(faults, stations, names)
    faults.stop()
    for name in names:
        read_amounts(faults, stations, name)
    faults.stop()


def measure_brigades(
    asked: BrigadesTable, given: Material, stations: gpd.GeoDataFrame, cells: pd.DataFrame
) -> BrigadeTier:
    """
    What each unit has of the stations that stand, and how strong its brigades are.

    Parameters
    ----------
    stations
        With the status after the plans of this state.
    cells
        Of the situation that these stations make.
    """
    standing = stations[stations.status.isin(["existing", "proposed"])]
    points = standing.geometry.to_crs(given.area.crs)
    is_brigade = standing.force.isin(BRIGADES).to_numpy()
    units = unit_states(
        _level(asked, given), cells, points[is_brigade], points[~is_brigade], asked.reach_s, asked.share
    )
    return BrigadeTier(asked.reach_s, asked.share, units, _strengths(asked, standing))


def brigade_answer(
    asked: BrigadesTable,
    given: Material,
    facilities: Mapping[str, gpd.GeoDataFrame],
    today: Situation,
    proposed: Situation,
    snap_limit_m: float,
) -> BrigadeAnswer:
    """
    Units, brigades and forces, today and as proposed.

    Parameters
    ----------
    facilities
        With the status after every plan.
    today, proposed
        With their brigades.
    snap_limit_m
        Of micro stations to the roads of engines.
    """
    assert today.brigades is not None and proposed.brigades is not None  # noqa: S101, PT018 - the scenario asks
    level, stations = _level(asked, given), facilities["station"]
    units = proposed.brigades.units.assign(state_today=today.brigades.units.state)
    units = units.rename(columns={"state": "state_proposed"})
    missing = units.index[units.state_proposed == "missing"]
    arrives = given.cells.assign(response_time_s=proposed.cells.response_time_s.reindex(given.cells.index))
    first = gains(level, missing, arrives, given.network, asked.reach_s, given.clock.turnout_s)
    seats = gpd.GeoDataFrame(first[["rank"]], geometry=gpd.points_from_xy(first.x, first.y), crs=given.area.crs)
    return BrigadeAnswer(
        reach_s=asked.reach_s,
        share=asked.share,
        level=asked.level,
        units=units.join(first.drop(columns=["x", "y"])),
        seats=seats,
        strengths=_strengths(asked, stations[stands(stations, "today") | stands(stations, "proposed")]),
        forces=pd.DataFrame(_forces(given, facilities, snap_limit_m)),
    )


def _level(asked: BrigadesTable, given: Material) -> GridLevel:
    return next(level for level in given.grid if level.level == asked.level)


def _strengths(asked: BrigadesTable, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """The brigades among these stations against the standard, with ground and people where a column says so."""
    own = stations[stations.force.isin(BRIGADES)]
    told = pd.DataFrame({"name": own["name"], "class": own["class"]})
    for name, column in (("land_m2", asked.land_column), ("staff", asked.staff_column)):
        told[name] = np.nan if column is None else pd.to_numeric(own[column]).astype("float64")
    return strengths(told, _standards(), asked.below_share)


def _standards() -> dict[str, dict[str, Any]]:
    figures = {figure.id: figure for figure in load_rules(STANDARD).figures}
    return {
        word: {key: value for name in names for key, value in figures[name].values.items()}  # noqa: PD011 - no table
        for word, names in CLASSES.items()
    }


def _forces(
    given: Material, facilities: Mapping[str, gpd.GeoDataFrame], snap_limit_m: float
) -> Iterator[dict[str, object]]:
    """Each force: how many stand, what the rule set lets them count for, whom they reach alone and together."""
    weights = given.cells[counted(given.cells)]
    said = {figure.name: figure for figure in given.ruleset.figures}
    together = np.zeros(len(weights), dtype=bool)
    for force in FORCES:
        rows = pd.concat(
            [_of(force, given, table, snap_limit_m) for kind, table in facilities.items() if kind != "hydrant"]
        )
        reached = _reached(given, rows[stands(rows, "proposed")])
        counts = _counts(said.get(f"force-{force}"))
        together |= reached & (counts == "yes")
        yield {
            "force": force,
            "standing_today": int(stands(rows, "today").sum()),
            "standing_proposed": int(stands(rows, "proposed").sum()),
            "counts": counts,
            "clause": said[f"force-{force}"].clause if counts != "not_said" else "",
            **{f"share_{name}": share for name, share in _shares(weights, reached).items()},
            **{f"share_{name}_counted": share for name, share in _shares(weights, together).items()},
        }


def _shares(weights: pd.DataFrame, is_in: Mask) -> dict[str, float]:
    """What part of each column these cells hold."""
    return {str(name): float(weight[is_in].sum()) / float(weight.sum() or 1) for name, weight in weights.items()}


def _of(force: str, given: Material, table: gpd.GeoDataFrame, snap_limit_m: float) -> gpd.GeoDataFrame:
    """The rows of one force, on the ways of engines."""
    own = table[(table.force == force).to_numpy()].to_crs(given.area.crs)
    at = place(given.network, own, snap_limit_m)
    return with_place(own[["status", "turnout_s", "geometry"]], at)


def _counts(figure: Figure | None) -> str:
    if figure is None:
        return "not_said"
    return "yes" if figure.values.get(COUNTS, 0.0) > 0 else "no"  # noqa: PD011 - no table


def _reached(given: Material, rows: gpd.GeoDataFrame) -> Mask:
    """Which cells one of these reaches within its budget by the clock."""
    budget_s = travel_budget_s(rows, given.clock)
    rows, budget_s = rows[budget_s > 0], budget_s[budget_s > 0]
    if rows.empty:
        return np.zeros(len(given.cells), dtype=bool)
    times = reach(
        given.network,
        placed(rows),
        placed(given.cells),
        float(budget_s.max()),
        site_ids=rows.index,
        demand_ids=given.cells.index,
    )
    return np.asarray(depth(coverage(times, budget_s), plan=list(rows.index)) > 0)
