"""The boundary by file, by name and by box."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting.errors import InputError
from siting.inputs.boundary import boundary_from_bbox, read_boundary
from siting.study_area import StudyArea
from tests.inputs.osm_text import town


def test_from_a_file_all_rows_or_those_with_the_name(tmp_path: Path) -> None:
    """A province's townships hold the one that is asked for, by any of its columns."""
    rows = gpd.GeoDataFrame(
        {"code": [1, 2], "name": ["东镇", "西镇"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs=4326,
    )
    rows.to_file(tmp_path / "a.gpkg")
    assert len(read_boundary(tmp_path / "a.gpkg")) == 2
    assert read_boundary(tmp_path / "a.gpkg", name="西镇")["code"].tolist() == [2]
    assert read_boundary(tmp_path / "a.gpkg", name="1")["name"].tolist() == ["东镇"]
    with pytest.raises(InputError, match=r"No row says '南镇'. Its 2 rows say 东镇, 西镇"):
        read_boundary(tmp_path / "a.gpkg", name="南镇")


def test_points_are_no_boundary(tmp_path: Path) -> None:
    """The kind of geometry is checked at this door already."""
    gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4326).to_file(tmp_path / "a.geojson")
    with pytest.raises(InputError, match="not Polygon or MultiPolygon"):
        read_boundary(tmp_path / "a.geojson")


def test_from_osm_by_name_or_id(tmp_path: Path) -> None:
    """In any language; several of one name are listed and told apart by id."""
    path = town(tmp_path)
    assert read_boundary(path, name="South Town").geometry.iloc[0].area == pytest.approx(0.01**2)
    assert read_boundary(path, name="relation/6").index.tolist() == ["relation/6"]
    with pytest.raises(InputError, match=r"2 boundaries fit: relation/4 南镇 \(admin_level 8\), relation/6 南镇"):
        read_boundary(path, name="南镇")
    with pytest.raises(InputError, match="3 boundaries fit"):
        read_boundary(path)
    with pytest.raises(InputError, match=r"'北镇'\. It holds relation/4 南镇"):
        read_boundary(path, name="北镇")


def test_outline_that_is_not_whole(tmp_path: Path) -> None:
    """A clipped extract holds only a part of it: refused, not closed by guessing."""
    with pytest.raises(InputError, match="relation/5 断镇 is not whole"):
        read_boundary(town(tmp_path), name="断镇")


def test_osm_without_boundaries(tmp_path: Path) -> None:
    """Says what else to give."""
    (tmp_path / "a.osm").write_text("<osm version='0.6'><node id='1' lat='1' lon='1'/></osm>")
    with pytest.raises(InputError, match="no administrative boundary"):
        read_boundary(tmp_path / "a.osm", name="x")


def test_box_follows_the_parallels() -> None:
    """Its area is that between parallels; four corners alone would be off by strips of 17 m."""
    area = StudyArea.from_geometry(boundary_from_bbox(121.0, 31.3, 121.4, 31.5), cell_m=1000)
    with_corners = gpd.GeoSeries([shapely.box(121.0, 31.3, 121.4, 31.5)], crs=4326).to_crs(area.crs).iloc[0]
    geod = area.source_crs.get_geod()
    assert geod is not None
    dense = shapely.segmentize(shapely.box(121.0, 31.3, 121.4, 31.5), 0.0005)
    true_km2 = abs(geod.geometry_area_perimeter(dense)[0]) / 1e6
    assert area.area_km2 == pytest.approx(true_km2, rel=4e-4)
    assert area.boundary.symmetric_difference(with_corners).area > 0.5e6


@pytest.mark.parametrize(
    ("sides", "messages"),
    [
        ((31.3, 121.2, 31.4, 121.3), ["beyond 90"]),
        ((121.3, 31.3, 121.2, 31.4), ["not less than east"]),
        ((121.3, 31.4, 121.2, 31.3), ["not less than east", "not less than north"]),
        ((350e3, 3470e3, 360e3, 3480e3), ["not degrees"]),
    ],
)
def test_box_faults(sides: tuple[float, float, float, float], messages: list[str]) -> None:
    """Order and range, all at once."""
    with pytest.raises(InputError) as caught:
        boundary_from_bbox(*sides)
    assert len(caught.value.faults) == len(messages)
    for message in messages:
        assert message in str(caught.value)


@pytest.mark.real
def test_vaduz(real: Callable[[str], Path]) -> None:
    """17.3 km², as the municipality says of itself (the tag bfs:GEMFLAECHE holds 1728 ha)."""
    rows = read_boundary(real("liechtenstein/liechtenstein-2015.osm.pbf"), name="Vaduz")
    assert StudyArea.from_geometry(rows).area_km2 == pytest.approx(17.28, abs=0.02)
