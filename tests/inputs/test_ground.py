"""Water and rails from a map, and slopes from a raster whose slope is known."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from siting.errors import InputError
from siting.inputs.ground import read_ground, slope_percent
from siting.synthetic import demo_folder


def test_ground_of_the_built_in_district() -> None:
    """Its canals and moat are areas, its trunk line is a line, and nothing else is there."""
    ground = read_ground(demo_folder() / "roads.osm.pbf")
    assert set(ground.kind) == {"water", "railway"}
    assert set(ground.geom_type[ground.kind == "water"]) <= {"Polygon", "MultiPolygon"}
    assert set(ground.geom_type[ground.kind == "railway"]) == {"LineString"}


def test_ground_needs_a_kind(tmp_path: Path) -> None:
    """A file of one's own says what its shapes are."""
    gpd.GeoDataFrame({"art": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(tmp_path / "g.geojson")
    with pytest.raises(InputError, match="No column 'kind'"):
        read_ground(tmp_path / "g.geojson")


@pytest.mark.parametrize(("crs", "step"), [("EPSG:4549", 10.0), ("EPSG:4326", 10.0 / 111_195.0)])
def test_slope_of_a_plane(tmp_path: Path, crs: str, step: float) -> None:
    """A plane that rises 3 m in 100 m eastwards and 4 m northwards has a slope of 5 %; its rim is not known."""
    x0, y0 = (500_000.0, 3_400_000.0) if crs == "EPSG:4549" else (0.0, 0.0)
    row, col = np.mgrid[0:9, 0:9]
    heights = (0.3 * col - 0.4 * row).astype("float64")
    with rasterio.open(tmp_path / "h.tif", "w", driver="GTiff", width=9, height=9, count=1, dtype="float64", crs=crs,
                       transform=Affine(step, 0.0, x0, 0.0, -step, y0)) as raster:  # fmt: skip
        raster.write(heights, 1)
    inside, rim, outside = ((x0 + at * step, y0 - at * step) for at in (4.5, 0.5, 99.0))
    points = gpd.GeoSeries([shapely.Point(p) for p in (inside, rim, outside)], crs=crs)
    assert slope_percent(tmp_path / "h.tif", points) == pytest.approx([5.0, np.nan, np.nan], rel=1e-4, nan_ok=True)


def test_a_raster_without_middle_tells_nothing(tmp_path: Path) -> None:
    """Two by two pixels are rim and no more; a place that is nowhere in the raster's CRS is outside."""
    with rasterio.open(tmp_path / "h.tif", "w", driver="GTiff", width=2, height=2, count=1, dtype="float64",
                       crs="EPSG:3857", transform=Affine(10.0, 0.0, 0.0, 0.0, -10.0, 20.0)) as raster:  # fmt: skip
        raster.write(np.zeros((2, 2)), 1)
    points = gpd.GeoSeries([shapely.Point(5e-5, 5e-5), shapely.Point(0.0, -90.0)], crs="EPSG:4326")
    assert np.isnan(slope_percent(tmp_path / "h.tif", points)).all()
