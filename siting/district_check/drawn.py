"""A map of districts laid over the land: which piece of which cell each station answers for, and how long it drives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.district_check.drives import drives_of_own

CONSTRUCTION_LAND = ("urban", "near_suburb")
SLIVER_M = 10.0
"""What is nowhere wider than this is a slip of the pen and not land; ours, an editable default."""


@dataclass(frozen=True)
class DrawnMap:
    """
    Districts, and what they hold.

    Attributes
    ----------
    districts
        Index `site_id`, one row each: geometry (metric), class of the station, home (its point), travel_budget_s.
    stations
        Index `site_id`: class, geometry. All of them, with a district or without.
    cells
        Index `cell_id`: geometry, area_km2, people, perhaps residents, place, unit_id, is_required, cap_km2 (nan where
        no risk assessment sets one), site_id (the district that holds its inner point, "" where none does), drive_s
        (from that station; inf where it cannot drive there, nan where the cell has no road or no district).
    pieces
        A row for each cell and district that share land: cell_id, site_id, share (of the cell), area_km2.
    barriers
        Columns severity and geometry; empty where none were given.
    sliver_m
        What is nowhere wider than this is a slip of the pen and not land.
    capped_places
        Places whose land counts against the caps of area; None for all land.
    """

    districts: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    pieces: pd.DataFrame
    barriers: gpd.GeoDataFrame
    sliver_m: float
    capped_places: Sequence[str] | None = None

    def held(self) -> gpd.GeoDataFrame:
        """The cells whose inner point lies in a district."""
        return self.cells[self.cells.site_id != ""]


def lay_over(
    districts: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    roads: pd.DataFrame,
    *,
    turns: pd.DataFrame | None = None,
    start_stop_s: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
    required_places: Sequence[str] = CONSTRUCTION_LAND,
    capped_places: Sequence[str] | None = None,
    sliver_m: float = SLIVER_M,
) -> DrawnMap:
    """
    The map as the checks need it. All tables are in one metric CRS.

    Parameters
    ----------
    districts
        Polygons; the index is the id of each one's station. Rows of one id are one district.
    stations
        Points, index `site_id`: class, edge, fraction (place along the roads), travel_budget_s.
    cells
        Polygons, index `cell_id`: area_km2, people, place, edge, fraction, and if wanted x, y (inner point), unit_id,
        cap_km2 (the cap that a risk assessment sets there).
    roads
        edge, from_node, to_node, length_m, forward_s, backward_s (nan where nobody drives that way).
    turns, start_stop_s
        What turning costs, and pulling away and stopping: as `siting.district_check.drives.drives_of_own` has them.
    required_places
        Places whose land has to have a station; where no cell is of them, all land has to.
    capped_places
        Places whose land counts against the caps of area; None for all land.
    sliver_m
        As in `DrawnMap`.
    """
    whole = districts[["geometry"]].dissolve(by=districts.index.to_numpy()).rename_axis("site_id")
    own = stations.loc[whole.index]
    whole = whole.assign(**{"class": own["class"], "home": own.geometry, "travel_budget_s": own.travel_budget_s})
    ground = _ground(cells, required_places)
    pieces = _pieces(whole, ground)
    ground["site_id"] = _holder(whole, ground)
    drive_s = drives_of_own(roads, stations, ground, ground.site_id, turns=turns, start_stop_s=start_stop_s)
    ground["drive_s"] = np.where(ground.edge.to_numpy() < 0, np.nan, drive_s)
    no_barriers = gpd.GeoDataFrame({"kind": [], "severity": []}, geometry=[], crs=cells.crs)
    return DrawnMap(whole, stations, ground, pieces, no_barriers if barriers is None else barriers, sliver_m,
                    capped_places)  # fmt: skip


def _ground(cells: gpd.GeoDataFrame, required_places: Sequence[str]) -> gpd.GeoDataFrame:
    ground = cells.copy()
    required = ground["place"].isin(required_places)
    ground["is_required"] = required if required.any() else True
    if "x" not in ground.columns:
        inner = ground.geometry.representative_point()
        ground = ground.assign(x=inner.x, y=inner.y)
    for column, value in (("unit_id", ""), ("cap_km2", np.nan)):
        if column not in ground.columns:
            ground[column] = value
    return ground


def _pieces(districts: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> pd.DataFrame:
    shapes, land = districts.geometry.to_numpy(), cells.geometry.to_numpy()
    district, cell = shapely.STRtree(land).query(shapes, predicate="intersects")
    whole = shapely.contains_properly(shapes[district], land[cell])
    m2 = shapely.area(land[cell])
    m2[~whole] = shapely.area(shapely.intersection(shapes[district[~whole]], land[cell[~whole]]))
    pieces = pd.DataFrame(
        {
            "cell_id": cells.index.to_numpy()[cell],
            "site_id": districts.index.to_numpy()[district],
            "share": m2 / shapely.area(land[cell]),
            "area_km2": m2 / 1e6,
        }
    )
    return pieces[pieces.area_km2 > 0]


def _holder(districts: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> np.ndarray:
    """Id of the district that holds each cell's inner point, the first where several do; "" where none does."""
    points = shapely.points(cells.x.to_numpy(), cells.y.to_numpy())
    point, district = shapely.STRtree(districts.geometry.to_numpy()).query(points, predicate="intersects")
    first = np.full(len(cells), len(districts))
    np.minimum.at(first, point, district)
    return np.append(districts.index.to_numpy(dtype=object), "")[first]


def polygons_of_cells(cells: gpd.GeoDataFrame, site_id: pd.Series) -> gpd.GeoDataFrame:
    """
    The map that gives each cell to a station: a polygon for each station that has any; "" is nobody.

    Examples
    --------
    >>> two = gpd.GeoDataFrame(geometry=shapely.box([0, 1], 0, [1, 2], 1), crs="EPSG:4549")
    >>> polygons_of_cells(two, pd.Series(["A", ""])).geometry.area.to_dict()
    {'A': 1.0}
    """
    named = site_id.to_numpy() != ""
    return cells.loc[named, ["geometry"]].dissolve(by=site_id.to_numpy()[named]).rename_axis("site_id")
