"""A plan of districts: each one's land, people, drives, shape and caps once more, and what is said of its stations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.verification.answer_checks import alone
from siting.verification.claim import Claim, between, column, number, rows, same
from siting.verification.covering import Covering, fixed
from siting.verification.map_checks import CONSTRUCTION_LAND, check_maps, counted_land, laid
from siting.verification.objective_checks import beyond, opened
from siting.verification.written import Written, counted, figure

_SUM = 1e-6
OUT_OF_REACH = ("no_road", "beyond_budget", "cut_off")
"""Reasons of land that asks for roads or sites, not for more stations."""


def check_district_plan(written: Written, covers: Covering, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """Everything that a plan of districts says, from cells, drives and polygons."""
    cells = written.layers["cells"].assign(site_id=written.layers["cells"].district_site_id.fillna(""))
    layer = written.layers["districts_planned"].set_index("site_id")
    held = cells.site_id[cells.site_id != ""]
    yield same(f"{name}: stations with a district", sorted(layer.index), sorted(set(held)))
    yield same(f"{name}: districts of closed stations", sorted(set(held) - set(opened(plan))), [])
    yield from _in_time(covers, name, cells, layer)
    yield from _sums(name, cells, layer)
    yield from check_maps(written, covers)
    yield from _bounds(name, plan["certificate"], "lscp" if plan["asked"].get("sites") is None else "mclp")
    yield from _curve(covers, f"{name}, curve", plan, fixed(written, plan))
    yield from _station_reasons(written, covers, name, cells, plan)
    yield from _unserved(written, name, cells)
    yield from _readings(written, name, plan)
    yield from _shortage(written, name, plan)


def _in_time(covers: Covering, name: str, cells: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> Iterator[Claim]:
    """Every cell is reached by its own station; the longest and the mean drive of each district."""
    there = np.flatnonzero(cells.site_id != "")
    own = covers.sites.index.get_indexer(cells.site_id.iloc[there])
    least_s, most_s = covers.least_s[own, there], covers.most_s[own, there]
    yield rows(f"{name}: drives to the land of each district", cells.cell_id.iloc[there], least_s,
               covers.budget_s[own], least_s > covers.budget_s[own])  # fmt: skip
    required = cells["place"].isin(CONSTRUCTION_LAND)
    timed = pd.DataFrame({"site_id": cells.site_id.iloc[there].to_numpy(), "least": least_s, "most": most_s,
                          "people": cells.people.iloc[there].to_numpy()})  # fmt: skip
    needs = (required if required.any() else required | True).iloc[there].to_numpy()
    worst = timed[needs].groupby("site_id")[["least", "most"]].max().reindex(layer.index)
    yield between(f"{name}.worst_s", layer.index, layer.worst_s, worst.least - _SUM, worst.most + _SUM)
    people = timed.people.groupby(timed.site_id).sum()
    mean = pd.DataFrame({end: (timed.people * timed[end]).groupby(timed.site_id).sum() / people.where(people > 0)
                         for end in ("least", "most")}).reindex(layer.index)  # fmt: skip
    yield between(f"{name}.mean_s", layer.index, layer.mean_s, mean.least - _SUM, mean.most + _SUM)


def _sums(name: str, cells: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> Iterator[Claim]:
    """Land from cells; perimeter, compactness and pieces from the polygons."""
    by = cells.groupby("site_id")
    yield column(f"{name}.area_km2", layer.index, layer.area_km2, by.area_km2.sum().reindex(layer.index), 1e-5)
    built = cells[cells["place"].isin(CONSTRUCTION_LAND)].groupby("site_id").area_km2.sum()
    yield column(f"{name}.construction_km2", layer.index, layer.construction_km2,
                 built.reindex(layer.index, fill_value=0.0), 1e-5)  # fmt: skip
    shapes = layer.geometry
    perimeter_km = shapes.length / 1e3
    yield column(f"{name}.perimeter_km", layer.index, layer.perimeter_km, perimeter_km)
    round_km2 = perimeter_km**2 / (4 * math.pi)
    yield column(f"{name}.compactness", layer.index, layer.compactness, shapes.area / 1e6 / round_km2)
    pieces = shapes.map(lambda shape: shapely.get_num_geometries(shapely.union_all(shapely.get_parts(shape))))
    yield column(f"{name}.parts", layer.index, layer.parts, pieces)


def _bounds(name: str, certificate: dict[str, Any], sense: str) -> Iterator[Claim]:
    """Each bound stands on the right side, and the certificate's is the tightest."""
    bounds = {key: figure(bound) for key, bound in certificate["settings"]["bounds"].items()}
    tightest = max(bounds.values()) if sense == "lscp" else min(bounds.values())
    yield number(f"{name}: tightest bound", certificate["bound"], tightest)
    if certificate["status"] != "unknown":
        for key, bound in bounds.items():
            yield beyond(f"{name}, {key}", sense, figure(certificate["value"]), bound)


def _curve(covers: Covering, name: str, plan: dict[str, Any], stand: list[str]) -> Iterator[Claim]:
    """No plan has more stations than it may, holds more than they reach or than its bound; more stations hold more."""
    curve = plan["answers"]["curve"]
    for row in curve:
        own, value = f"{name} {row['sites']}", figure(row["value"])
        chosen = len(row["chosen"])
        yield Claim(f"{own}: sites", chosen, f"at most {row['sites']}", chosen <= row["sites"])
        most = covers.weight([*stand, *row["chosen"]])[1]
        yield Claim(f"{own}: value", value, f"at most {most}", value <= most * (1 + 1e-9) + 1e-6)
        yield beyond(own, "mclp", value, figure(row["bound"]))
    for before, after in pairwise(curve):
        yield beyond(f"{name}: {after['sites']} hold no less", "mclp", figure(before["value"]), figure(after["value"]))


def _station_reasons(
    written: Written, covers: Covering, name: str, cells: gpd.GeoDataFrame, plan: dict[str, Any]
) -> Iterator[Claim]:
    """What each station holds, and what nobody else reaches."""
    told = pd.DataFrame(written.summary["district_plan"]["station_reasons"]).set_index("site_id")
    yield same(f"{name}: stations explained", sorted(told.index), opened(plan))
    who = counted(cells)
    for key, of in (("district_km2", "area_km2"), *((f"district_{one}", one) for one in who)):
        again = cells[of].groupby(cells.site_id).sum().reindex(told.index, fill_value=0.0)
        yield column(f"{name}: stations.{key}", told.index, told[key], again, 1e-6)
    for key, of in (("alone_km2", "area_km2"), *((f"alone_{one}", one) for one in who)):
        ends = pd.DataFrame(alone(covers, opened(plan), cells[of].to_numpy()), index=["least", "most"]).T.reindex(
            told.index
        )
        yield between(f"{name}: stations.{key}", told.index, told[key], ends.least - _SUM, ends.most + _SUM)


def _unserved(written: Written, name: str, cells: gpd.GeoDataFrame) -> Iterator[Claim]:
    """Land without a district by reason; that without a road has none, and every cell has a district or a reason."""
    reason = cells.district_reason.fillna("")
    both = (reason != "") == (cells.site_id != "")
    yield rows(f"{name}: a district or a reason", cells.cell_id, cells.site_id, reason, both)
    no_road, has_none = reason == "no_road", (cells.edge < 0) & (cells.site_id == "")
    yield rows(f"{name}: land without a road", cells.cell_id, reason, has_none, no_road != has_none)
    for row in written.summary["district_plan"]["unserved"]:
        own = cells[reason == row["why"]]
        drive_s = own.district_nearest_s
        again = {"cells": float(len(own)), "area_km2": own.area_km2.sum(), **own[counted(cells)].sum(),
                 "nearest_s": drive_s.min(), "farthest_s": drive_s.max()}  # fmt: skip
        for key, value in again.items():
            yield number(f"{name}: unserved, {row['why']}, {key}", row[key], value, _SUM)


def _readings(written: Written, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """Land that counts by each reading, the stations that the caps alone demand for it, and districts above theirs."""
    told = {row["reading"]: row for row in written.summary["district_plan"]["readings"]}
    yield same(f"{name}: readings", sorted(told), ["all", "construction"])
    cells = written.layers["cells"]
    limits = _limits(written)
    for reading, row in told.items():
        own = f"{name}, reading {reading}"
        yield same(
            f"{own}: is asked", row["is_asked"], "yes" if (plan["asked"].get("land") or "all") == reading else "no"
        )
        land = cells[cells["place"].isin(CONSTRUCTION_LAND) | (reading == "all")]
        yield number(f"{own}: land", row["land_km2"], land.area_km2.sum(), _SUM)
        usual_km2 = land["place"].replace("other", "urban").map(_largest(limits))
        need = (land.area_km2 / land.cap_km2.fillna(usual_km2)).sum()
        yield number(f"{own}: stations by area", row["least_stations"], math.ceil(round(need, 9)))
        for each in ("planned", "redrawn"):
            if f"districts_{each}" in written.layers:
                km2, cap_km2 = counted_land(*laid(written, each), reading, limits)
                yield number(f"{own}: {each} above", row[f"{each}_over"], float((km2 > cap_km2 * (1 + 1e-9)).sum()))
                yield number(f"{own}: {each} largest", row[f"{each}_largest_km2"], km2.max(), _SUM)


def _limits(written: Written) -> list[dict[str, Any]]:
    """What the clauses on areas state."""
    return [row["values"] for row in written.summary["findings"]
            if row["kind"] == "district_area" and row["situation"] == "today"]  # fmt: skip


def _largest(limits: list[dict[str, Any]]) -> dict[str, float]:
    """By place, the cap of the class with the largest one; of several clauses the first."""
    return {values["place"]: max(values["cap_km2"].values()) for values in reversed(limits)}


def _need(written: Written, name: str, told: pd.DataFrame, plan: dict[str, Any]) -> Iterator[Claim]:
    """Land that a station can serve by its caps; of the stations needed at least, what land and bound allow to say."""
    cells, caps = written.layers["cells"], _largest(_limits(written))
    cells = cells[~cells.district_reason.isin(OUT_OF_REACH)]
    if (plan["asked"].get("land") or "all") == "all":
        cells = cells.assign(place=cells["place"].replace("other", "urban"))
    cells = cells[cells["place"].isin(list(caps))]
    need = cells.area_km2 / cells.cap_km2.fillna(cells["place"].map(caps))
    by_area = need.groupby(cells.unit_id.fillna("")).sum().reindex(told.index, fill_value=0.0)
    by_area[""] = need.sum()
    yield column(f"{name}: by_area", told.index, told.by_area, by_area, _SUM)
    largest_km2 = max((caps[place] for place in cells["place"].unique()), default=math.inf)
    least = float((cells.area_km2 / cells.cap_km2.fillna(largest_km2)).sum())
    bound = figure(plan["certificate"]["bound"]) if plan["asked"].get("sites") is None else 0.0
    low, high = (math.ceil(round(stations, 9)) for stations in (least, max(least, bound)))
    at_least = told.at_least[""]
    yield Claim(f"{name}: needed at least", at_least, f"{low} to {high}", low <= at_least <= high)


def _shortage(written: Written, name: str, plan: dict[str, Any]) -> Iterator[Claim]:
    """Stations needed, there and planned inside the boundary, and the differences."""
    told = pd.DataFrame(written.summary["district_plan"]["shortage"]).set_index("unit_id")
    told = told.astype("float64")
    yield from _need(written, name, told, plan)
    table = written.layers["stations"].set_index("site_id").to_crs(written.layers["cells"].crs)
    inside = table.index[table.intersects(written.layers["boundary"].geometry.iloc[0])]
    reasons = {row["site_id"] for row in written.summary["district_plan"]["station_reasons"]}
    there = [site for site in (*plan["kept"], *plan["dropped"]) if site in inside]
    yield number(f"{name}: stations there", told.there[""], float(len(there)))
    if not math.isnan(told.at_most[""]):
        yield number(f"{name}: needed at most", told.at_most[""], float(len(reasons.intersection(inside))))
    for side in ("at_least", "at_most"):
        missing = (told[side] - told.there).clip(lower=0.0)
        yield column(f"{name}: missing_{side}", told.index, told[f"missing_{side}"], missing)
        rate = missing / told[side].where(told[side] > 0)
        yield column(f"{name}: rate_{side}", told.index, told[f"rate_{side}"], rate)
