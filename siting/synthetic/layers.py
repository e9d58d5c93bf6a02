"""The district's tables as GeoJSON in degrees, its calls as CSV, and its people as a GeoTIFF in metres."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from shapely.geometry.base import BaseGeometry

from siting.arrays import Floats
from siting.synthetic.district import District
from siting.synthetic.estate import PEOPLE
from siting.synthetic.ground import UNITS
from siting.synthetic.landuse import USES
from siting.synthetic.osm_file import NAME, NAME_EN
from siting.synthetic.people import CELL_M, People
from siting.synthetic.plane import CRS, GRID_M, NOTICE, in_degrees
from siting.synthetic.planted_lots import heights_m
from siting.synthetic.quarter import QUARTER

NODATA = -99999.0
CALL_COLUMNS = "call_id,time,type,lon,lat"


def write_layers(folder: Path, district: District) -> None:
    """Write boundary, units, land and every table of places."""
    ground = district.ground
    _write(folder, "boundary", [({"name": NAME, "name_en": NAME_EN}, ground.boundary)])
    units = [
        (
            {"unit_id": unit.unit_id, "name": unit.name, "name_en": unit.name_en, "level": "large", "kind": unit.kind},
            area,
        )
        for unit, area in zip(UNITS, ground.units, strict=True)
    ]
    _write(folder, "units", units)
    _write(folder, "land", _land(district))
    for name in ("stations", "micro_stations", "hydrants", "protected"):
        _write(folder, name, [(place.columns, place.point) for place in getattr(district, name)])
    lines = [CALL_COLUMNS, *map(",".join, district.calls)]
    (folder / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")
    _write(folder, "candidates", [(lot.columns, lot.point) for lot in district.lots])
    _write_planted(folder, district)


def _write_planted(folder: Path, district: District) -> None:
    """What is in order but for planted faults, and the answer key: a row for each fault and what finds it."""
    quarter, townships, estate, town = district.quarter, district.townships, district.estate, district.new_town
    _write(folder, "quarter", [({"unit_id": QUARTER}, quarter.ground)])
    _write(folder, "micro_places", townships.due)
    _write(folder, "estate", [({"place": "urban", "people": PEOPLE}, estate.ground)])
    for name, rows in (("", town.ground), ("_barriers", town.barriers), ("_districts", town.districts)):
        _write(folder, f"new_town{name}", rows)
    for name, outlines in (("quarter_buildings", quarter.buildings), ("estate_buildings", estate.buildings)):
        _write(folder, name, [({"building_id": k}, house) for k, house in enumerate(outlines, 1)])
    tables = {
        "quarter_hydrants": quarter.hydrants,
        "brigades": townships.brigades,
        "planted_lots": district.planted_lots.lots,
        "estate_hydrants": estate.hydrants,
        "estate_micro_stations": estate.micro_stations,
        "new_town_stations": town.stations,
    }
    for name, places in tables.items():
        _write(folder, name, [(place.columns, place.point) for place in places])
    planted = [
        ({"fault_id": fault.fault_id, "scenario": fault.scenario, "requirement_id": requirement,
          "place_id": place_id, "what": fault.what}, fault.point)
        for planned in (quarter, townships, district.planted_lots, estate, town)
        for fault in planned.faults
        for requirement, place_id in fault.found.items()
    ]  # fmt: skip
    _write(folder, "planted", planted)


def write_people(path: Path, people: People) -> None:
    """Write people per cell as float32; a cell outside the district's people is nodata."""
    _write_raster(path, people, np.where(people.grid > 0, people.grid, NODATA), "people per cell")


def write_heights(path: Path, people: People) -> None:
    """Write the heights of the ground in metres, on the grid of the people."""
    rows, columns = people.grid.shape
    x = people.west + (np.arange(columns) + 0.5) * CELL_M
    y = people.north - (np.arange(rows) + 0.5) * CELL_M
    _write_raster(path, people, heights_m(*np.meshgrid(x, y)).round(2), "metres above the sea")


def _write_raster(path: Path, people: People, grid: Floats, what: str) -> None:
    rows, columns = grid.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs=CRS, nodata=NODATA,
        transform=rasterio.Affine(CELL_M, 0, people.west, 0, -CELL_M, people.north), compress="deflate", predictor=3,
    ) as raster:  # fmt: skip
        raster.write(grid.astype("float32"), 1)
        raster.set_band_description(1, f"{what}, {NOTICE}")
        raster.update_tags(TIFFTAG_IMAGEDESCRIPTION=f"{what}; SYNTHETIC, not a real place")


def _land(district: District) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Faces of one unit and one use as one polygon (a face belongs to the unit of its middle), and the moat."""
    faces = gpd.GeoDataFrame(
        {"unit": [face.unit for face in district.faces], "use": [face.use for face in district.faces]},
        geometry=[face.polygon for face in district.faces],
    )
    merged = faces.dissolve(["unit", "use"], method="unary", grid_size=GRID_M)
    moat = {"land_id": "moat", "unit_id": "U02", "use": "water", "place": "other"}
    return [(moat, district.ground.moat)] + [
        ({"land_id": f"{UNITS[unit].unit_id}-{use}", "unit_id": UNITS[unit].unit_id, "use": use, "place": USES[use]},
         shapely.simplify(area, 1.0))
        for (unit, use), area in merged.geometry.items()
    ]  # fmt: skip


def _write(folder: Path, name: str, rows: list[tuple[dict[str, Any], BaseGeometry]]) -> None:
    """One feature a line, keys sorted, so that a change shows as the lines that changed."""
    features = [
        json.dumps(
            {"type": "Feature", "properties": columns, "geometry": shapely.geometry.mapping(in_degrees(geometry))},
            sort_keys=True, ensure_ascii=False, separators=(",", ":"),
        )
        for columns, geometry in rows
    ]  # fmt: skip
    head = {"type": "FeatureCollection", "name": f"{name}_SYNTHETIC", "description": NOTICE}
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n"
    (folder / f"{name}.geojson").write_text(text, "utf-8")
