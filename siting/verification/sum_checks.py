"""Sums over cells: demand, districts, units, and the eleven figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.verification.claim import Claim, column, number, rows, same
from siting.verification.place_checks import neighbours, pieces
from siting.verification.written import State, Written, counted, figure

_SUM = 1e-6
"""Sums are taken in another order than the files took them."""


def check_demand(written: Written) -> Iterator[Claim]:
    """Nobody lost: what was read is inside or outside, and what is inside lies on the cells."""
    demand = written.summary["demand"]
    on_cells = float(written.layers["cells"].people.sum())
    yield number("demand.inside", demand["inside"], on_cells, 1e-6 * max(1.0, on_cells))
    total = figure(demand["inside"]) + figure(demand["outside"])
    yield number("demand.read", demand["read"], total, 1e-6 * max(1.0, total))
    boundary_km2 = float(written.layers["boundary"].area.sum()) / 1e6
    yield number("study_area.area_km2", written.summary["study_area"]["area_km2"], boundary_km2, _SUM)
    yield same("study_area.cells", written.summary["study_area"]["cells"], len(written.layers["cells"]))


def check_districts(written: Written) -> Iterator[Claim]:
    """Districts from the shapes and cells; areas within 1 m² for each cell."""
    certain, maybe = neighbours(written.layers["cells"])
    for state in written.states:
        layer = written.layers[f"districts_{state.label}"].set_index("site_id").sort_index()
        name = f"districts_{state.label}"
        yield same(f"{name} are those of the open stations", sorted(layer.index), sorted(state.stations.index))
        served = state.cells[state.cells.site_id.isin(layer.index)]
        again = district_sums(served).reindex(layer.index)
        who = counted(served)
        again[["area_km2", *who]] = again[["area_km2", *who]].fillna(0.0)
        shape_km2 = layer.geometry.area.fillna(0.0) / 1e6
        yield column(f"{name} shapes", layer.index, shape_km2, again.area_km2, 1e-6 * max(1, len(served)))
        for key in ("area_km2", *who, "worst_s", "mean_s", "share_within"):
            yield column(f"{name}.{key}", layer.index, layer[key], again[key], _SUM)
        most, least = (
            pieces(state.cells.site_id, pairs).reindex(layer.index, fill_value=0) for pairs in (certain, maybe)
        )
        yield rows(f"{name}.parts", layer.index, layer.parts, most, (layer.parts < least) | (layer.parts > most))
        yield same(f"{name}.class", layer["class"].fillna("").tolist(), state.stations["class"].fillna("").tolist())
        yield column(f"{name}.cap_km2", layer.index, layer.cap_km2, district_caps(written, state).reindex(layer.index))
        over = (again.area_km2 > layer.cap_km2).to_numpy()
        yield rows(f"{name}.is_over_cap", layer.index, layer.is_over_cap, over, layer.is_over_cap.to_numpy() != over)


def district_sums(cells: pd.DataFrame) -> pd.DataFrame:
    """Index `site_id`: what its first-due cells add up to."""
    by = cells.groupby("site_id")
    people, area = by.people.sum(), by.area_km2.sum()
    beside = {name: by[name].sum() for name in counted(cells)[1:]}
    weighted = (cells.people * cells.travel_time_s).groupby(cells.site_id).sum()
    within = cells.area_km2.where(cells.is_covered.astype(bool), 0.0).groupby(cells.site_id).sum()
    return pd.DataFrame(
        {"area_km2": area, "people": people, **beside, "worst_s": by.travel_time_s.max(),
         "mean_s": weighted / people.where(people > 0), "share_within": within / area}
    )  # fmt: skip


def district_caps(written: Written, state: State) -> pd.Series:
    """Index `site_id`: the limit for the class of the station and where its district lies; of several the first."""
    served = state.cells[state.cells.site_id.isin(state.stations.index)]
    place = pd.Series({site: district_place(cells) for site, cells in served.groupby("site_id")}, dtype=object)
    caps = pd.Series(math.nan, index=state.stations.index)
    for row in reversed(written.summary["findings"]):
        if row["kind"] == "district_area" and row["situation"] == state.label:
            for site in place.index[place == row["values"]["place"]]:
                caps[site] = class_cap(state.stations["class"][site], row["values"])
    return full_at(served, caps)


def full_at(cells: pd.DataFrame, usual_km2: pd.Series) -> pd.Series:
    """
    Index `site_id`: the land with which each district is full, where a risk assessment gave cells a cap of their own.

    Such a cell takes its area / its own cap of the whole, any other its area / the usual cap of the district.
    """
    full_km2 = usual_km2.copy()
    for site in set(cells.site_id[cells.cap_km2.notna()]).intersection(usual_km2.index[usual_km2.notna()]):
        land = cells[cells.site_id == site]
        full_km2[site] = land.area_km2.sum() / (land.area_km2 / land.cap_km2.fillna(usual_km2[site])).sum()
    return full_km2


def class_cap(own: object, values: dict[str, Any]) -> float:
    """The limit for a class: none for one without districts, that of the default class for one not listed."""
    if own in values.get("without_district", []):
        return math.nan
    return figure(values["cap_km2"].get(own, values["cap_km2"][values["default_class"]]))


def district_place(cells: pd.DataFrame) -> str:
    """Near suburb when most of its land is, else urban when any is, else other."""
    km2 = cells.area_km2.groupby(cells.place).sum()
    if km2.get("near_suburb", 0.0) > km2.sum() * (0.5 + 1e-9):  # half, however the cells are added up, is not most
        return "near_suburb"
    return "urban" if km2.get("urban", 0.0) > 0 else "other"


def check_units(written: Written) -> Iterator[Claim]:
    """Grid units from their cells; stations by where they stand."""
    units = written.layers["grid_units"]
    for state in written.states:
        told = pd.DataFrame([row for row in written.summary["units"] if row["situation"] == state.label])
        if told.empty:
            yield same(f"units {state.label}", len(told), len(units))
            continue
        told = told.set_index("unit_id").reindex(units.unit_id)
        cells = state.cells
        covered = cells.is_covered.astype(bool)
        by = cells.unit_id
        again = pd.DataFrame(
            {
                **{name: cells[name].groupby(by).sum() for name in counted(cells)},
                "area_km2": cells.area_km2.groupby(by).sum(),
                **{f"{name}_covered": cells[name].where(covered, 0.0).groupby(by).sum() for name in counted(cells)},
                "area_covered_km2": cells.area_km2.where(covered, 0.0).groupby(by).sum(),
            }
        ).reindex(told.index, fill_value=0.0)
        for name in counted(cells):
            again[f"share_{name}"] = again[f"{name}_covered"] / again[name].where(again[name] > 0)
        again["share_area"] = again.area_covered_km2 / again.area_km2.where(again.area_km2 > 0)
        again["stations"] = _standing_in(units, state.stations)
        for key in again.columns:
            yield column(f"units {state.label}.{key}", told.index, told[key], again[key], _SUM)


def _standing_in(units: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> list[int]:
    """A station where units overlap counts for the first of them."""
    points, counts = stations.geometry.to_numpy(), []
    for shape in units.geometry:
        is_here = shapely.intersects(shape, points)
        counts.append(int(is_here.sum()))
        points = points[~is_here]
    return counts


def check_key_figures(written: Written) -> Iterator[Claim]:
    """The eleven figures, each from cells, districts and certificates."""
    for told in written.summary["key_figures"]:
        for state in written.states:
            again = _figures(written, state)
            if told["key"] in again:
                name = f"key figure {told['key']}, {state.label}"
                yield number(name, told[state.label], again[told["key"]], _SUM)
        if len(written.states) == 1 and told["key"] != "optimality_gap":
            yield number(f"key figure {told['key']}, proposed as today", told["proposed"], figure(told["today"]))


def _figures(written: Written, state: State) -> dict[str, float]:
    cells = state.cells
    covered = cells.is_covered.astype(bool)
    lived = cells[(cells.people > 0) & np.isfinite(cells.travel_time_s.astype("float64"))]
    people, lost = float(cells.people.sum()), float(cells.people[~covered].sum())
    proofs = [plan["certificate"] for plan in written.summary["plans"]]
    is_proven = all(proof["status"] in ("optimal", "feasible") for proof in proofs)
    gaps = [figure(proof["optimality_gap"]) for proof in proofs]
    return {
        "share_people": (people - lost) / people if people > 0 else 0.0,
        "share_area": float(cells.area_km2[covered].sum() / cells.area_km2.sum()),
        "people_not_covered": lost,
        "worst_travel_s": float(lived.travel_time_s.max()) if len(lived) else math.nan,
        "mean_response_s": float(np.average(lived.response_time_s, weights=lived.people)) if len(lived) else math.nan,
        "p90_response_s": _fractile_s(lived, 0.9),
        "stations": float(len(state.stations)),
        "districts_over_cap": float(written.layers[f"districts_{state.label}"].is_over_cap.sum()),
        "station_shortage": _shortage(written, state),
        "optimality_gap": max(gaps) if gaps and is_proven and state.label == "proposed" else math.nan,
        **_of_residents(cells, covered),
    }


def _of_residents(cells: pd.DataFrame, covered: pd.Series) -> dict[str, float]:
    """People beside a demand that counts something else."""
    if "residents" not in cells:
        return {}
    share = float(np.average(covered.astype(float), weights=cells.residents))
    return {"share_residents": share, "residents_not_covered": float(cells.residents[~covered].sum())}


def _fractile_s(lived: pd.DataFrame, share: float) -> float:
    """The least response by which so much of the demand is answered."""
    by_then = lived.people.groupby(lived.response_time_s).sum().cumsum()
    enough = by_then.index[by_then >= share * lived.people.sum() * (1 - 1e-12)]
    return float(enough[0]) if len(enough) else math.nan


def _shortage(written: Written, state: State) -> float:
    """Stations missing by built-up land where a rule judges by it, else by all land."""
    missing = {
        row["values"]["base"]: max(0.0, row["required"] - row["measured"])
        for row in written.summary["findings"]
        if row["kind"] == "shortage" and row["situation"] == state.label and row["passed"]
    }
    return missing.get("construction_land", missing.get("administrative", math.nan))
