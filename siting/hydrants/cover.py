"""How well hydrants serve streets, land and buildings, clause by clause (GB 50974-2014, chapter 7.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.hydrants.forms import CRANE, HYDRANT, is_form
from siting.hydrants.heads import structure_heads
from siting.hydrants.kerbs import KERB_MOST_M, bare_kerbs, kerbs, road_widths
from siting.hydrants.land import is_within, path_m, share_within
from siting.hydrants.limits import MAIN, HydrantLimits
from siting.hydrants.streets import due_stretches, far_stretches, overlap, stretch_table
from siting.network import EdgePositions, RoadNetwork, snap
from siting.network.place import placed
from siting.study_area import StudyArea
from siting.tables import Note, noted

SNAP_LIMIT_M = 30.0
"""A hydrant farther than this from every road protects land, but stands on no road; on wide roads, than their kerb."""


@dataclass(frozen=True)
class HydrantCover:
    """
    Measured cover by hydrants that count.

    Attributes
    ----------
    limits
        What was measured against.
    n_counted, n_not_counted
        Working hydrants, intakes and cranes; and those set aside (abandoned, broken, too little flow) with their
        reasons in the hydrant table.
    cells
        Index `cell_id`: share_within, the share of the cell's land within the radius of a hydrant, straight; path_m,
        metres of hose along roads to the cell's inner point.
    share_area, share_built_up, share_people
        Of all land, built-up land and people, straight; nan where there is none.
    share_people_path
        Of people, along roads.
    road_km, road_km_short
        Street where hydrants are due, and how much of it lies farther than half the spacing from the nearest hydrant
        along the road (so that two neighbours stand more than `spacing_m` apart).
    gaps
        The stretches behind `road_km_short`: geometry in the metric CRS, length_m, highway, name.
    kerb_km, bare
        Kerbs of roads that need hydrants on both sides, and the parts of them without: side, width_m, name, length_m.
    heads
        Bridge heads and tunnel portals: structure, name, away_m (to the nearest hydrant, straight), has_hydrant.
    crane_km, crane_km_short
        Main road, and how much of it lies too far from a filling crane; nan where cranes are not due.
    buildings
        Outlines with is_within (straight) and path_m; None where none were given.
    notes
        Hydrants that stand on no road.
    """

    limits: HydrantLimits
    n_counted: int
    n_not_counted: int
    cells: pd.DataFrame
    share_area: float
    share_built_up: float
    share_people: float
    share_people_path: float
    road_km: float
    road_km_short: float
    gaps: gpd.GeoDataFrame
    kerb_km: float
    bare: gpd.GeoDataFrame
    heads: gpd.GeoDataFrame
    crane_km: float = math.nan
    crane_km_short: float = math.nan
    buildings: gpd.GeoDataFrame | None = None
    notes: tuple[Note, ...] = ()

    @property
    def figures(self) -> dict[str, float]:
        """Every number that reports print, by name; nan where it is not asked for or not known."""
        without = int((~self.heads.has_hydrant.astype(bool)).sum())
        built = self.buildings
        return {
            "radius_m": self.limits.radius_m,
            "spacing_m": self.limits.spacing_m,
            "n_counted": self.n_counted,
            "n_not_counted": self.n_not_counted,
            "share_area": self.share_area,
            "share_built_up": self.share_built_up,
            "share_people": self.share_people,
            "share_people_path": self.share_people_path,
            "road_km": self.road_km,
            "road_km_short": self.road_km_short,
            "kerb_km": self.kerb_km,
            "kerb_km_short": float(self.bare.length_m.sum()) / 1e3,
            "n_heads": len(self.heads),
            "n_heads_without": without,
            "crane_km": self.crane_km,
            "crane_km_short": self.crane_km_short,
            "n_buildings": math.nan if built is None else len(built),
            "n_buildings_outside": math.nan if built is None else int((~built.is_within).sum()),
            "n_buildings_path": math.nan if built is None else int((built.path_m > self.limits.radius_m).sum()),
        }


def hydrant_cover(
    network: RoadNetwork,
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    hydrants: gpd.GeoDataFrame,
    limits: HydrantLimits | None = None,
    *,
    buildings: gpd.GeoDataFrame | None = None,
) -> HydrantCover:
    """
    Cover of land, people and buildings by radius, of streets by spacing, of kerbs, bridge heads and portals.

    Parameters
    ----------
    cells
        `area.cells` with people, edge, fraction, snap_m.
    hydrants
        Facility table, in any CRS; only rows with an empty reason count. Its class says which rows are intakes or
        filling cranes; radius_m, where it has a number, goes before the limits'. Intakes serve land and no street.
    buildings
        Outlines, in any CRS.

    References
    ----------
    GB 50974-2014, 7.2.3 to 7.2.10.
    """
    limits = limits or HydrantLimits()
    counted = hydrants[hydrants.reason == ""]
    points = counted.geometry.to_crs(network.crs)
    stands = street_positions(network, points, limits)
    radius_m = own_radius_m(counted, limits)
    is_hydrant = is_form(counted, HYDRANT)
    by_land = points.to_numpy(), radius_m
    share = share_within(cells.geometry.to_numpy(), *by_land)
    on_foot_m = _path_m(network, stands, radius_m, limits, placed(cells))
    due = due_stretches(network, due_ground(area, cells, limits), limits.highway)
    on_street = stands.take(is_hydrant & stands.on_road)
    gaps = stretch_table(network, overlap(network, due, far_stretches(network, on_street, limits.spacing_m / 2.0)))
    along = kerbs(network, due, limits)
    crane = _cranes(network, area, stands.take(is_form(counted, CRANE) & stands.on_road), limits)
    built_up = cells.area_km2.where(cells.place.isin(limits.places), 0.0)
    people = cells.get("residents", cells.people)
    return HydrantCover(
        limits=limits,
        n_counted=len(counted),
        n_not_counted=len(hydrants) - len(counted),
        cells=pd.DataFrame({"share_within": share, "path_m": on_foot_m}, index=cells.index),
        share_area=_of(cells.area_km2, share),
        share_built_up=_of(built_up, share),
        share_people=_of(people, share),
        share_people_path=_of(people, (on_foot_m <= limits.radius_m).astype(np.float64)),
        road_km=float(due.length_m.sum()) / 1e3,
        road_km_short=float(gaps.length_m.sum()) / 1e3,
        gaps=gaps,
        kerb_km=float(along.length.sum()) / 1e3,
        bare=bare_kerbs(along, points.to_numpy()[is_hydrant], limits),
        heads=_heads(network, area, cells, points.to_numpy()[is_hydrant], limits),
        crane_km=crane[0],
        crane_km_short=crane[1],
        buildings=None if buildings is None else _buildings(network, buildings, by_land, stands, limits),
        notes=tuple(noted("hydrant", "note_hydrants_off_road", counted.index[~stands.on_road], limit_m=SNAP_LIMIT_M)),
    )


def due_ground(area: StudyArea, cells: gpd.GeoDataFrame, limits: HydrantLimits) -> BaseGeometry:
    """The built-up ground: all of the study area where every cell is."""
    is_built_up = cells.place.isin(limits.places)
    return area.boundary if is_built_up.all() else shapely.union_all(cells.geometry[is_built_up].to_numpy())


def street_positions(network: RoadNetwork, points: gpd.GeoSeries, limits: HydrantLimits) -> EdgePositions:
    """The place on the nearest street of each hydrant in the network's CRS, from the kerb of a wide one too."""
    half_m = road_widths(network, limits) / 2.0 + KERB_MOST_M
    most_m = max(SNAP_LIMIT_M, float(half_m.max(initial=0.0)))
    # With frontage only: who stands below a viaduct or beside a motorway stands on the street along it.
    streets = replace(network, is_main=np.ones(network.n_edges, dtype=bool))
    at = snap(streets, points.x.to_numpy(), points.y.to_numpy(), most_m)
    is_near = at.on_road & (at.distance_m <= np.maximum(SNAP_LIMIT_M, half_m[at.edge]))
    return EdgePositions(
        np.where(is_near, at.edge, -1), np.where(is_near, at.fraction, np.nan), np.where(is_near, at.distance_m, np.inf)
    )


def own_radius_m(hydrants: gpd.GeoDataFrame, limits: HydrantLimits) -> Floats:
    """What each hydrant protects: its own radius where it has one."""
    own = hydrants["radius_m"] if "radius_m" in hydrants else pd.Series(np.nan, index=hydrants.index)
    return np.asarray(own.fillna(limits.radius_m), dtype=np.float64)


def _of(weight: pd.Series, share: Floats) -> float:
    """Share of the weight that is within; nan where there is none."""
    total = float(weight.sum())
    return 1.0 - float((weight * (1.0 - share)).sum()) / total if total > 0 else math.nan


def _path_m(
    network: RoadNetwork, stands: EdgePositions, radius_m: Floats, limits: HydrantLimits, places: EdgePositions
) -> Floats:
    """Metres of hose, as if every hydrant had the usual radius: a shorter one begins with the difference used up."""
    handicap_m = np.maximum(0.0, limits.radius_m - radius_m)
    return path_m(network, EdgePositions(stands.edge, stands.fraction, stands.distance_m + handicap_m), places)


def _heads(
    network: RoadNetwork, area: StudyArea, cells: gpd.GeoDataFrame, points: np.ndarray, limits: HydrantLimits
) -> gpd.GeoDataFrame:
    heads = structure_heads(network, due_ground(area, cells, limits), limits.highway, limits.near_m)
    away_m = np.full(len(heads), np.inf)
    if len(points):
        row, at = shapely.STRtree(points).query_nearest(heads.geometry.to_numpy(), return_distance=True)
        away_m[row[0]] = at
    return heads.assign(away_m=away_m, has_hydrant=away_m <= limits.near_m)


def _cranes(network: RoadNetwork, area: StudyArea, cranes: EdgePositions, limits: HydrantLimits) -> tuple[float, float]:
    """Kilometres of main road, and of it too far from a filling crane."""
    if not limits.is_cold:
        return math.nan, math.nan
    main = due_stretches(network, area.boundary, MAIN)
    short = overlap(network, main, far_stretches(network, cranes, limits.crane_spacing_m / 2.0))
    return float(main.length_m.sum()) / 1e3, float(short.length_m.sum()) / 1e3


def _buildings(
    network: RoadNetwork,
    buildings: gpd.GeoDataFrame,
    by_land: tuple[np.ndarray, Floats],
    stands: EdgePositions,
    limits: HydrantLimits,
) -> gpd.GeoDataFrame:
    outlines = buildings.geometry.to_crs(network.crs)
    inner = outlines.representative_point()
    at = snap(network, inner.x.to_numpy(), inner.y.to_numpy(), limits.radius_m, main_only=False)
    return gpd.GeoDataFrame(
        {
            "is_within": is_within(outlines.to_numpy(), *by_land),
            "path_m": _path_m(network, stands, by_land[1], limits, at),
        },
        geometry=outlines.to_numpy(),
        crs=network.crs,
    )
