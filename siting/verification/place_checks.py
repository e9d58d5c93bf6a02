"""Where things are: lengths and speeds of roads, positions on them, the lattice of cells, pieces of districts."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from siting.verification.claim import Claim, column, rows, same
from siting.verification.written import Written

_WGS84 = pyproj.Geod(ellps="WGS84")
_MM = 1e-3
Pairs = NDArray[np.int64]


def check_places(written: Written) -> Iterator[Claim]:
    """Lengths on the ellipsoid within 1 mm (gaps 5 mm), positions within 1 mm, cells on one lattice."""
    cells, roads = written.layers["cells"], written.layers["roads"].set_index("edge", drop=False)
    told = written.summary["study_area"]
    yield Claim("study_area.crs", told["crs"], cells.crs.to_string(), pyproj.CRS(told["crs"]) == cells.crs)
    yield same("study_area.crs_name", told["crs_name"], cells.crs.name)
    yield Claim("study_area.cell_m", told["cell_m"], "one lattice for all cells", is_lattice(cells, told["cell_m"]))
    yield column("roads.length_m", roads.index, roads.length_m, ellipsoid_m(roads), _MM)
    least_s = (roads.length_m * 3.6 / roads.speed_kph).to_numpy()
    for way in ("forward_s", "backward_s"):
        seconds = roads[way].to_numpy(dtype=np.float64)
        yield rows(f"roads.{way} at no more than speed_kph", roads.index, seconds, least_s, seconds < least_s - _MM)
    inside = shapely.intersects_xy(cells.geometry.to_numpy(), cells.x, cells.y)
    yield rows("cells: x, y inside the cell", cells.cell_id, cells.x, cells.x, ~inside)
    yield from _positions("cells", cells.cell_id, cells, shapely.points(cells.x, cells.y), roads)
    for name in ("stations", "micro_stations", "hydrants"):
        if name in written.layers:
            table = written.layers[name].to_crs(cells.crs)
            is_own = name == "micro_stations" and "micro_roads" in written.layers
            ways = written.layers["micro_roads"].set_index("edge") if is_own else roads
            yield from _positions(name, table.site_id, table, table.geometry.to_numpy(), ways)
    if "micro_cells" in written.layers:
        own, ways = written.layers["micro_cells"], written.layers["micro_roads"].set_index("edge")
        yield from _positions("micro_cells", own.cell_id, own, shapely.points(cells.x, cells.y), ways)
    if "hydrant_gaps" in written.layers:
        gaps = written.layers["hydrant_gaps"]
        yield column("hydrant_gaps.length_m", gaps.index, gaps.length_m, ellipsoid_m(gaps), 5 * _MM)


def _positions(
    name: str, ids: pd.Series, table: pd.DataFrame, points: NDArray[np.object_], roads: gpd.GeoDataFrame
) -> Iterator[Claim]:
    """The place at `fraction` of the edge is the nearest on that edge, and `snap_m` away."""
    lines = roads.geometry.reindex(table.edge).to_numpy()
    at_fraction = shapely.line_interpolate_point(lines, table.fraction.to_numpy(dtype=np.float64), normalized=True)
    yield column(f"{name}.snap_m", ids, table.snap_m, shapely.distance(lines, points), _MM)
    yield column(
        f"{name}: snap_m to the place at fraction", ids, table.snap_m, shapely.distance(at_fraction, points), _MM
    )
    beyond = ~table.fraction.between(0.0, 1.0) & (table.edge >= 0)
    yield rows(f"{name}.fraction from 0 to 1", ids, table.fraction, table.fraction.clip(0, 1), beyond)


def ellipsoid_m(lines: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Metres along each line on the ellipsoid."""
    drawn = lines.geometry.to_crs("EPSG:4326").to_numpy()
    parts, owner = shapely.get_parts(drawn, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    _, _, step_m = _WGS84.inv(*xy[:-1].T, *xy[1:].T)
    within = part[:-1] == part[1:]
    metres = np.bincount(owner[part[:-1][within]], weights=np.asarray(step_m)[within], minlength=len(drawn))
    return metres.astype(np.float64)


def is_lattice(cells: gpd.GeoDataFrame, cell_m: float) -> bool:
    """
    Whether every cell fits the square of its row and column, on one lattice of this width.

    Examples
    --------
    >>> two = gpd.GeoDataFrame({"row": 0, "col": [0, 1]}, geometry=list(shapely.box([0, 200], 0, [200, 400], 200)))
    >>> is_lattice(two, 200.0), is_lattice(two, 190.0), is_lattice(two, 210.0)
    (True, False, False)
    """
    low_x, low_y, high_x, high_y = cells.bounds.to_numpy().T
    fits = True
    for low, high, step in ((low_x, high_x, cells.col.to_numpy()), (low_y, high_y, cells.row.to_numpy())):
        fits &= bool((high - (step + 1) * cell_m).max() <= (low - step * cell_m).min() + _MM)
    # One row and one column alone fit any wider lattice: then a whole cell has to have this width.
    whole = np.maximum(high_x - low_x, high_y - low_y).max()
    return fits and bool(abs(whole - cell_m) <= _MM or len(cells) == 1)


def neighbours(cells: gpd.GeoDataFrame) -> tuple[Pairs, Pairs]:
    """Positions of cells side by side, shape (K, 2): that share an edge for certain, and that may."""
    shapes = cells.geometry.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_MM)
    steps = sum(abs(cells[axis].to_numpy()[a] - cells[axis].to_numpy()[b]) for axis in ("row", "col"))
    a, b = a[(a < b) & (steps == 1)], b[(a < b) & (steps == 1)]
    shared_m = shapely.length(shapely.intersection(shapes[a], shapes[b]))
    return np.column_stack([a, b])[shared_m > _MM], np.column_stack([a, b])


def pieces(site_id: pd.Series, pairs: Pairs) -> pd.Series:
    """How many connected pieces the cells of each station fall into."""
    site = site_id.fillna("").to_numpy()
    same_site = pairs[site[pairs[:, 0]] == site[pairs[:, 1]]]
    graph = sparse.coo_array((np.ones(len(same_site)), (same_site[:, 0], same_site[:, 1])), shape=(len(site),) * 2)
    return pd.Series(csgraph.connected_components(graph, directed=False)[1]).groupby(site).nunique()
