"""Indicators by target year: what stands, what is reached and what is missing, counted once more for each year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.verification.brigade_checks import brigade_units
from siting.verification.claim import Claim, number, same
from siting.verification.covering import Covering, covering
from siting.verification.micro_checks import place_states
from siting.verification.written import State, Written, figure

_SUM = 1e-6
MEASURED = {
    "people_per_station": ("people", "stations", "<"),
    "staff_per_10k": ("staff", "people", ">="),
    "share_land": ("area_covered_km2", "area_km2", ">="),
    "hydrants": ("hydrants", "", ">="),
    "hydrants_built": ("hydrants", "hydrants_due", ">="),
    "micro_stations": ("micro_stations", "", ">="),
    "places_without_micro": ("places_missing", "", "<="),
    "units_without_own": ("units_without_own", "", "<="),
    "units_missing": ("units_missing", "", "<="),
}
"""By indicator: which fact, by which, and how its value is to stand to the target."""


def check_indicators(written: Written) -> Iterator[Claim]:
    """The facts of each situation from the layers and the scenario's keys, then every row from its facts."""
    told = written.summary.get("indicators")
    if told is None:
        return
    asked = written.summary["provenance"]["scenario"]["indicators"]
    facts = {row["situation"]: {key: figure(value) for key, value in row.items() if key != "situation"}
             for row in told["facts"]}  # fmt: skip
    years = [label for label in facts if label.isdigit()]
    everybody = _standing(written.layers["stations"], "ever")
    covers = covering(written, set(everybody.site_id))
    for label, known in facts.items():
        name, year = f"indicators, {label}", label if label.isdigit() else "".join(years[-1:])
        yield from _counts(written, name, label, known, told["forces"])
        yield from _reached(written, covers, name, label, known)
        yield number(f"{name}: people", known["people"], _people(written, asked.get("people"), label, year), _SUM)
        yield number(f"{name}: staff", known["staff"], _staff(asked.get("staff"), label, year))
    targets = asked.get("targets") or {}
    for row in told["table"]:
        name = f"indicators, {row['situation']}: {row['indicator']}"
        yield from _row(name, row, facts[row["situation"]], _target(row, targets, years))


def _standing(table: gpd.GeoDataFrame, label: str) -> gpd.GeoDataFrame:
    """Rows that stand today, as proposed, by the end of a year, or ever."""
    opens = table["opens_in"] if "opens_in" in table else pd.Series("", index=table.index)
    is_there = []
    for status, year in zip(table.status, opens.fillna(""), strict=True):
        if status in ("existing", "closed"):
            is_there.append(label != "proposed" or status == "existing")
        else:
            in_time = label in ("proposed", "ever") or (
                label.isdigit() and str(year).isdigit() and int(year) <= int(label)
            )
            is_there.append(status == "proposed" and in_time)
    return table[is_there]


def _counts(written: Written, name: str, label: str, known: dict[str, float], forces: list[str]) -> Iterator[Claim]:
    layers = written.layers
    boundary = layers["boundary"].geometry.iloc[0]
    stations = _standing(layers["stations"], label).to_crs(layers["boundary"].crs)
    is_own = stations.force.isin(forces) & shapely.intersects(boundary, stations.geometry.to_numpy())
    yield number(f"{name}: stations", known["stations"], float(is_own.sum()))
    for kind in ("hydrants", "micro_stations"):
        standing = float(len(_standing(layers[kind], label))) if kind in layers else math.nan
        yield number(f"{name}: {kind}", known[kind], standing)
    added = [len(plan["added"]) for plan in written.summary["plans"] if plan["kind"] == "hydrant"]
    due = float(len(_standing(layers["hydrants"], "today")) + sum(added)) if added else math.nan
    yield number(f"{name}: hydrants_due", known["hydrants_due"], due)
    missing = math.nan
    if "micro_places" in layers and len(layers["micro_places"]):
        places = layers["micro_places"].fillna({"shares_with": ""})
        standing = _standing(layers["micro_stations"], label).set_index("site_id").to_crs(places.crs)
        cells = layers["micro_cells"]
        missing = float((place_states(places, State(label, standing, cells)) == "missing").sum())
    yield number(f"{name}: places_missing", known["places_missing"], missing)


def _reached(written: Written, covers: Covering, name: str, label: str, known: dict[str, float]) -> Iterator[Claim]:
    """Land in reach and units without a brigade; within 2.1 ms of a limit either way will do."""
    cells = written.layers["cells"]
    standing = _standing(written.layers["stations"], label)
    area_km2 = cells.area_km2.to_numpy()
    least, most = (float(area_km2[one.any(axis=0)].sum()) for one in covers.within(set(standing.site_id)))
    yield number(f"{name}: area_km2", known["area_km2"], float(area_km2.sum()), _SUM)
    told = known["area_covered_km2"]
    yield Claim(f"{name}: area_covered_km2", told, most, least - _SUM <= told <= most + _SUM)
    brigades = written.summary.get("brigades")
    if brigades is None:
        for key in ("units_without_own", "units_missing"):
            yield number(f"{name}: {key}", known[key], math.nan)
        return
    own = covers.rows(set(standing.site_id))
    stations = standing.set_index("site_id").to_crs(cells.crs)
    perhaps, surely = (
        brigade_units(
            written,
            State(label, stations, cells.assign(
                response_time_s=(trip_s[own] + covers.turnout_s[own, None]).min(axis=0, initial=np.inf)
            )),
        )
        for trip_s in (covers.least_s, covers.most_s)
    )  # fmt: skip
    without = (perhaps.brigades == 0) & (perhaps.stations == 0)
    yield number(f"{name}: units_without_own", known["units_without_own"], float(without.sum()))
    fewest, all_ = (float((units.state == "missing").sum()) for units in (perhaps, surely))
    yield Claim(f"{name}: units_missing", known["units_missing"], all_, fewest <= known["units_missing"] <= all_)


def _people(written: Written, told: dict[str, Any] | None, label: str, year: str) -> float:
    """Of the year, of the latest before it, of today, else the demand where it is people."""
    told = told or {}
    earlier = [known for known in told.get("by_year", {}) if year and int(known) <= int(year)]
    if label != "today" and earlier:
        return figure(told["by_year"][max(earlier, key=int)])
    if told.get("today") is not None:
        return figure(told["today"])
    demand, cells = written.summary["demand"], written.layers["cells"]
    if "residents" in cells:
        return float(cells.residents.sum())
    return figure(demand["inside"]) if demand["unit"] in ("people", "population") else math.nan


def _staff(told: dict[str, Any] | None, label: str, year: str) -> float:
    told = told or {}
    return figure(told.get("today") if label == "today" else told.get("by_year", {}).get(year))


def _target(row: dict[str, Any], targets: dict[str, Any], years: list[str]) -> float:
    """The latest that is asked for by then; where none ever is, what is due by itself at the end."""
    by_year = targets.get(row["indicator"]) or {}
    label = row["situation"]
    if label == "today":
        return math.nan
    if label == "proposed" and not by_year:
        return {"hydrants_built": 1.0, "places_without_micro": 0.0, "units_missing": 0.0}.get(
            row["indicator"], math.nan
        )
    asked = [year for year in by_year if label == "proposed" or int(year) <= int(label)]
    return figure(by_year[max(asked, key=int)]) if asked else math.nan


def _row(name: str, row: dict[str, Any], known: dict[str, float], target: float) -> Iterator[Claim]:
    """Value, target, what is missing, and the verdict: a target below is strict, the others hold when equal."""
    part, whole, sense = MEASURED[row["indicator"]]
    value = _per(known, part) / _per(known, whole) if _per(known, whole) > 0 else math.nan
    if sense == "<":  # one more than the quotient, rounded down
        quotient = _per(known, part) / target if target > 0 else math.nan
        missing = math.nan if math.isnan(quotient) else math.floor(quotient * (1 + 1e-12)) + 1 - known[whole]
    elif sense == "<=":
        missing = known[part] - target
    else:
        wanted = target * _per(known, whole)
        is_counted = part != "area_covered_km2" and not math.isnan(wanted)
        missing = (math.ceil(wanted - 1e-9 * max(1.0, wanted)) if is_counted else wanted) - known[part]
    missing = 0.0 if missing <= _SUM else missing
    yield number(f"{name}: value", row["value"], value, _SUM)
    yield number(f"{name}: target", row["target"], target)
    yield number(f"{name}: missing", row["missing"], missing, _SUM)
    yield same(f"{name}: sense", row["sense"], "" if math.isnan(target) else sense)
    yield same(f"{name}: passed", row["passed"], "" if math.isnan(missing) else "no" if missing else "yes")


def _per(known: dict[str, float], fact: str) -> float:
    """A fact, residents in 10,000; "" is one."""
    return 1.0 if not fact else known[fact] / (10_000 if fact == "people" else 1)
