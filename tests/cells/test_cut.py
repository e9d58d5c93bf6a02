"""Boundaries cut into squares: nothing lost, neighbours right, every place in its cell."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from siting.cells.cut import cell_adjacency, containing_cell, cut_cells

CRS = pyproj.CRS(4549)


@st.composite
def boundaries(draw: st.DrawFn) -> shapely.Geometry:
    """Blobs with holes and islands: a few discs with others taken out."""
    disc = st.tuples(st.integers(0, 2000), st.integers(0, 2000), st.integers(30, 700))
    made = shapely.union_all(
        [shapely.Point(x, y).buffer(r, quad_segs=6) for x, y, r in draw(st.lists(disc, min_size=1, max_size=4))]
    )
    taken = shapely.union_all(
        [shapely.Point(x, y).buffer(r, quad_segs=6) for x, y, r in draw(st.lists(disc, max_size=2))]
    )
    left = made.difference(taken)
    return left if left.area > 1 else made


def by_brute_force(cells: gpd.GeoDataFrame) -> set[tuple[int, int]]:
    """Pairs of cells whose outlines share a line longer than a millimetre, each compared with each."""
    shapes = cells.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=1e-6)
    pairs = set()
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        square_i = (cells["row"].iloc[i], cells["col"].iloc[i])
        square_j = (cells["row"].iloc[j], cells["col"].iloc[j])
        if i < j and abs(square_i[0] - square_j[0]) + abs(square_i[1] - square_j[1]) == 1:
            # Outlines within rounding of each other: compare with a strip a tenth of a millimetre wide.
            shared = shapes[i].buffer(1e-4, join_style="mitre").intersection(shapes[j].buffer(1e-4, join_style="mitre"))
            if shared.area / 2e-4 > 2e-3:
                pairs.add((i, j))
    return pairs


def test_l_shape_by_hand() -> None:
    """Three squares and a half one around a corner: ids from the south-west, one pair for each shared side."""
    shape = shapely.union_all([box(0, 0, 400, 200), box(0, 200, 200, 300), box(0, 300, 200, 400)])
    cells = cut_cells(shape, CRS, 200)
    assert cells[["row", "col"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 0]]
    assert cells.index.tolist() == [0, 1, 2]
    assert cells.index.name == "cell_id"
    assert cells["area_km2"].tolist() == pytest.approx([0.04, 0.04, 0.04])
    assert cell_adjacency(shape, cells, 200).tolist() == [[0, 1], [0, 2]]


def test_grid_is_that_of_the_crs() -> None:
    """Cells lie on multiples of their side, so that areas next to each other share a grid, also west of zero."""
    cells = cut_cells(box(-250, 150, 50, 250), CRS, 200)
    assert cells[["row", "col"]].to_numpy().tolist() == [[0, -2], [0, -1], [0, 0], [1, -2], [1, -1], [1, 0]]
    assert (cells["area_km2"] * 1e6).tolist() == pytest.approx([2500, 10000, 2500, 2500, 10000, 2500])


def test_a_river_separates() -> None:
    """Two banks in two cells are no neighbours when the water between them runs along the grid line."""
    banks = shapely.union_all([box(0, 0, 190, 200), box(210, 0, 400, 200)])
    cells = cut_cells(banks, CRS, 200)
    assert len(cells) == 2
    assert cell_adjacency(banks, cells, 200).size == 0


def test_outline_along_a_grid_line_is_no_border() -> None:
    """Cell 1 has land, but not beside cell 0: the line between them is the outline of one side only."""
    shape = shapely.union_all([box(0, 0, 200, 200), box(250, 0, 400, 200)])
    cells = cut_cells(shape, CRS, 200)
    assert len(cells) == 2
    assert cell_adjacency(shape, cells, 200).size == 0


def test_corners_do_not_touch() -> None:
    """Diagonal squares share a point, not an edge."""
    shape = shapely.union_all([box(0, 0, 200, 200), box(200, 200, 400, 400)])
    assert cell_adjacency(shape, cut_cells(shape, CRS, 200), 200).size == 0


def test_point_of_a_ring_lies_on_its_land() -> None:
    """Where a lake fills the middle of a cell, x and y are moved onto its shore."""
    ring = box(0, 0, 200, 200).difference(box(20, 20, 180, 180))
    cells = cut_cells(ring, CRS, 200)
    assert ring.covers(shapely.Point(cells["x"].iloc[0], cells["y"].iloc[0]))


def test_slivers_are_kept() -> None:
    """A hand's breadth across a grid line is a cell: dropping it would lose land."""
    cells = cut_cells(box(0, 0, 200.1, 200), CRS, 200)
    assert (cells["area_km2"] * 1e6).tolist() == pytest.approx([40_000, 20])


@settings(max_examples=60, deadline=None)
@given(boundaries(), st.sampled_from([70.0, 100.0, 333.3]))
def test_cells_partition_the_boundary(boundary: shapely.Geometry, cell_m: float) -> None:
    """Areas add up to 1e-9, every point is in its own cell, and neighbours are those that brute force finds."""
    cells = cut_cells(boundary, CRS, cell_m)
    assert cells["area_km2"].sum() * 1e6 == pytest.approx(boundary.area, rel=1e-9)
    assert cells.geometry.is_valid.all()
    assert (np.diff(cells["row"] * 1_000_000 + cells["col"]) > 0).all()
    x, y = cells["x"].to_numpy(), cells["y"].to_numpy()
    assert containing_cell(boundary, cells, cell_m, x, y).tolist() == list(range(len(cells)))
    assert set(map(tuple, cell_adjacency(boundary, cells, cell_m).tolist())) == by_brute_force(cells)


@settings(max_examples=30, deadline=None)
@given(boundaries(), st.integers(0, 2**32 - 1))
def test_places_are_found_in_the_cell_that_holds_them(boundary: shapely.Geometry, seed: int) -> None:
    """Against a search through all cells; places outside, or nowhere, are -1."""
    cells = cut_cells(boundary, CRS, 150)
    x, y = np.random.default_rng(seed).uniform(-800, 2800, (2, 300))
    x[0], y[1] = np.inf, np.nan
    found = containing_cell(boundary, cells, 150, x, y)
    place, cell = shapely.STRtree(cells.geometry.to_numpy()).query(shapely.points(x[2:], y[2:]), predicate="intersects")
    expected = np.full(300, -1)
    expected[place + 2] = cell
    assert found.tolist() == expected.tolist()
