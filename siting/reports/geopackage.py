"""proposal.gpkg: every layer and table of a proposal, for a GIS and for `siting verify`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from siting.geofiles import write_geofile
from siting.hydrants import HydrantCover
from siting.network import turn_table
from siting.proposal import Proposal
from siting.reports.drawn import drawn_districts, situation_of
from siting.reports.grid_tables import grid_layers
from siting.reports.micro_tables import micro_layers
from siting.reports.plain import as_text
from siting.reports.qgis_styles import styles_table
from siting.reports.road_layer import roads_layer
from siting.reports.sheets import sheets
from siting.reports.shown import PLURAL

ROW_COLUMN = "gpkg_row"
"""Row numbers of the format. Its usual name, fid, is one that callers' tables often bring along."""
OWN = (
    "site_id",
    "kind",
    "class",
    "name",
    "role",
    "turnout_s",
    "source",
    "reason",
    "status",
    "edge",
    "fraction",
    "snap_m",
    "opens_in",
    "flow_lps",
    "pressure_mpa",
    "radius_m",
    "weight_closed",
    "metres_closed",
)
"""Columns of a facility table that mean the same in every proposal; a caller's `Name` gives way to them."""
_FORMS = {"Point": "marker", "MultiPoint": "marker", "LineString": "line", "MultiLineString": "line"}
"""What a style draws, by the first shape of a layer; any other is an area."""


def write_geopackage(proposal: Proposal, path: Path) -> None:
    """
    Write all layers and tables; the table `layers` lists them with rows, CRS and any column renamed.

    The table `layer_styles` gives each layer a look that QGIS takes by itself.

    Facilities stay in the caller's CRS, everything computed is in the study area's metric CRS. Times without an end
    and limits that do not exist are empty.
    """
    forms = {}
    # GDAL stamps the time of writing into the file; the proposal's own date keeps equal answers equal.
    created = str(proposal.provenance.get("created", "1970-01-01"))[:10]
    # Waiting for the disk after each of two dozen layers would take longer than writing them; a broken run leaves no
    # file anyway.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{created}T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        for name, table in plain_layers(proposal):
            _write(table, path, name)
            if isinstance(table, gpd.GeoDataFrame) and len(table):
                forms[name] = _FORMS.get(table.geom_type.iloc[0], "fill")
        _write(styles_table(forms, proposal.language, created), path, "layer_styles")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OGR_SQLITE_SYNCHRONOUS": None})


def plain_layers(proposal: Proposal) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every layer and table with the names and types that files hold; the last, `layers`, has a row for each."""
    listed = []
    for name, table in layers(proposal):
        plain, renamed = writable(table)
        crs = table.crs.to_string() if isinstance(table, gpd.GeoDataFrame) else ""
        listed.append({"layer": name, "rows": len(table), "crs": crs, "renamed": renamed})
        yield name, plain
    yield "layers", pd.DataFrame(listed)


def layers(proposal: Proposal) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every layer and attribute table by name, in the order they are written."""
    area = proposal.area
    yield "boundary", gpd.GeoDataFrame({"name": [area.name], "area_km2": [area.area_km2]},
                                       geometry=[area.boundary], crs=area.crs)  # fmt: skip
    yield "grid_units", area.units.rename_axis("unit_id").reset_index()
    yield "cells", cells_layer(proposal)
    yield "roads", roads_layer(proposal.network)
    if proposal.network.turns is not None:
        yield "turns", turn_table(proposal.network)
    for kind, table in proposal.facilities.items():
        yield PLURAL[kind], table.rename_axis("site_id").reset_index(allow_duplicates=True)
    for situation in proposal.situations:
        yield f"districts_{situation.label}", situation.districts.rename_axis("site_id").reset_index()
        yield f"isochrones_{situation.label}", proposal.reached[situation.label]
    if proposal.proposed.hydrants is not None:
        yield from hydrant_layers(proposal, proposal.proposed.hydrants)
    if len(area.barriers):
        yield "barriers", area.barriers
    if proposal.screened is not None:
        yield "candidates_screened", screened_layer(proposal, proposal.screened)
    for name, report in proposal.judged.items():
        yield f"districts_{name}", drawn_districts(situation_of(proposal, name), report)
    if proposal.lanes is not None:
        yield "lane_roads", proposal.lanes.roads.reset_index(drop=True)
        yield "lane_dead_ends", proposal.lanes.dead_ends
        yield "lane_ground", proposal.lanes.ground
    yield from micro_layers(proposal)
    yield from grid_layers(proposal)
    if proposal.brigades is not None:
        yield "brigade_seats", proposal.brigades.seats.rename_axis("unit_id").reset_index()
    for name, sheet in sheets(proposal):
        yield f"table_{name}", sheet


def hydrant_layers(proposal: Proposal, cover: HydrantCover) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Where streets and kerbs are short of hydrants, bridge heads and portals, buildings; gaps of today if planned."""
    yield "hydrant_gaps", cover.gaps.reset_index(drop=True)
    today = proposal.today.hydrants or cover
    if today is not cover:
        yield "hydrant_gaps_today", today.gaps.reset_index(drop=True)
    heads = cover.heads.drop(columns=["node"], errors="ignore")
    yield "hydrant_heads", heads.assign(today_away_m=today.heads.away_m.to_numpy())
    yield "hydrant_bare_kerbs", cover.bare
    if cover.buildings is not None:
        yield "hydrant_buildings", cover.buildings


def cells_layer(proposal: Proposal) -> gpd.GeoDataFrame:
    """Land cells with their people, road position, what reaches them today and as proposed, their district."""
    cells = proposal.cells.copy()
    for label, situation in (("today", proposal.today), ("proposed", proposal.proposed)):
        measured = situation.cells.loc[cells.index]
        for column in ("site_id", "travel_time_s", "response_time_s", "is_covered", "depth", "reason"):
            cells[f"{label}_{column}"] = measured[column]
        if situation.hydrants is not None:
            water = situation.hydrants.cells.reindex(cells.index)
            cells[f"{label}_hydrant_share"], cells[f"{label}_hydrant_path_m"] = water.share_within, water.path_m
    for level in proposal.grid:
        cells[f"grid_{level.level}"] = level.unit_id.reindex(cells.index)
    if proposal.full_alarm is not None:
        cells = cells.join(proposal.full_alarm.cells)
    if proposal.districts is not None:
        own = proposal.districts.cells.loc[cells.index]
        cells["district_site_id"], cells["district_reason"] = own.site_id, own.reason
        cells["district_nearest_s"] = own.nearest_s
    return cells.rename_axis("cell_id").reset_index()


def screened_layer(proposal: Proposal, screened: pd.DataFrame) -> gpd.GeoDataFrame:
    """Candidates that a siting clause speaks against: all reasons, whether one rejects, and the planner's note."""
    told = screened.groupby("site_id", sort=False).agg(
        clauses=("clause_id", ", ".join),
        reasons=("reason", "; ".join),
        is_rejected=("rejects", "any"),
        kept_because=("kept_because", "max"),
    )
    told["is_rejected"] &= told.kept_because == ""
    places = proposal.facilities["station"].geometry.loc[told.index]
    return gpd.GeoDataFrame(told.reset_index(), geometry=places.to_numpy(), crs=places.crs)


def writable(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """
    The table with names and types the format can hold, and which columns had to be renamed.

    Names are compared without case and must not repeat; lists, mixed types and other objects become text.
    """
    geometry = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    names: dict[str, str] = {}
    taken, own = {ROW_COLUMN, "geometry"}, set(OWN) & set(table.columns)
    columns: dict[str, Any] = {}
    for position, label in enumerate(table.columns):
        if label == geometry:
            continue
        wanted = name = str(label).strip() or "column"
        number = 2
        while (
            name.casefold() in taken or (name != label and name in own) or (name not in own and name.casefold() in own)
        ):
            name, number = f"{wanted}_{number}", number + 1
        taken.add(name.casefold())
        if name != label:
            names[str(label)] = name
        columns[name] = plain_column(table.iloc[:, position])
    plain = pd.DataFrame(columns, index=table.index).reset_index(drop=True)
    if geometry is not None:
        plain = gpd.GeoDataFrame(plain, geometry=table.geometry.to_numpy(), crs=table.crs)
    return plain, "; ".join(f"{label} -> {name}" for label, name in names.items())


def plain_column(column: pd.Series) -> pd.Series:
    """Numbers without infinity, yes/no, dates and text; whatever else there is, as text."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    if pd.api.types.is_float_dtype(column):
        return column.astype("float64").where(np.isfinite(column.astype("float64")))
    if pd.api.types.is_integer_dtype(column):
        return column.astype("Int64" if column.hasnans else "int64")
    return column.map(as_text).astype(object)


def _write(table: pd.DataFrame, path: Path, layer: str) -> None:
    shape = {"GEOMETRY_NAME": "geometry"} if isinstance(table, gpd.GeoDataFrame) else {}
    write_geofile(table, path, layer, FID=ROW_COLUMN, **shape)
