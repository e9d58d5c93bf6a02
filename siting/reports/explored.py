"""A proposal as one table of shapes: the land by what becomes of it, and its stations."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.patches import dissolved
from siting.reports.map.shapes import simplified_areas
from siting.reports.memo.maps import COLORS, STATION_COLORS, land_of


def explored(proposal: Proposal) -> gpd.GeoDataFrame:
    """
    The proposal for `GeoDataFrame.explore`, from the bottom up, in the study area's CRS.

    Columns what (in the proposal's language), site_id, name, people and area_km2 (of land), geometry; color, as the
    memo draws it.
    """
    return pd.concat([_land(proposal), _stations(proposal)], ignore_index=True)


def _land(proposal: Proposal) -> gpd.GeoDataFrame:
    """One row for all land that is reached, newly reached, not reached, or without demand."""
    cells, land = proposal.cells, pd.Series(land_of(proposal, proposal.proposed), proposal.cells.index)
    sums = cells[["people", "area_km2"]].groupby(land).sum()
    shapes = simplified_areas(dissolved(cells.geometry, land))
    return gpd.GeoDataFrame(
        {
            "what": [word(f"memo_land_{key}", proposal.language) for key in shapes.index],
            "people": sums.people.loc[shapes.index].to_numpy(),
            "area_km2": sums.area_km2.loc[shapes.index].to_numpy(),
            "color": [COLORS[key] for key in shapes.index],
        },
        geometry=shapes.to_numpy(),
        crs=shapes.crs,
    )


def _stations(proposal: Proposal) -> gpd.GeoDataFrame:
    """One row for each station that is open as proposed."""
    open_ids = proposal.proposed.stations.index
    rows = proposal.facilities["station"].loc[open_ids]
    kind = ["standing" if site in proposal.today.stations.index else "new" for site in open_ids]
    return gpd.GeoDataFrame(
        {
            "what": [word(f"memo_station_{key}", proposal.language) for key in kind],
            "site_id": open_ids.to_numpy(),
            "name": rows["name"].to_numpy(),
            "color": [STATION_COLORS[key] for key in kind],
        },
        geometry=rows.geometry.to_crs(proposal.area.crs).to_numpy(),
        crs=proposal.area.crs,
    )
