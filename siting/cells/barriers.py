"""
What a district should not reach across: motorways, urban expressways, trunk railways, larger rivers.

Whoever walks from cell to neighbouring cell crosses a barrier where the straight line between the two cells' seats
does. The seat of a cell is a point in the largest piece of its land beside every barrier, so that a cell which a
motorway clips belongs to the side that most of it lies on, and never to the strip between two carriageways. Every chain
of neighbours from one bank to the other crosses a barrier that has no gap, whatever the cells' size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from siting.arrays import Floats, Ids
from siting.crs import check_places
from siting.tables import Faults, Note, check_columns, some

Severity = Literal["wall", "penalty", "open"]
Crossings = NDArray[np.uint8]
OPEN, PENALTY, WALL = 0, 1, 2
"""Between two neighbours: nothing; a barrier that a district may cross but should not; one that it may not."""
_CODE = {"open": OPEN, "penalty": PENALTY, "wall": WALL}
_NOTES = {"wall": "note_barriers_wall", "penalty": "note_barriers_penalty"}

DEFAULT_SEVERITY: Mapping[str, Severity] = {
    "motorway": "wall",
    "expressway": "penalty",
    "railway": "wall",
    "river": "wall",
    "narrow_river": "penalty",
}
"""
GB 51080-2015, 4.1.3-4 names motorways, urban expressways, trunk railways and larger rivers alike, as should not
(不宜跨越). Which of them is a wall is ours, and editable: engines pass an expressway at grade or below it more often
than the others, and how wide a larger river is the clause does not say.
"""
HALF_WIDTH_M = 15.0
"""Land this near to a barrier's line is the barrier's own: half of a carriageway with its verge."""
LINES_AND_AREAS = ("LineString", "MultiLineString", "Polygon", "MultiPolygon")


def barriers_table(
    barriers: gpd.GeoDataFrame | None, crs: pyproj.CRS, severity: Mapping[str, Severity]
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """
    The barriers as a study area keeps them: columns kind, severity, geometry in `crs`; and what to know about them.

    Parameters
    ----------
    barriers
        Lines or polygons in any CRS, with a column kind and, if wanted, one of severity that goes before `severity`.
    severity
        By kind, before `DEFAULT_SEVERITY`.

    Raises
    ------
    InputError
        Naming every fault of `barriers`.
    """
    if barriers is None or barriers.empty:
        return gpd.GeoDataFrame({"kind": [], "severity": []}, geometry=[], crs=crs), []
    faults = Faults("barriers")
    check_columns(faults, barriers, ["kind"])
    check_places(faults, barriers, LINES_AND_AREAS)
    faults.stop()
    by_kind = barriers["kind"].map({**DEFAULT_SEVERITY, **severity})
    said = by_kind if "severity" not in barriers.columns else barriers["severity"].where(barriers["severity"] != "")
    said = said.fillna(by_kind)
    if said.isna().any():
        kinds = some(sorted(map(str, barriers["kind"][said.isna()].unique())))
        faults.add(
            f"{int(said.isna().sum())} rows are of a kind without a severity ({kinds}). Known: "
            f"{', '.join(DEFAULT_SEVERITY)}. Name the severity in a column, or by kind in the scenario."
        )
    strange = sorted(map(str, said.dropna()[~said.dropna().isin(_CODE)].unique()))
    if strange:
        faults.add(f"{some(strange)} is no severity. Expected one of {', '.join(_CODE)}.")
    faults.stop()
    columns = {"kind": barriers["kind"].to_numpy(), "severity": said.to_numpy()}
    kept = gpd.GeoDataFrame(columns, geometry=barriers.geometry.to_crs(crs).to_numpy(), crs=crs)
    return kept, [_note(kept, each, key) for each, key in _NOTES.items() if (kept.severity == each).any()]


def _note(barriers: gpd.GeoDataFrame, severity: str, key: str) -> Note:
    kinds = barriers.kind[barriers.severity == severity].value_counts().sort_index()
    listed = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    return Note("topic_study_area", key, int(kinds.sum()), values={"kinds": listed})


def crossings(cells: gpd.GeoDataFrame, adjacency: Ids, barriers: gpd.GeoDataFrame) -> Crossings:
    """
    What stands between the two cells of each pair: `OPEN`, `PENALTY` or `WALL`, the strictest where there are several.

    Parameters
    ----------
    cells
        Columns geometry, x, y, in metres.
    adjacency
        Shape (K, 2), positions in `cells`.
    barriers
        Columns severity and geometry, in the cells' CRS.

    Examples
    --------
    >>> squares = shapely.box([0, 100, 200], 0, [100, 200, 300], 100)
    >>> three = gpd.GeoDataFrame({"x": [50, 150, 250], "y": 50}, geometry=squares)
    >>> motorway = gpd.GeoDataFrame({"severity": ["wall"]}, geometry=[shapely.LineString([(120, -50), (120, 150)])])
    >>> crossings(three, np.array([[0, 1], [1, 2]]), motorway).tolist()
    [2, 0]
    """
    found = np.full(len(adjacency), OPEN, dtype=np.uint8)
    standing = barriers[barriers.severity != "open"]
    if standing.empty or not len(adjacency):
        return found
    seats = _seats(cells, standing)
    ways = shapely.linestrings(seats[adjacency])
    at, pair = shapely.STRtree(ways).query(standing.geometry.to_numpy(), predicate="intersects")
    np.maximum.at(found, pair, standing.severity.map(_CODE).to_numpy(dtype=np.uint8)[at])
    return found


def _seats(cells: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame) -> Floats:
    """Shape (I, 2): a point in the largest piece of each cell beside the barriers, else its inner point."""
    seats = cells[["x", "y"]].to_numpy(dtype=np.float64, copy=True)
    shapes = cells.geometry.to_numpy()
    beside = np.unique(shapely.STRtree(shapes).query(barriers.geometry.to_numpy(), "dwithin", HALF_WIDTH_M)[1])
    is_line = ~barriers.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    zone = shapely.union_all(shapely.buffer(barriers.geometry.to_numpy(), np.where(is_line, HALF_WIDTH_M, 0.0)))
    pieces, of_cell = shapely.get_parts(shapely.difference(shapes[beside], zone), return_index=True)
    rank = pd.DataFrame({"cell": of_cell, "m2": shapely.area(pieces)}).sort_values("m2", kind="stable")
    largest = rank[rank.m2 > 0].groupby("cell").tail(1)
    piece = pieces[largest.index]
    point = shapely.centroid(piece)
    astray = ~shapely.intersects(piece, point)
    point[astray] = shapely.point_on_surface(piece[astray])
    seats[beside[largest.cell.to_numpy()]] = shapely.get_coordinates(point)
    return seats
