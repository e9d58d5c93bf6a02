"""Places that need a micro station: ground, thresholds and sharing, solved by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.micro_places import judged_places, needs_site

NOBODY = pd.DataFrame({"x": [], "y": [], "people": []})


def strip(**columns: object) -> gpd.GeoDataFrame:
    """Five places side by side, each a square of one metre: A to E."""
    told = {"kind": "village", "name": list("ABCDE"), "residents": 500.0, "least_people": 0.0, "shares_with": "",
            "source": "by hand"}  # fmt: skip
    ground = list(shapely.box(range(5), 0, range(1, 6), 1))
    return gpd.GeoDataFrame(told | columns, geometry=ground, crs=4549, index=pd.Index(list("ABCDE"), name="place_id"))


def at(**places: float) -> gpd.GeoSeries:
    """Micro stations half-way up, by how far along."""
    return gpd.GeoSeries({site: shapely.Point(x, 0.5) for site, x in places.items()}, crs=4549)


def test_who_has_who_shares_and_who_goes_without() -> None:
    """B shares a place's station, C a station itself, D names somebody who only shares, E names nobody."""
    shares = ["", "A", "M1", "B", ""]
    judged = judged_places(strip(shares_with=shares), at(M1=0.4, M0=0.6), NOBODY)
    assert judged.state.to_dict() == {"A": "has", "B": "shares", "C": "shares", "D": "missing", "E": "missing"}
    assert judged.stations["A"] == "M0, M1"


def test_few_residents_need_none_but_who_has_one_has_it() -> None:
    """A village at the threshold is due; one below with a station of its own still counts as having it."""
    judged = judged_places(
        strip(residents=[999.0, 1000.0, 1001.0, 10.0, np.nan], least_people=1000.0), at(M1=3.5), NOBODY
    )
    assert judged.state.tolist() == ["not_due", "missing", "missing", "has", "not_due"]


def test_people_come_from_the_cells_where_no_residents_are_told() -> None:
    """Each cell counts for the ground that holds its inner point."""
    cells = pd.DataFrame({"x": [0.5, 4.2, 4.8], "y": 0.5, "people": [7.0, 600.0, 500.0]})
    judged = judged_places(strip(residents=np.nan, least_people=1000.0), at(), cells)
    assert judged.people.tolist() == [7.0, 0.0, 0.0, 0.0, 1100.0]
    assert judged.state.tolist() == ["not_due"] * 4 + ["missing"]


def test_plans_see_to_areas_that_need_one_of_their_own() -> None:
    """Not to who shares one, who needs none, and not to points, whose station stands in their own building."""
    judged = judged_places(
        strip(residents=[9.0, 9.0, 9.0, 1.0, 9.0], least_people=5.0, shares_with=["", "A", "", "", ""]),
        at(M1=0.5),
        NOBODY,
    )
    assert needs_site(judged, np.array([True, True, True, True, False])).index.tolist() == ["A", "C"]
