"""Barriers between cells: who is cut off from whom, by hand and by networkx."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import split

from siting.cells import OPEN, PENALTY, WALL, barriers_table, cell_adjacency, crossings, cut_cells, neighbours
from siting.errors import InputError
from siting.study_area import StudyArea

CRS = pyproj.CRS(4549)
GROUND = shapely.box(0, 0, 800, 400)
CELLS = cut_cells(GROUND, CRS, 100)
PAIRS = cell_adjacency(GROUND, CELLS, 100)


def barriers(*rows: tuple[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"severity": [said for said, _ in rows]}, geometry=[shape for _, shape in rows], crs=CRS)


def sides(crossing: np.ndarray, below: int) -> list[set[int]]:
    """Columns of the cells that hang together over crossings of less than `below`."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(CELLS)))
    graph.add_edges_from(PAIRS[crossing < below])
    column = CELLS["col"].to_numpy()
    return sorted(({int(column[i]) for i in part} for part in nx.connected_components(graph)), key=min)


def test_a_wall_parts_the_land_where_it_runs() -> None:
    """A motorway at x = 330 clips the fourth column: most of it lies to the east, and so does the column."""
    crossing = crossings(CELLS, PAIRS, barriers(("wall", shapely.LineString([(330, -10), (330, 410)]))))
    assert sides(crossing, WALL) == [{0, 1, 2}, {3, 4, 5, 6, 7}]
    assert (crossing == WALL).sum() == 4


def test_two_carriageways_leave_nobody_between_them() -> None:
    """30 m apart, they hold the middle of the fourth column between them, yet each of its cells has a side."""
    two = [("wall", shapely.LineString([(x, -10), (x, 410)])) for x in (338, 368)]
    assert sides(crossings(CELLS, PAIRS, barriers(*two)), WALL) == [{0, 1, 2, 3}, {4, 5, 6, 7}]


def test_the_strictest_counts() -> None:
    """A wall within an expressway's corridor is a wall; an open barrier is none."""
    line = shapely.LineString([(330, -10), (330, 410)])
    both = crossings(CELLS, PAIRS, barriers(("penalty", line), ("wall", shapely.LineString([(330, -10), (330, 190)]))))
    assert {severity: int((both == severity).sum()) for severity in (PENALTY, WALL)} == {PENALTY: 2, WALL: 2}
    assert (crossings(CELLS, PAIRS, barriers(("open", line))) == OPEN).all()


def test_a_wide_river_is_an_area() -> None:
    """Cells wholly in the water are nobody's neighbours; the banks are parted."""
    crossing = crossings(CELLS, PAIRS, barriers(("wall", shapely.box(300, -10, 420, 410))))
    assert [part for part in sides(crossing, WALL) if len(part) > 1] == [{0, 1, 2}, {4, 5, 6, 7}]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(20, 780), min_size=3, max_size=6))
def test_no_chain_of_neighbours_passes_an_unbroken_line(xs: list[float]) -> None:
    """Whatever its bends, nobody walks from a cell west of it to one east of it."""
    line = shapely.LineString(np.column_stack([xs, np.linspace(-200, 600, len(xs))]))
    graph = nx.Graph()
    graph.add_nodes_from(range(len(CELLS)))
    graph.add_edges_from(PAIRS[crossings(CELLS, PAIRS, barriers(("wall", line))) < WALL])
    west, east = sorted(split(shapely.box(-100, -200, 900, 600), line).geoms, key=lambda part: part.bounds[0])
    shapes = CELLS.geometry.to_numpy()
    in_west, in_east = (set(np.flatnonzero(shapely.covers(part, shapes)).tolist()) for part in (west, east))
    assert not any(part & in_west and part & in_east for part in nx.connected_components(graph))


def test_neighbours_are_the_pairs_both_ways() -> None:
    """Each border from either side, with its length where the boundary clips it, as shapely measures it."""
    ground = shapely.Polygon([(0, 0), (500, 0), (500, 130), (250, 380)])
    cells = cut_cells(ground, CRS, 100)
    pairs = cell_adjacency(ground, cells, 100)
    graph = neighbours(cells, pairs, np.zeros(len(pairs), dtype=np.uint8))
    found = {
        (i, int(graph.cell[at])): graph.border_m[at] for i in range(len(cells)) for at in range(*graph.ptr[i : i + 2])
    }
    shapes = cells.geometry.to_numpy()
    assert set(found) == {(int(a), int(b)) for pair in pairs for a, b in (pair, pair[::-1])}
    assert all(length == pytest.approx(shapes[a].intersection(shapes[b]).length) for (a, b), length in found.items())


def test_severity_by_kind_column_or_default() -> None:
    """The file's own word first, then the scenario's, then the default; each is counted in a note."""
    line = shapely.LineString([(121.2, 31.4), (121.2, 31.5)])
    table = gpd.GeoDataFrame(
        {"kind": ["motorway", "expressway", "canal", "motorway"], "severity": ["", None, "wall", "open"]},
        geometry=[line] * 4,
        crs=4326,
    )
    kept, notes = barriers_table(table, CRS, {"expressway": "wall"})
    assert kept.severity.tolist() == ["wall", "wall", "wall", "open"]
    assert [(note.key, note.count, note.values["kinds"]) for note in notes] == [
        ("note_barriers_wall", 3, "canal 1, expressway 1, motorway 1")
    ]
    with pytest.raises(InputError) as caught:
        barriers_table(table.assign(kind="moat", severity=["", "high", "wall", "wall"]), CRS, {})
    assert len(caught.value.faults) == 2
    for told in ("without a severity (moat)", "high is no severity"):
        assert told in str(caught.value)


def test_a_study_area_carries_its_barriers() -> None:
    """Given with the boundary, they cut its graph; without them nothing stands between cells."""
    square = gpd.GeoDataFrame(geometry=[shapely.box(121.20, 31.40, 121.23, 31.42)], crs=4326)
    motorway = gpd.GeoDataFrame(
        {"kind": ["motorway"]}, geometry=[shapely.LineString([(121.215, 31.39), (121.215, 31.43)])], crs=4326
    )
    area = StudyArea.from_geometry(square, barriers=motorway)
    assert (area.crossing == WALL).sum() == len(area.cells["row"].unique())
    assert (area.neighbours.crossing == WALL).sum() == 2 * (area.crossing == WALL).sum()
    assert (StudyArea.from_geometry(square).crossing == OPEN).all()
