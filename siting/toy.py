"""
A town to solve by hand: a grid of streets, a river with one bridge, a one-way street, an island without a bridge.

::

    1200  A3 ---- B3 ---- C3 ---- D3 ---- E3      North Street
          |       |       N       |       d5
     800  A2 ---- B2 ---- C2 ---- D2 ---- E2      North Quay
      ~~~~~~~~~~~~~~~~~~~ | ~~~~~~~~~~~~~~~~~~    river, Bridge at C; Island Lane near (1200, 600)
     400  A1 -->- B1 -d2- C1 -d3- D1 -->- E1 E    South Quay, one-way to the east
          |       |       |       |       |
       0  A0 -d1- B0 ---- C0 ---- D0 ---- E0      South Street
          S
          0      400     800    1200    1600

Blocks are 400 m, at 40 km/h 36 s. Avenues A to E run north from row 0 to 1 and from row 2 to 3. Plan coordinates are
metres east and north of A0; `xy` puts them on the map.

Driving seconds from site to demand with profile ``flat-40`` (9 s per 100 m):

====== ==================== ======= ====== ======= ======= =====
demand plan coordinates     weight  S      N       E       note
====== ==================== ======= ====== ======= ======= =====
d1     (200, 0)             300     18     144     162
d2     (600, 400)           200     90     180     198     against the one-way from N and E: round by B
d3     (1000, 400)          100     126    72      162
d4     (400, 1200)          200     216    54      252
d5     (1600, 1000)         150     234    108     270
d6     (1200, 600)          50      inf    inf     inf     on the island
====== ==================== ======= ====== ======= ======= =====
"""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from siting.arrays import Floats
from siting.crs import WGS84, transformer
from siting.network import NODE_TAGS, WAY_TAGS, EdgePositions, RoadNetwork, Ways, build_network, snap
from siting.speeds import SpeedProfile, load_profile
from siting.study_area import StudyArea

CRS = pyproj.CRS("EPSG:4549")
"""CGCS2000 / 3-degree Gauss-Krüger, 120° E. The town stands astride its meridian: metres on the map are metres."""

ORIGIN = (499_000.0, 3_469_800.0)
"""A0 in `CRS`, where a land cell of 400 m has its middle."""

BLOCK_M = 400.0
LIMIT_M = 100.0
"""Snap limit: the island is 200 m from both quays."""

SITES = {"S": (0.0, 0.0), "N": (800.0, 1000.0), "E": (1600.0, 400.0)}
DEMAND = {
    "d1": (200.0, 0.0), "d2": (600.0, 400.0), "d3": (1000.0, 400.0),
    "d4": (400.0, 1200.0), "d5": (1600.0, 1000.0), "d6": (1200.0, 600.0),
}  # fmt: skip
WEIGHT = {"d1": 300.0, "d2": 200.0, "d3": 100.0, "d4": 200.0, "d5": 150.0, "d6": 50.0}
SECONDS = {
    "S": (18.0, 90.0, 126.0, 216.0, 234.0, np.inf),
    "N": (144.0, 180.0, 72.0, 54.0, 108.0, np.inf),
    "E": (162.0, 198.0, 162.0, 252.0, 270.0, np.inf),
}
"""Of each site to d1 ... d6."""

_COLUMNS = "ABCDE"
_STREETS: tuple[tuple[str, str, str], ...] = (
    ("South Street", "secondary", "A0 B0 C0 D0 E0"),
    ("South Quay", "tertiary", "A1 B1 C1 D1 E1"),
    ("North Quay", "tertiary", "A2 B2 C2 D2 E2"),
    ("North Street", "residential", "A3 B3 C3 D3 E3"),
    ("Bridge", "primary", "C1 C2"),
    *(
        (f"{c} Avenue", "primary" if c == "C" else "residential", f"{c}{r} {c}{r + 1}")
        for c in _COLUMNS
        for r in (0, 2)
    ),
    ("Island Lane", "service", "X0 X1"),
    ("Old Footbridge", "footway", "E1 E2"),
)


def xy(plan: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Plan coordinates as x and y in `CRS`."""
    points = np.array(plan, dtype=np.float64).reshape(-1, 2) + ORIGIN
    return points[:, 0], points[:, 1]


def profile() -> SpeedProfile:
    """The profile behind the table of times."""
    return load_profile("flat-40")


@cache
def ways() -> Ways:
    """
    The town as a road reader would return it.

    Examples
    --------
    >>> ways().tags[["name", "oneway"]].iloc[1].tolist()
    ['South Quay', 'yes']
    """
    plan = {
        f"{column}{row}": (i * BLOCK_M, row * BLOCK_M) for i, column in enumerate(_COLUMNS) for row in range(4)
    } | {"X0": (1150.0, 600.0), "X1": (1250.0, 600.0)}  # fmt: skip
    lon, lat = transformer(CRS, WGS84).transform(*xy(list(plan.values())))
    position = {name: i for i, name in enumerate(plan)}
    runs = [[position[name] for name in nodes.split()] for _, _, nodes in _STREETS]
    tags = pd.DataFrame("", index=range(len(_STREETS)), columns=list(WAY_TAGS))
    tags["name"] = [name for name, _, _ in _STREETS]
    tags["highway"] = [highway for _, highway, _ in _STREETS]
    tags.loc[tags["name"] == "South Quay", "oneway"] = "yes"
    tags.loc[tags["name"] == "Bridge", "bridge"] = "yes"
    return Ways(
        way_id=np.arange(len(_STREETS), dtype=np.int64) + 1,
        tags=tags,
        ref_ptr=np.cumsum([0] + [len(run) for run in runs]),
        ref=np.concatenate(runs).astype(np.int64),
        node_id=np.arange(len(plan), dtype=np.int64) + 100,
        lon=lon,
        lat=lat,
        node_tags=pd.DataFrame("", index=pd.Index([], dtype=np.int64), columns=list(NODE_TAGS)),
        source="toy town",
    )


@cache
def network() -> RoadNetwork:
    """
    The town's road network at 40 km/h.

    Examples
    --------
    >>> network().edge_length_m.round(2).max(), network().forward_ms.max()
    (np.float64(400.0), np.int32(36000))
    """
    return build_network(ways(), profile(), CRS)


@cache
def area() -> StudyArea:
    """
    The ground of the town: one land cell of 400 m round each corner of the plan, row by row from A0 to E3.

    Examples
    --------
    >>> len(area().cells), area().area_km2
    (20, 3.2)
    """
    (west, east), (south, north) = xy([(-BLOCK_M / 2, -BLOCK_M / 2), (4.5 * BLOCK_M, 3.5 * BLOCK_M)])
    boundary = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=CRS)
    return StudyArea.from_geometry(boundary, name="Toy town", cell_m=BLOCK_M, buffer_m=BLOCK_M, crs=CRS)


def sites() -> EdgePositions:
    """Sites S, N and E on the network."""
    return snap(network(), *xy(list(SITES.values())), LIMIT_M)


def demand() -> EdgePositions:
    """Demand d1 to d6 on the network; d6 is on the island, with no road in reach."""
    return snap(network(), *xy(list(DEMAND.values())), LIMIT_M)


def weight() -> pd.Series:
    """People at each demand, 1000 in all."""
    return pd.Series(WEIGHT, name="weight", dtype=np.float64).rename_axis("demand_id")


def stations() -> gpd.GeoDataFrame:
    """Sites S, N and E as a facility table in `CRS`."""
    return gpd.GeoDataFrame(
        {
            "kind": "station",
            "class": "",
            "name": [f"{site} station" for site in SITES],
            "role": "existing",
            "turnout_s": np.nan,
            "source": "toy town",
            "reason": "",
        },
        index=pd.Index(list(SITES), name="site_id"),
        geometry=gpd.points_from_xy(*xy(list(SITES.values()))),
        crs=CRS,
    )


def travel_time_s() -> pd.DataFrame:
    """The table of times, demand by site: what every engine must find."""
    return pd.DataFrame(SECONDS, index=pd.Index(list(DEMAND), name="demand_id")).rename_axis(columns="site_id")
