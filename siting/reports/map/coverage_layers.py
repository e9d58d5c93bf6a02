"""What is reached and what is not, today and as proposed: gaps, districts, isochrones."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Ids
from siting.cells import PEOPLE_UNITS
from siting.language import Language, word
from siting.proposal import Proposal
from siting.reports.figures import districts_over_cap, people_not_covered
from siting.reports.map.calm import NOBODY, SPECK_CELLS, calm_labels
from siting.reports.map.layer import Layer, popup
from siting.reports.map.patches import dissolved, patches
from siting.reports.map.shapes import Feature, features, nothing, simplified_areas, without_small_holes
from siting.reports.shown import amount, count, duration, km2, percent_at_least, unit_word
from siting.rules import Situation

PEOPLE_PER_KM2 = (300, 1500)
"""Countryside, town, city: the density thresholds of the UN's Degree of Urbanisation (2020)."""
COVERED = -1
MOST_CELLS_AS_SHAPES = 50_000
"""Above this the page paints the gaps cell by cell, without tables behind them: shapes would be tens of megabytes."""


def coverage_layers(proposal: Proposal) -> Iterator[Layer]:
    """From the bottom up, for each situation."""
    for situation in proposal.situations:
        yield _isochrones(proposal, situation)
        yield _districts(proposal, situation)
        yield _gaps(proposal, situation)


def _gaps(proposal: Proposal, situation: Situation) -> Layer:
    """Each connected patch of land that is not covered, by how densely it is lived in, with the people in it."""
    language, unit = proposal.language, str(proposal.demand["unit"])
    level = density_level(situation.cells, unit)
    level[situation.cells.is_covered.to_numpy(dtype=bool)] = COVERED
    is_gap = level != COVERED
    cells = situation.cells[is_gap]
    shapes = nothing() if len(level) > MOST_CELLS_AS_SHAPES else _patches(proposal, situation, level)
    by_level = cells.people.groupby(level[is_gap]).sum().sort_index(ascending=False)
    names = level_names(language) if unit in PEOPLE_UNITS else {}
    classes = tuple((f"level_{at}", f"{names[at]}: {count(people)}") for at, people in by_level.items() if names)
    label = word("map_gaps", language, budget=duration(situation.travel_budget_s, language))
    lost = amount(people_not_covered(situation), unit, language)
    return Layer("gaps", _group(proposal), label, lost, shapes, "area", situation.label,
                 classes=classes)  # fmt: skip


def _patches(proposal: Proposal, situation: Situation, level: Ids) -> Feature:
    """The connected patches of each level as shapes, each with its table."""
    language, area, unit = proposal.language, proposal.area, str(proposal.demand["unit"])
    is_gap = level != COVERED
    cells, patch = situation.cells[is_gap], patches(area.adjacency, level)[is_gap]
    outlines = simplified_areas(dissolved(area.cells.geometry[cells.index], pd.Series(patch, index=cells.index)))
    titles = {site: station_title(site, situation.stations) for site in situation.stations.index} | {"": ""}
    told = [
        popup(
            amount(row["people"], unit, language),
            (word("map_area", language), f"{km2(row['area_km2'])} km²"),
            (word("map_worst", language), _worst(row["worst_s"], language)),
            (word("map_nearest", language), titles[row["site_id"]]),
            (word("map_reason", language), row["reasons"]),
        )
        | {"s": f"level_{row['level']}"}
        for row in _of_patches(cells, patch, level[is_gap], language).to_dict("records")
    ]
    return features(outlines, area.crs, told)


def density_level(cells: pd.DataFrame, unit: str) -> Ids:
    """0 countryside, 1 town, 2 city by density; 1 everywhere when the demand is not people."""
    if unit not in PEOPLE_UNITS:
        return np.ones(len(cells), dtype=np.int64)
    density = (cells.people / cells.area_km2).to_numpy()
    return np.searchsorted(PEOPLE_PER_KM2, density, side="right").astype(np.int64)


def level_names(language: Language) -> dict[int, str]:
    """What each density level is called, the sparsest first."""
    low, high = (f"{limit:,}" for limit in PEOPLE_PER_KM2)
    return {
        0: word("map_level_below", language, limit=low),
        1: word("map_level_between", language, low=low, high=high),
        2: word("map_level_above", language, limit=high),
    }


def _of_patches(cells: pd.DataFrame, patch: Ids, level: Ids, language: Language) -> pd.DataFrame:
    """
    By patch, in order: people, area_km2, level, worst_s, site_id, reasons.

    site_id is the station first due in most of its cells, "" where none is; reasons are why nobody comes at all: where
    somebody comes too late, the longest drive says so already.
    """
    cells = cells.assign(patch=patch, level=level)
    table = cells.groupby("patch").agg(
        people=("people", "sum"),
        area_km2=("area_km2", "sum"),
        level=("level", "first"),
        worst_s=("travel_time_s", "max"),
    )
    most = cells[cells.site_id != ""].groupby(["patch", "site_id"]).size().rename("cells").reset_index()
    most = most.sort_values(["patch", "cells", "site_id"], ascending=[True, False, True]).drop_duplicates("patch")
    table["site_id"] = most.set_index("patch").site_id.reindex(table.index).fillna("")
    table["reasons"] = ""
    for reason in ("no_road", "unreachable"):
        there = table.index.isin(cells.patch[cells.reason == reason])
        told = word(f"reason_{reason}", language)
        table.loc[there, "reasons"] = table.reasons[there].map(
            lambda before, told=told: f"{before}; {told}" if before else told
        )
    return table


def _worst(longest_s: float, language: Language) -> str:
    return duration(longest_s, language) if np.isfinite(longest_s) else word("map_nobody", language)


def station_title(site_id: str, stations: pd.DataFrame) -> str:
    """Name and id, or the id alone."""
    name = stations["name"].get(site_id) or ""
    return f"{name} ({site_id})" if name and name != site_id else str(site_id)


def _districts(proposal: Proposal, situation: Situation) -> Layer:
    language = proposal.language
    outlines = _district_outlines(proposal, situation)
    districts = situation.districts.loc[outlines.index]
    unit = unit_word(str(proposal.demand["unit"]), language)
    told = [
        popup(
            word("map_district_of", language, station=station_title(str(row.Index), situation.stations)),
            (word("map_class", language), str(row.class_name or "")),
            (word("map_area", language), f"{km2(row.area_km2)} km²"),
            *_limit(row.cap_km2, row.is_over_cap, language),
            (word("map_served", language, unit=unit), count(row.people)),
            (word("map_worst", language), duration(row.worst_s, language)),
            (word("map_share_within", language), percent_at_least(row.share_within)),
        )
        | {"s": "over_cap" if row.is_over_cap else "within"}
        for row in districts.rename(columns={"class": "class_name"}).itertuples()
    ]
    classes = (("over_cap", f"{word('map_over_cap', language)}: {districts_over_cap(situation)}"),)
    shapes = features(outlines, proposal.area.crs, told)
    label = word("map_districts", language)
    return Layer("districts", _group(proposal), label, str(len(districts)), shapes, "area", situation.label,
                 is_on=False, classes=classes if districts.cap_km2.notna().any() else ())  # fmt: skip


def _limit(cap_km2: float, is_over: bool, language: Language) -> list[tuple[str, str]]:
    """The limit and whether it is exceeded; nothing where there is none."""
    if np.isnan(cap_km2):
        return []
    over = word("map_over" if is_over else "map_not_over", language)
    return [(word("map_cap", language), f"{km2(cap_km2)} km²"), (word("map_is_over", language), over)]


def _district_outlines(proposal: Proposal, situation: Situation) -> gpd.GeoSeries:
    """By site_id, the district without holes and specks; a station that is first due nowhere has none."""
    sites, cells = situation.districts.index, situation.cells
    label = calm_labels(sites.get_indexer(cells.site_id), proposal.area.adjacency)
    reached = cells.index[label != NOBODY]
    outlines = simplified_areas(dissolved(proposal.area.cells.geometry[reached], pd.Series(label[label != NOBODY])))
    return outlines.set_axis(sites[outlines.index])


def _isochrones(proposal: Proposal, situation: Situation) -> Layer:
    """The land beside the roads that each station reaches within its travel budget."""
    language, reached = proposal.language, proposal.reached[situation.label]
    told = [
        popup(
            station_title(str(row.site_id), situation.stations),
            (word("map_budget", language), duration(row.limit_s, language)),
            (word("map_area", language), f"{km2(row.area_km2)} km²"),
        )
        for row in reached.itertuples()
    ]
    # The yards between streets are holes by the hundred, and hide the few that matter.
    speck_m2 = SPECK_CELLS * proposal.area.cell_m**2
    filled = [without_small_holes(shape, speck_m2) for shape in reached.geometry]
    shapes = features(filled, proposal.area.crs, told)
    return Layer("isochrones", _group(proposal), word("map_isochrones", language), str(len(reached)), shapes, "area",
                 situation.label, is_on=False)  # fmt: skip


def _group(proposal: Proposal) -> str:
    return word("map_group_state", proposal.language)
