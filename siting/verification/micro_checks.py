"""Micro stations: who arrives first and in what time, who is reached, and which places have or share one."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.verification.cell_checks import check_times
from siting.verification.claim import Claim, column, number, rows, same
from siting.verification.place_checks import ellipsoid_m
from siting.verification.tiers import tier
from siting.verification.written import State, Written, counted, figure

_SUM = 1e-6


def check_micro(written: Written) -> Iterator[Claim]:
    """Times within 2.1 ms by their own ways and clock; sums and places computed again."""
    own = tier(written, "micro_station")
    if own is None:
        return
    told, clock = written.summary["micro_stations"], own.summary["rule_set"]["clock"]
    budget_s = clock["response_limit_s"] - clock["alarm_handling_s"] - clock["turnout_s"]
    yield number("micro_stations.clock.travel_budget_s", clock["travel_budget_s"], budget_s)
    roads, cells, whole = own.layers["roads"], own.layers["cells"], written.layers["cells"]
    yield column("micro_roads.length_m", roads.edge, roads.length_m, ellipsoid_m(roads), 1e-3)
    for key in (*counted(whole), "area_km2"):
        yield column(f"micro_cells.{key} are those of the cells", cells.cell_id, cells[key], whole[key])
    measures = pd.DataFrame(told["measures"]).set_index("measure")
    places = written.layers["micro_places"].fillna({"shares_with": ""})
    for state in own.states:
        name = f"micro_cells.{state.label}"
        yield from check_times(own, state, name)
        states = place_states(places, state)
        printed = places[f"state_{state.label}"]
        yield rows(f"micro_places.state_{state.label}", places.place_id, printed, states, printed != states)
        for key, again in _measures(state, states, budget_s).items():
            yield number(f"micro_stations, {key}, {state.label}", figure(measures[state.label][key]), again, _SUM)
    yield from _grounds(places, cells)


def _measures(state: State, states: pd.Series, budget_s: float) -> dict[str, float]:
    cells, covered = state.cells, state.cells.is_covered.astype(bool)
    return {
        "micro_stations": len(state.stations),
        "micro_budget_s": budget_s,
        **{f"share_{who}": float(cells[who][covered].sum() / (cells[who].sum() or 1.0)) for who in counted(cells)},
        "share_area": float(cells.area_km2[covered].sum() / cells.area_km2.sum()),
        **{f"{who}_not_covered": float(cells[who][~covered].sum()) for who in counted(cells)},
        "places_due": float((states != "not_due").sum()),
        **{f"places_{name}": float((states == name).sum()) for name in ("has", "shares", "missing")},
    }


def place_states(places: gpd.GeoDataFrame, state: State) -> pd.Series:
    """What each place has, one place after the other."""
    standing = {
        place: [site for site, at in state.stations.geometry.items() if shapely.intersects(ground, at)]
        for place, ground in zip(places.place_id, places.geometry, strict=True)
    }
    serving = {*state.stations.index, *(place for place, own in standing.items() if own)}
    found = []
    for row in places.to_dict("records"):
        if standing[row["place_id"]]:
            found.append("has")
        elif row["people"] < row["least_people"]:
            found.append("not_due")
        else:
            found.append("shares" if row["shares_with"] in serving else "missing")
    return pd.Series(found, index=places.index, dtype=object)


def _grounds(places: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> Iterator[Claim]:
    """The unit of each cell is the first place of those planned for whose ground holds its inner point."""
    named = places[places.place_id.isin(set(cells.unit_id))]
    inside = np.array([shapely.intersects_xy(ground, cells.x, cells.y) for ground in named.geometry])
    inside = inside.reshape(len(named), len(cells))
    first = np.append(named.place_id.to_numpy(dtype=object), "")
    unit = first[np.where(inside.any(axis=0), inside.argmax(axis=0) if len(named) else 0, -1)]
    told = cells.unit_id.fillna("").to_numpy(dtype=object)
    yield same("micro_cells.unit_id", int((told != unit).sum()), 0)
