"""Places that need a micro fire station of their own: which have one, which share one, which go without."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.arrays import Mask

STATES = ("has", "shares", "missing", "not_due")
"""`state_...` in `siting/words/micro_stations.toml`."""


def judged_places(places: gpd.GeoDataFrame, stations: gpd.GeoSeries, cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """
    What each place has, of the micro stations that stand.

    A place has a station where one stands on its ground. It shares one where it names that station, or names a place
    that has one; sharing is not passed on from place to place.

    Parameters
    ----------
    places
        Index `place_id`: kind, name, residents (nan where not told), least_people, shares_with ("" for nobody), source,
        geometry (its ground, in the cells' CRS).
    stations
        Points of the open ones by `site_id`, in the same CRS.
    cells
        x, y, people.

    Returns
    -------
    The same rows: kind, name, people (residents, else the demand of the cells whose inner point lies on the ground),
    least_people, state (of `STATES`), stations (ids on its ground, with commas), shares_with, source, geometry.

    Examples
    --------
    >>> ground = gpd.GeoDataFrame(
    ...     {"kind": "village", "name": ["A", "B", "C"], "residents": [1200.0, np.nan, 800.0], "least_people": 1000.0,
    ...      "shares_with": ["", "A", ""], "source": "local"},
    ...     geometry=list(shapely.box([0, 1, 2], 0, [1, 2, 3], 1)), crs=4549, index=["A", "B", "C"],
    ... )
    >>> cells = pd.DataFrame({"x": [1.2, 1.4], "y": [0.5, 0.5], "people": [900.0, 400.0]})
    >>> at = gpd.GeoSeries([shapely.Point(0.5, 0.5)], index=["M1"], crs=4549)
    >>> judged_places(ground, at, cells)[["people", "state", "stations"]].to_numpy().tolist()
    [[1200.0, 'has', 'M1'], [1300.0, 'shares', ''], [800.0, 'not_due', '']]
    """
    ground = places.geometry.to_numpy()
    place, site = shapely.STRtree(stations.to_numpy()).query(ground, predicate="intersects")
    own = (
        pd.Series(stations.index.to_numpy()[site], dtype=object).groupby(place).agg(lambda ids: ", ".join(sorted(ids)))
    )
    standing = own.reindex(range(len(places)), fill_value="").to_numpy()
    people = places.residents.astype("float64").fillna(pd.Series(_demand_on(ground, cells), places.index))
    has = standing != ""
    serving = {*stations.index, *places.index[has]}
    state = np.select(
        [has, (people < places.least_people).to_numpy(), places.shares_with.isin(serving).to_numpy()],
        ["has", "not_due", "shares"],
        default="missing",
    )
    judged = places[["kind", "name"]].assign(
        people=people,
        least_people=places.least_people.astype("float64"),
        state=state,
        stations=standing,
        shares_with=places.shares_with,
        source=places.source,
    )
    return gpd.GeoDataFrame(judged, geometry=ground, crs=places.crs)


def is_served(judged: pd.DataFrame) -> Mask:
    """Of the places that need a station, shape of `judged`: those that have or share one; False for all others."""
    return judged.state.isin(["has", "shares"]).to_numpy()


def needs_site(judged: gpd.GeoDataFrame, is_area: Mask) -> gpd.GeoDataFrame:
    """The places of which a plan can see to it that one stands in each: areas that need one and share none."""
    return judged[judged.state.isin(["has", "missing"]).to_numpy() & is_area]


def _demand_on(ground: np.ndarray, cells: pd.DataFrame) -> np.ndarray:
    points = shapely.points(cells.x.to_numpy(), cells.y.to_numpy())
    place, cell = shapely.STRtree(points).query(ground, predicate="intersects")
    people = cells.get("residents", cells.people).to_numpy()
    return np.bincount(place, weights=people[cell], minlength=len(ground))
