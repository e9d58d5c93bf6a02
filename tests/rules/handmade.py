"""
The toy town measured by hand.

Its six demand points stand for six land cells of 1 km², side by side from west to east (where they lie on the map plays
no part in driving): d1 d2 d3 in unit "south", d4 d5 d6 in "north". d6 has no road.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting import toy
from siting.brigades import BrigadeTier, strengths
from siting.hydrants import HydrantCover, HydrantLimits
from siting.network.place import with_place
from siting.rules import KINDS, Clock, Finding, Requirement, Situation, load_rules, measure
from siting.rules.situation import MicroTier
from siting.study_area import StudyArea

CELLS = list(toy.DEMAND)
X0, Y0 = toy.ORIGIN


def area(place: str | list[str] = "urban") -> StudyArea:
    """Six squares in a row; S stands in the first, N in the first, E in the second."""
    west = X0 + 1000.0 * np.arange(6)
    table = gpd.GeoDataFrame(
        {"area_km2": 1.0, "unit_id": ["south"] * 3 + ["north"] * 3, "place": place, "cap_km2": np.nan},
        geometry=shapely.box(west, Y0, west + 1000.0, Y0 + 1000.0),
        index=pd.Index(CELLS, name="cell_id"),
        crs=toy.CRS,
    )
    units = table.dissolve("unit_id")[["geometry"]].loc[["south", "north"]]
    return StudyArea(
        name="toy",
        boundary=table.geometry.union_all(),
        crs=toy.CRS,
        source_crs=toy.CRS,
        cell_m=1000.0,
        buffer_m=0.0,
        cells=table,
        adjacency=np.array([[i, i + 1] for i in range(5)]),
        barriers=gpd.GeoDataFrame({"kind": [], "severity": []}, geometry=[], crs=toy.CRS),
        units=units.assign(name=["South", "North"], level="township"),
    )


def cells(ground: StudyArea) -> gpd.GeoDataFrame:
    return with_place(ground.cells.assign(people=toy.weight().to_numpy()), toy.demand())


def stations(*names: str, **columns: object) -> gpd.GeoDataFrame:
    """Some of S, N, E in this order; columns such as turnout_s=[100, nan] or class=[...] replace the toy's."""
    table = with_place(toy.stations().assign(status="existing"), toy.sites())
    return table.loc[list(names)].assign(**columns)


def requirement(kind: str, confidence: Any = "high", **values: Any) -> Requirement:
    return Requirement("it", kind, {"zh": "它", "en": "It"}, "1", "here", "should", confidence, values)


def today(place: str | list[str] = "urban", **columns: Any) -> tuple[Situation, StudyArea]:
    """S first due in d1, d2; N in d3, d4, d5; E nowhere; nobody in d6, which has no road."""
    ground = area(place)
    open_ones = stations("S", "N", "E", **columns)
    situation = measure("today", toy.network(), ground, cells(ground), open_ones, load_rules("cn-jb152-2017"))
    return situation, ground


def found(kind: str, situation: Situation, area: StudyArea, **values: Any) -> Finding:
    return KINDS[kind](requirement(kind, **values), situation, area, **values)


def water(**changes: Any) -> HydrantCover:
    cells = {"share_within": [1.0, 0.5, 0.5, 1.0, 0.0, 0.0], "path_m": [10.0, 150.0, 151.0, 0.0, 900.0, math.inf]}
    stretches = {"length_m": [500.0, 1500.0, 500.0], "name": ["A", "B", ""]}
    cover = HydrantCover(
        limits=HydrantLimits(), n_counted=7, n_not_counted=2, cells=pd.DataFrame(cells, pd.Index(CELLS)),
        share_area=0.5, share_built_up=0.75, share_people=0.65, share_people_path=0.5, road_km=10.0, road_km_short=2.5,
        gaps=gpd.GeoDataFrame({**stretches, "highway": "residential"}), kerb_km=5.0, bare=gpd.GeoDataFrame(stretches),
        heads=gpd.GeoDataFrame(
            {"structure": "bridge", "name": ["X", "Y", "", "X"], "away_m": [10.0, 80.0, 70.0, 60.0],
             "has_hydrant": [True, False, False, False]}
        ),
        crane_km=20.0, crane_km_short=15.0,
        buildings=gpd.GeoDataFrame({"is_within": [True, True, False], "path_m": [150.0, 210.0, 220.0]}),
    )  # fmt: skip
    return replace(cover, **changes)


def with_tiers(situation: Situation, area: StudyArea) -> Situation:
    """Three villages and a key unit that need a micro station, one that does not; three townships, three brigades."""
    places = gpd.GeoDataFrame(
        {"kind": ["village", "village", "village", "key_unit", "village"],
         "people": [1200.0, 3000.0, 1500.0, 0.0, 10.0],
         "state": ["has", "missing", "shares", "missing", "not_due"]},
        index=["A", "B", "C", "K", "small"],
    )  # fmt: skip
    micro = MicroTier(situation, places, Clock("call_to_arrival", 180.0, 0.0, 60.0), toy.network(), area.cells)
    units = pd.DataFrame(
        {"people": [10.0, 20.0, 30.0, 40.0], "state": ["has_one", "missing", "in_reach", "missing"]},
        index=["T1", "T2", "T3", "T4"],
    )
    teams = pd.DataFrame(
        {"name": "", "class": ["一级队", "一级队", "一级队", "其他"], "land_m2": [1000.0, 400.0, math.nan, 1.0],
         "staff": [15.0, 15.0, 3.0, 1.0]},
        index=["fine", "narrow", "thin", "unknown"],
    )  # fmt: skip
    judged = strengths(teams, {"一级": {"least_land_m2": 1000.0, "least_persons": 15.0}}, 0.5)
    return replace(situation, micro=micro, brigades=BrigadeTier(600.0, 0.9, units, judged))


EVERY = {
    "time_cover_people": {"share": 0.9},
    "time_cover_land": {"share": 0.9},
    "district_time": {"share": 1.0},
    "district_area": {"place": "urban", "cap_km2": {"一级站": 7.0}, "default_class": "一级站"},
    "class_adjacency": {"classes": ["小型站"], "neighbours": ["一级站"]},
    "shortage": {"base": "construction_land", "cap_km2": 7.0, "near_suburb_cap_km2": 15.0},
    "people_per_station": {"people": 1000.0},
    "hydrant_radius": {"share": 1.0, "radius_m": 150.0, "of": "people"},
    "hydrant_spacing": {"share": 1.0, "spacing_m": 120.0},
    "hydrant_path": {"share": 1.0, "radius_m": 150.0},
    "hydrant_buildings": {"share": 1.0, "radius_m": 150.0},
    "hydrant_sides": {"share": 1.0, "wider_m": 60.0},
    "hydrant_heads": {"share": 1.0, "near_m": 50.0},
    "hydrant_cranes": {"share": 1.0, "crane_spacing_m": 1000.0},
    "micro_reach": {"share": 1.0, "on_scene_s": 180.0},
    "micro_places": {"share": 1.0, "of": ["village"]},
    "brigade_units": {"share": 1.0},
    "brigade_strength": {"below_share": 0.5},
}
