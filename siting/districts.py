"""First-due districts: the land each station arrives at before every other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from siting.arrays import Floats, Ids
from siting.cells import counted
from siting.network import EdgePositions, RoadNetwork
from siting.travel_time import nearest


def first_due(network: RoadNetwork, stations: EdgePositions, cells: EdgePositions, turnout_s: Floats) -> pd.DataFrame:
    """
    The station that arrives first at each cell: least turnout + travel, ties to the station listed first.

    Parameters
    ----------
    stations, cells
        J and I places along the network; time runs from station to cell.
    turnout_s
        Shape (J,). Seconds before the wheels roll.

    Returns
    -------
    I rows in the order of `cells`: site (position in `stations`, -1 where none can drive to), travel_time_s and
    response_time_s (inf where none can).
    """
    first = nearest(network, stations, cells, start_s=turnout_s)
    return pd.DataFrame({"site": first.site, "travel_time_s": first.travel_s, "response_time_s": first.response_s})


def districts(cells: gpd.GeoDataFrame, adjacency: Ids, site_ids: pd.Index) -> gpd.GeoDataFrame:
    """
    Cells put together by the station that is first due there.

    Parameters
    ----------
    cells
        Columns geometry, area_km2, people, perhaps residents, site_id ("" where no station arrives), travel_time_s,
        is_covered.
    adjacency
        Shape (K, 2), positions in `cells` that share a stretch of edge.
    site_ids
        Every open station; one that is first due nowhere has an empty district.

    Returns
    -------
    Index `site_id` in the order given. Columns: area_km2, people, residents where cells have them, worst_s (longest
    travel time; nan in an empty district), mean_s (travel time, people-weighted; nan where nobody lives), share_within
    (of its land, within the travel budget; nan in an empty district), parts (connected pieces), geometry.

    Examples
    --------
    >>> three = gpd.GeoDataFrame(
    ...     {"area_km2": 1.0, "people": [10, 30, 5], "site_id": ["A", "A", ""], "travel_time_s": [100, 300, np.inf],
    ...      "is_covered": [True, False, False]},
    ...     geometry=shapely.box([0, 1, 2], 0, [1, 2, 3], 1), crs="EPSG:4549",
    ... )
    >>> table = districts(three, np.array([[0, 1], [1, 2]]), pd.Index(["A", "B"]))
    >>> table.drop(columns="geometry").loc["A"].tolist(), table.area_km2["B"].item()
    ([2.0, 40.0, 300.0, 250.0, 0.5, 1.0], 0.0)
    """
    served = cells[cells.site_id != ""]
    people_s = (served.people * served.travel_time_s).groupby(served.site_id).sum()
    within_km2 = served.area_km2.where(served.is_covered, 0.0).groupby(served.site_id).sum()
    by_site = served.groupby("site_id")
    table = by_site[["area_km2", *counted(cells)]].sum().assign(worst_s=by_site.travel_time_s.max())
    table["mean_s"] = people_s / table.people.where(table.people > 0)
    table["share_within"] = within_km2 / table.area_km2
    table["parts"] = _parts(cells.site_id, adjacency)
    table["geometry"] = by_site.geometry.agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    table = table.reindex(pd.Index(site_ids, name="site_id"))
    empty = table.geometry.isna()
    table.loc[empty, "geometry"] = shapely.MultiPolygon()
    table = table.fillna({"area_km2": 0.0, **dict.fromkeys(counted(cells), 0.0), "parts": 0})
    table = table.astype({"parts": "int64", **dict.fromkeys(counted(cells), "float64")})
    return gpd.GeoDataFrame(table, geometry="geometry", crs=cells.crs)


def overlap(districts: gpd.GeoDataFrame, official: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    How far first-due districts agree with the districts a fire service really dispatches by.

    A station belongs to the official district that it stands in.

    Parameters
    ----------
    districts
        As `districts` gives them, in a metric CRS.
    official
        Polygons in any CRS; the index names them.
    stations
        Points in any CRS, by site_id.

    Returns
    -------
    Index `site_id`. Columns: official_id (the first, where districts overlap; missing where a station stands in none),
    area_km2, official_km2, shared_km2, share_of_official.
    """
    given = official.to_crs(districts.crs)
    inside = stations[["geometry"]].to_crs(districts.crs).sjoin(given[["geometry"]].rename_axis("official_id"))
    official_id = inside.official_id.groupby(level=0).first().reindex(districts.index)
    theirs = given.geometry.reindex(official_id).set_axis(districts.index)
    table = pd.DataFrame(
        {"official_id": official_id, "area_km2": districts.area_km2, "official_km2": theirs.area / 1e6}
    )
    table["shared_km2"] = districts.geometry.intersection(theirs).area / 1e6
    table["share_of_official"] = table.shared_km2 / table.official_km2
    return table


def _parts(site_id: pd.Series, adjacency: Ids) -> pd.Series:
    """Connected pieces by station: one piece is what a chain of neighbours of one district joins."""
    site = site_id.to_numpy()
    same = adjacency[site[adjacency[:, 0]] == site[adjacency[:, 1]]]
    joined = sparse.coo_array((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(len(site), len(site)))
    _, piece = csgraph.connected_components(joined, directed=False)
    return pd.Series(piece).groupby(site).nunique()
