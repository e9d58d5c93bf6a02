"""What a proposal's folder holds, read back as any GIS would read it."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from siting.errors import InputError
from siting.sqlite_tables import check_stored
from siting.tables import Faults
from siting.verification.expected import MIX, SUMMARY, layer_columns, misshapen, missing_columns
from siting.verification.schema import completed, of_earlier, schema_faults, warn_of_earlier

STANDING = {"today": ("existing", "closed"), "proposed": ("existing", "proposed")}
"""By state: what a row's status is where it stands."""
_MOST = 2.0**63
"""Of a whole number: JSON knows no end of them, arrays do."""


@dataclass(frozen=True)
class State:
    """
    Today, or as proposed: the open stations and what the file says they reach.

    Attributes
    ----------
    label
        ``"today"`` or ``"proposed"``.
    stations
        Index `site_id`: edge, fraction, turnout_s, travel_budget_s, geometry in the metric CRS. Open ones, by id.
    cells
        Index `cell_id`: the written cells with this state's columns under their plain names.
    """

    label: str
    stations: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class Written:
    """
    One written proposal.

    Attributes
    ----------
    folder, summary
        Where, and summary.json.
    layers
        The GeoPackage's layers and tables by name.
    states
        Today, and as proposed unless it is an audit.
    """

    folder: Path
    summary: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    states: tuple[State, ...]


def read_written(folder: Path) -> Written:
    """
    Read what `write_proposal` wrote.

    Raises
    ------
    InputError
        If the summary or the GeoPackage is not there, cannot be read, or lacks what a proposal has.
    """
    summary = read_summary(folder, beside=("proposal.gpkg",))
    layers = _layers(folder / "proposal.gpkg", summary)
    return Written(folder, summary, layers, states_of(layers, summary))


def read_summary(folder: Path, *, beside: tuple[str, ...] = ()) -> dict[str, Any]:
    """
    What a written proposal claims, by the words of `siting.reports.summary`.

    Parameters
    ----------
    beside
        Other files that the folder has to hold.

    Raises
    ------
    InputError
        If one of them is not there, or the summary cannot be read or lacks what a proposal has.
    """
    if not folder.is_dir():
        raise InputError(str(folder), ["There is no such folder. Name the folder of a written proposal."])
    missing = [name for name in ("summary.json", *beside) if not (folder / name).is_file()]
    if missing:
        inside = sorted(file.parent.name for file in folder.glob("*/summary.json"))
        hint = f" It holds proposals: {', '.join(inside)}. Name one of these folders." if inside else ""
        raise InputError(str(folder), [f"It holds no {' and no '.join(missing)} of a written proposal.{hint}"])
    faults = Faults(str(folder / "summary.json"))
    try:
        text = (folder / "summary.json").read_text("utf-8")
        summary = json.loads(text, parse_constant=_refused, parse_int=_whole, parse_float=_finite)
    except (ValueError, RecursionError) as fault:
        faults.add(f"It is not JSON as a proposal writes it ({fault}); it may have been cut off. Write it again.")
        faults.stop()
    for told in schema_faults(summary):
        faults.add(told)
    faults.stop()
    for told in misshapen(SUMMARY, summary):
        faults.add(f"{told}{of_earlier(summary)}")
    faults.stop()
    warn_of_earlier(folder, summary)
    for told in misshapen(MIX, summary["demand"], ".demand") if "parts" in summary["demand"] else ():
        faults.add(told)
    faults.stop()
    return dict(summary)


def _refused(text: str) -> Never:
    raise ValueError(f"{text[:20]} is not a number that can be computed with")


def _whole(text: str) -> int:
    return int(text) if abs(_finite(text)) < _MOST else _refused(text)


def _finite(text: str) -> float:
    return number if math.isfinite(number := float(text)) else _refused(text)


def _layers(file: Path, summary: dict[str, Any]) -> dict[str, gpd.GeoDataFrame]:
    check_stored(file)
    faults = Faults(str(file))
    try:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # what is missing is told below
            layers = {str(name): pyogrio.read_dataframe(file, layer=name) for name, _ in pyogrio.list_layers(file)}
    except (DataSourceError, DataLayerError) as fault:
        faults.add(f"It cannot be read as a GeoPackage ({fault}). Write it again.")
        faults.stop()
    layers = completed(layers, summary)
    for told in missing_columns(layers, layer_columns(summary, layers)):
        faults.add(f"{told}{of_earlier(summary)}")
    faults.stop()
    return layers


def states_of(layers: dict[str, gpd.GeoDataFrame], summary: dict[str, Any]) -> tuple[State, ...]:
    """Today, and as proposed unless it is an audit, by the clock of the summary."""
    return tuple(_states(layers, summary, ["today", "proposed"] if summary["plans"] else ["today"]))


def _states(layers: dict[str, gpd.GeoDataFrame], summary: dict[str, Any], labels: list[str]) -> Iterator[State]:
    clock = summary["rule_set"]["clock"]
    cells = layers["cells"].set_index("cell_id")
    table: gpd.GeoDataFrame = layers["stations"].set_index("site_id").sort_index()
    table = table[table.reason.fillna("") == ""].to_crs(cells.crs)
    turnout_s = table.turnout_s.astype("float64").fillna(clock["turnout_s"])
    table = table.assign(
        turnout_s=turnout_s, travel_budget_s=clock["response_limit_s"] - clock["alarm_handling_s"] - turnout_s
    )
    for label in labels:
        others = [name for name in cells.columns if name.startswith(("today_", "proposed_"))]
        own = cells.rename(columns={name: name.removeprefix(f"{label}_") for name in others if name.startswith(label)})
        yield State(label, table[table.status.isin(STANDING[label])], own)


def counted(cells: pd.DataFrame) -> list[str]:
    """Columns of who is counted: people, whatever the demand weighs, and residents where they are told beside."""
    return ["people", *(["residents"] if "residents" in cells else [])]


def people_of(cells: pd.DataFrame) -> pd.Series:
    """The people of each cell, also where its demand counts something else and tells them beside it."""
    return cells["residents" if "residents" in cells else "people"]


def figure(value: object) -> float:
    """A number of summary.json; nan where it says null."""
    return math.nan if value is None else float(value)  # type: ignore[arg-type]
