"""Findings: what was measured against each requirement, measured again."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from siting.verification.brigade_checks import brigade_units
from siting.verification.claim import Claim, number, same
from siting.verification.hydrant_checks import SHARE, hydrant_share
from siting.verification.micro_checks import place_states
from siting.verification.sum_checks import class_cap, district_place, full_at
from siting.verification.tiers import tier
from siting.verification.written import State, Written, figure, people_of

Values = dict[str, Any]


def check_findings(written: Written) -> Iterator[Claim]:
    """Every finding that was judged: the number measured, and whether it passes; none is left open without need."""
    for state in written.states:
        for told in written.summary["findings"]:
            if told["situation"] != state.label or told["kind"] not in MEASURES:
                continue
            name = f"finding {told['requirement_id']}, {state.label}"
            if told["measured"] is None:
                yield same(f"{name}: can be judged", False, _can_be_judged(written, state, told))
                continue
            tolerance = SHARE if told["kind"] == "hydrant_radius" else 1e-6
            again = MEASURES[told["kind"]](written, state, told["values"])
            yield number(f"{name}: measured", told["measured"], again, tolerance)
            is_limit = told["kind"] in ("district_area", "class_adjacency", "people_per_station", "brigade_strength")
            measured, required = figure(told["measured"]), figure(told["required"])
            passes = measured <= required if is_limit else measured >= required
            yield same(f"{name}: passed", told["passed"], "yes" if passes else "no")


def _can_be_judged(written: Written, state: State, told: dict[str, Any]) -> bool:
    """Whether the layers have what a requirement speaks of; of hydrants, brigades and the like nothing is said."""
    cells, kind = state.cells, told["kind"]
    if kind == "time_cover_land":
        return bool(cells.place.isin(told["values"].get("places", cells.place.unique())).any())
    if kind == "district_time":
        return bool(cells.site_id.isin(state.stations.index).any())
    if kind == "shortage":
        return figure(told["required"]) > 0
    is_lived_in = bool(people_of(cells).sum() > 0)
    if kind == "people_per_station":
        return is_lived_in and _stations_inside(written, state) > 0
    return kind == "time_cover_people" and is_lived_in


def not_checked(written: Written) -> tuple[str, ...]:
    """Findings of kinds that nothing here measures again."""
    findings = written.summary["findings"]
    return tuple(f"finding {row['requirement_id']}" for row in findings if row["kind"] not in MEASURES)


def _share_people(written: Written, state: State, values: Values) -> float:
    cells = state.cells
    return float(np.average(cells.is_covered.astype(float), weights=people_of(cells)))


def _share_land(written: Written, state: State, values: Values) -> float:
    cells = state.cells
    cells = cells[cells.place.isin(values.get("places", cells.place.unique()))]
    return float(np.average(cells.is_covered.astype(float), weights=cells.area_km2))


def _district_time(written: Written, state: State, values: Values) -> float:
    served = state.cells[state.cells.site_id.isin(state.stations.index)]
    return float(served.is_covered.astype(bool).groupby(served.site_id).all().mean())


def _district_area(written: Written, state: State, values: Values) -> float:
    """Districts in this place above the cap of their class; a district lies where `district_place` says."""
    layer = written.layers[f"districts_{state.label}"].set_index("site_id")
    held = state.cells[state.cells.site_id.isin(layer.index)]
    place = pd.Series({site: district_place(cells) for site, cells in held.groupby("site_id")}, dtype=object)
    there = layer.loc[place.index[place == values["place"]]]
    usual_km2 = pd.Series([class_cap(own, values) for own in there["class"]], there.index, dtype=np.float64)
    return float((there.geometry.area / 1e6 > full_at(held, usual_km2) + 1e-6).sum())


def _class_adjacency(written: Written, state: State, values: Values) -> float:
    """Stations of some classes whose district shares no stretch of edge with another of the neighbours' classes."""
    layer = written.layers[f"districts_{state.label}"]
    layer = layer[shapely.area(layer.geometry.to_numpy()) > 0]  # of a station without a district there is none
    edges = layer.geometry.boundary
    hosts, asked = edges[layer["class"].isin(values["neighbours"])], edges[layer["class"].isin(values["classes"])]
    shared_m = [hosts.drop(row, errors="ignore").intersection(own).length for row, own in asked.items()]
    return float(sum(not (metres > 0.1).any() for metres in shared_m))


def _stations_inside(written: Written, state: State) -> int:
    boundary = written.layers["boundary"].geometry.iloc[0]
    return int(shapely.intersects(boundary, state.stations.geometry.to_numpy()).sum())


def _stations_there(written: Written, state: State, values: Values) -> float:
    return float(_stations_inside(written, state))


def _people_per_station(written: Written, state: State, values: Values) -> float:
    return float(people_of(state.cells).sum()) / _stations_inside(written, state)


def _hydrant_radius(written: Written, state: State, values: Values) -> float:
    share = hydrant_share(written, state.label, values["radius_m"])
    weight = people_of(state.cells) if values["of"] == "people" else state.cells.area_km2
    if values["of"] == "built_up":
        weight = weight * state.cells.place.isin(written.summary["hydrant_rules"]["places"])
    return float(np.average(share, weights=weight))


def _hydrant_path(written: Written, state: State, values: Values) -> float:
    near = state.cells.hydrant_path_m <= values["radius_m"]
    return float(np.average(near.astype(float), weights=people_of(state.cells)))


def _share_served(missing: str, of: str) -> Callable[[Written, State, Values], float]:
    """What is not missing, of two figures of the hydrant table that are measured again themselves."""

    def share(written: Written, state: State, values: Values) -> float:
        told = {row["measure"]: row[state.label] for row in written.summary["hydrants"]}
        return 1.0 - told[missing] / told[of] if told[of] else math.nan

    return share


def _micro_state(written: Written, state: State) -> State:
    """The same situation as micro stations see it."""
    own = tier(written, "micro_station")
    if own is None:
        raise LookupError("no micro stations in the summary, though a finding judges them")
    return next(one for one in own.states if one.label == state.label)


def _micro_reach(written: Written, state: State, values: Values) -> float:
    return _share_people(written, _micro_state(written, state), values)


def _micro_places(written: Written, state: State, values: Values) -> float:
    places = written.layers["micro_places"].fillna({"shares_with": ""})
    states = place_states(places, _micro_state(written, state))[places.kind.isin(values["of"])]
    return float(states[states != "not_due"].isin(["has", "shares"]).mean())


def _brigade_units(written: Written, state: State, values: Values) -> float:
    return float((brigade_units(written, state).state != "missing").mean())


def _brigades_below(written: Written, state: State, values: Values) -> float:
    told = pd.DataFrame(written.summary["brigades"]["brigade_strengths"]).set_index("site_id")
    own = told.reindex(told.index.intersection(state.stations.index))
    pairs = (("land_m2", "least_land_m2"), ("staff", "least_persons"))
    below = [own[has].astype(float) / own[asked].astype(float) < values["below_share"] for has, asked in pairs]
    return float((below[0] | below[1]).sum())


MEASURES: dict[str, Callable[[Written, State, Values], float]] = {
    "time_cover_people": _share_people,
    "time_cover_land": _share_land,
    "district_time": _district_time,
    "district_area": _district_area,
    "class_adjacency": _class_adjacency,
    "shortage": _stations_there,
    "people_per_station": _people_per_station,
    "hydrant_radius": _hydrant_radius,
    "hydrant_path": _hydrant_path,
    "hydrant_spacing": _share_served("road_km_short", "road_km"),
    "hydrant_sides": _share_served("kerb_km_short", "kerb_km"),
    "hydrant_heads": _share_served("n_heads_without", "n_heads"),
    "hydrant_cranes": _share_served("crane_km_short", "crane_km"),
    "hydrant_buildings": _share_served("n_buildings_outside", "n_buildings"),
    "micro_reach": _micro_reach,
    "micro_places": _micro_places,
    "brigade_units": _brigade_units,
    "brigade_strength": _brigades_below,
}
