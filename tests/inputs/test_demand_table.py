"""Points and polygons with a weight, carried to cells that are easy to add up."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from siting.errors import InputError
from siting.inputs.demand.table import FORMATS, carry_rows, carry_table
from siting.study_area import StudyArea

X, Y = 500_000, 3_400_000
"""A corner of the grid near the central meridian."""

AREA = StudyArea.from_geometry(gpd.GeoSeries([box(X, Y, X + 400, Y + 200)], crs=4549), cell_m=200, crs=4549)
"""Two cells side by side."""


def rows(weights: list[float], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"people": weights}, geometry=[shapely.affinity.translate(s, X, Y) for s in shapes], crs=4549
    )


def test_points_by_hand() -> None:
    """Two in the first cell, one in the second, one outside; the fourth says why it does not count."""
    table = rows([1, 2, 4, 8], [Point(10, 10), Point(190, 190), Point(300, 100), Point(500, 100)])
    carried = carry_rows(AREA, table, weight="people")
    assert carried.weight.tolist() == [3, 4]
    assert (carried.total_read, carried.total_inside, carried.total_outside) == (15, 7, 8)
    assert carried.rows is not None
    assert carried.rows["reason"].tolist() == ["", "", "", "outside the boundary"]
    assert carried.rows["weight_inside"].tolist() == [1, 2, 4, 0]
    assert carried.unit == "people"


@pytest.mark.parametrize("column", FORMATS)
def test_a_column_named_like_a_unit_of_ours_is_quoted(column: str) -> None:
    """Weights of a column "share" are no percentages."""
    table = rows([5], [Point(10, 10)]).rename(columns={"people": column})
    assert carry_rows(AREA, table, weight=column).unit == f"'{column}'"


def test_what_the_weight_counts_may_be_said(tmp_path: Path) -> None:
    """In words of the planner's own, instead of the column's name."""
    rows([5], [Point(10, 10)]).to_file(tmp_path / "p.gpkg")
    assert carry_table(AREA, path=tmp_path / "p.gpkg", weight="people", counts="calls").unit == "calls"


def test_polygon_across_the_boundary() -> None:
    """Half of it outside: by share 50 of 100 count, by inside all 100, on the cells in proportion to its land there."""
    table = rows([100], [box(100, 0, 700, 200)])
    assert carry_rows(AREA, table, weight="people").weight.tolist() == pytest.approx([100 / 6, 200 / 6])
    inside = carry_rows(AREA, table, weight="people", at_edge="inside")
    assert inside.weight.tolist() == pytest.approx([100 / 3, 200 / 3])
    assert inside.total_outside == pytest.approx(0)


def test_a_polygon_that_only_touches_does_not_count() -> None:
    """A common edge is no common land, whatever becomes of people at the edge."""
    table = rows([5, 1], [box(400, 0, 600, 200), box(0, 0, 10, 10)])
    for at_edge in ("share", "inside"):
        carried = carry_rows(AREA, table, weight="people", at_edge=at_edge)  # type: ignore[arg-type]
        assert carried.total_inside == pytest.approx(1)


def test_points_and_polygons_together_in_another_crs() -> None:
    """A mixed table in degrees gives the same as in metres, and its CRS and columns come back."""
    table = rows([3, 100], [Point(10, 10), box(100, 0, 300, 200)]).assign(reason="mine")
    carried = carry_rows(AREA, table.to_crs(4326), weight="people")
    assert carried.weight.tolist() == pytest.approx([53, 50], rel=1e-4)
    assert carried.rows is not None
    assert carried.rows.crs.to_epsg() == 4326
    assert carried.rows["reason_given"].tolist() == ["mine", "mine"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-300, 700), st.integers(-300, 500), st.integers(1, 400), st.floats(0, 1e6)), min_size=1
    ),
    st.sampled_from(["share", "inside"]),
)
def test_totals_agree_and_shares_are_areas(blocks: list[tuple[int, int, int, float]], at_edge: str) -> None:
    """For any squares: the weight inside is that of the land inside, computed block by block."""
    shapes = [box(x, y, x + side, y + side) for x, y, side, _ in blocks]
    table = rows([*(block[3] for block in blocks), 1.0], [*shapes, box(0, 0, 1, 1)])
    carried = carry_rows(AREA, table, weight="people", at_edge=at_edge)  # type: ignore[arg-type]
    overlap = np.array([shape.intersection(AREA.boundary).area / shape.area for shape in table.geometry])
    expected = overlap if at_edge == "share" else (overlap > 0)
    assert carried.total_inside == pytest.approx(float((table["people"] * expected).sum()), rel=1e-9, abs=1e-9)


def test_every_fault_at_once() -> None:
    """A line among the rows, a missing, a negative and an endless weight."""
    table = rows([np.nan, -1, np.inf], [Point(0, 0), shapely.LineString([(0, 0), (1, 1)]), Point(1, 1)])
    with pytest.raises(InputError) as caught:
        carry_rows(AREA, table, weight="people")
    assert len(caught.value.faults) == 3
    assert "2 values of people are empty, infinite" in str(caught.value)
    assert "1 values of people are negative" in str(caught.value)
    with pytest.raises(InputError, match=r"No column 'pop'\. The table has 'people'"):
        carry_rows(AREA, table, weight="pop")


def test_nothing_touches() -> None:
    """A table of another city."""
    with pytest.raises(InputError, match="None of its 1 rows touches"):
        carry_rows(AREA, rows([1], [Point(9000, 0)]), weight="people")


def test_file_with_ids(tmp_path: Path) -> None:
    """Ids become the index of the rows, in the file's order; twice the same is a fault."""
    path = tmp_path / "a.csv"
    path.write_text(f"id,x,y,people\nb,{X + 1},{Y + 1},5\na,{X + 300},{Y + 1},6\n")
    carried = carry_table(AREA, path=path, weight="people", id="id", crs="EPSG:4549")
    assert carried.rows is not None
    assert carried.rows.index.tolist() == ["b", "a"]
    assert carried.weight.tolist() == [5, 6]
    assert carried.source == "a.csv"
    path.write_text(f"id,x,y,people\nb,{X + 1},{Y + 1},5\nb,{X + 300},{Y + 1},6\n")
    with pytest.raises(InputError, match="occur more than once"):
        carry_table(AREA, path=path, weight="people", id="id", crs="EPSG:4549")


@pytest.mark.real
def test_cambridge_blocks(real: Callable[[str], Path]) -> None:
    """101,355 people of the census of 2000: all of them, and all but ten on the city's side of the boundary line."""
    area = StudyArea.from_file(real("cambridge_ma/BOUNDARY_CityBoundary.geojson"), cell_m=100)
    path = real("cambridge_ma/DEMOGRAPHICS_Blocks2000.geojson")
    inside = carry_table(area, path=path, weight="POP_LAB", id="GlobalID", at_edge="inside")
    assert inside.total_read == 101_355
    assert inside.total_inside == pytest.approx(101_355, rel=1e-9)
    share = carry_table(area, path=path, weight="POP_LAB")
    assert 0 < share.total_outside < 15
    assert share.rows is not None
    assert len(share.rows) == 886


@pytest.mark.real
def test_porto_alegre_hexagons(real: Callable[[str], Path]) -> None:
    """812,935 people in 1,227 rows of a CSV."""
    area = StudyArea.from_geometry(gpd.GeoSeries([box(-51.28, -30.28, -51.0, -29.92)], crs=4326), cell_m=500)
    carried = carry_table(area, path=real("porto_alegre/poa_hexgrid.csv"), weight="population", id="id")
    assert carried.total_inside == carried.total_read == 812_935
    assert carried.rows is not None
    assert len(carried.rows) == 1227


def test_weights_with_commas(tmp_path: Path) -> None:
    """Decimals or thousands: not guessed, and said with the first of them."""
    path = tmp_path / "a.csv"
    path.write_text("x;y;w\n500010;3400010;3,5\n500010;3400010;1.234,5\n")
    with pytest.raises(InputError, match="2 values of w are written with commas, such as '3,5'"):
        carry_table(AREA, path=path, weight="w", crs="EPSG:4549")


def test_a_multipoint_of_one_is_a_point(tmp_path: Path) -> None:
    """As QGIS likes to write them; of two points it is not known who lives at which."""
    one = rows([3], [shapely.MultiPoint([(10, 10)])])
    assert carry_rows(AREA, one, weight="people").weight.tolist() == [3, 0]
    with pytest.raises(InputError, match="but MultiPoint"):
        carry_rows(AREA, rows([3], [shapely.MultiPoint([(10, 10), (300, 10)])]), weight="people")


def test_weights_that_are_all_nothing() -> None:
    """Not a matter of where they lie."""
    with pytest.raises(InputError, match="All people in it are 0"):
        carry_rows(AREA, rows([0, 0], [Point(10, 10), Point(20, 10)]), weight="people")
