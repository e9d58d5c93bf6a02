"""Rasters to cells: units, edges, holes in the data, and nobody lost."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from affine import Affine
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from siting.errors import InputError
from siting.inputs.demand.pixels import Pixels, pixel_area_m2
from siting.inputs.demand.raster import carry_raster
from siting.study_area import StudyArea
from tests.inputs.rasters import pixels_from, write_raster

X, Y = 500_000, 3_400_000
METRES = {"crs": "EPSG:4549", "transform": pixels_from(X, Y + 200, 100, 100)}
"""Pixels of 100 m that lie on the grid of AREA."""

AREA = StudyArea.from_geometry(
    gpd.GeoSeries([shapely.box(X, Y, X + 400, Y + 200)], crs=4549), cell_m=200, buffer_m=1000, crs=4549
)
"""Two cells side by side."""


def test_pixels_on_the_grid_by_hand(tmp_path: Path) -> None:
    """Eight pixels of which four make up each cell."""
    path = write_raster(tmp_path / "a.tif", np.array([[1.0, 2, 10, 20], [4, 8, 40, 80]]), **METRES)
    carried = carry_raster(AREA, path=path, unit="people_per_cell")
    assert carried.weight.tolist() == [15, 150]
    assert (carried.total_read, carried.total_outside, carried.unit) == (165, 0, "people")


def test_a_large_pixel_is_shared_by_area(tmp_path: Path) -> None:
    """400 m wide, half of it beyond the boundary: a quarter to each cell by share, a half to each by inside."""
    big = {"crs": "EPSG:4549", "transform": pixels_from(X, Y + 400, 400, 400)}
    path = write_raster(tmp_path / "a.tif", np.array([[100.0]]), **big)
    share = carry_raster(AREA, path=path, unit="people_per_cell")
    assert share.weight.tolist() == pytest.approx([25, 25])
    assert share.total_outside == pytest.approx(50)
    inside = carry_raster(AREA, path=path, unit="people_per_cell", at_edge="inside")
    assert inside.weight.tolist() == pytest.approx([50, 50])
    assert inside.total_outside == pytest.approx(0)


def test_a_pixel_that_reaches_in_by_a_metre(tmp_path: Path) -> None:
    """Less than one of its parts: by share it is outside, by inside its people live on that metre."""
    shifted = {"crs": "EPSG:4549", "transform": pixels_from(X + 399, Y + 200, 100, 100)}
    path = write_raster(tmp_path / "a.tif", np.array([[7.0]]), **shifted)
    assert carry_raster(AREA, path=path, unit="people_per_cell", at_edge="inside").weight.tolist() == [0, 7]
    with pytest.raises(InputError, match="none is inside"):
        carry_raster(AREA, path=path, unit="people_per_cell")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["share", "inside"]), st.floats(30, 700), st.integers(-500, 300))
def test_nobody_is_lost_wherever_the_pixels_lie(
    tmp_path_factory: pytest.TempPathFactory, seed: int, at_edge: str, side: float, shift: int
) -> None:
    """Any pixel size and offset: totals agree, and the share inside is the overlap to within the size of a part."""
    values = np.random.default_rng(seed).uniform(1, 9, (6, 6))
    where = {"crs": "EPSG:4549", "transform": pixels_from(X + shift, Y + 200 - shift, side, side)}
    path = write_raster(tmp_path_factory.mktemp("raster") / "a.tif", values, **where)
    boxes = np.array(
        [
            [
                shapely.box(
                    X + shift + i * side,
                    Y + 200 - shift - (j + 1) * side,
                    X + shift + (i + 1) * side,
                    Y + 200 - shift - j * side,
                )
                for i in range(6)
            ]
            for j in range(6)
        ]
    )
    inside = shapely.intersection(boxes, AREA.boundary)
    overlap = shapely.area(inside) / side**2
    left, bottom, right, top = shapely.bounds(inside).transpose(2, 0, 1)
    assume(
        np.fmin(right - left, top - bottom).max(initial=0, where=overlap > 0) > min(side, 50)
    )  # a part's middle is in it
    carried = carry_raster(AREA, path=path, unit="people_per_cell", at_edge=at_edge)  # type: ignore[arg-type]
    if at_edge == "inside":
        assert carried.total_inside == pytest.approx(values[overlap > 1e-9].sum(), rel=1e-9)
    else:
        perimeter_m = 2 * (400 + 200)
        slack = values.max() / side**2 * perimeter_m * 50 / 2
        assert carried.total_inside == pytest.approx((values * overlap).sum(), abs=slack)


def test_units_of_density(tmp_path: Path) -> None:
    """A density per km² and per m² give the same people as the count, on pixels of 0.01 km²."""
    count = np.array([[1.0, 2, 10, 20], [4, 8, 40, 80]])
    for unit, factor in (("people_per_km2", 100.0), ("people_per_m2", 1e-4)):
        path = write_raster(tmp_path / f"{unit}.tif", count * factor, **METRES)
        carried = carry_raster(AREA, path=path, unit=unit)
        assert carried.weight.tolist() == pytest.approx([15, 150], rel=1e-3), unit


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        (4326, Affine(0.01, 0, 121.0, 0, -0.02, 31.0)),
        (4490, Affine(0.5, 0, 20.0, 0, -0.5, 70.0)),
        (3857, Affine(1000, 0, 13_500_000, 0, -1000, 3_600_000)),
        (32651, Affine(100, 30, 300_000, 20, -100, 3_400_000)),
        (2263, Affine(300, 0, 980_000, 0, -300, 200_000)),
        ("+proj=sinu +R=6371007.181 +units=m", Affine(500, 0, 11_000_000, 0, -500, 3_400_000)),
    ],
)
def test_pixel_areas_are_true(crs: int | str, transform: Affine) -> None:
    """Against geodesic polygons of a thousand corners, in degrees, metres, feet, distorted, rotated, on a sphere."""
    pixels = Pixels(np.ones(2), np.array([0, 3]), np.array([0, 5]), transform, pyproj.CRS(crs))
    for i, area_m2 in enumerate(pixel_area_m2(pixels)):
        col, row = pixels.col[i], pixels.row[i]
        corners = [transform @ (col + a, row + b) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
        ring = shapely.segmentize(shapely.Polygon(corners), abs(transform.a) / 250)
        outline = gpd.GeoSeries([ring], crs=crs).to_crs(pixels.crs.geodetic_crs).iloc[0]
        geod = pixels.crs.get_geod()
        assert geod is not None
        assert area_m2 == pytest.approx(abs(geod.geometry_area_perimeter(outline)[0]), rel=2e-4)


def test_nodata_is_nobody(tmp_path: Path) -> None:
    """Declared in the file or by the caller; NaN too when it is what is declared."""
    for nodata in (-99999.0, float("nan")):
        values = np.array([[1.0, nodata, 10, 20], [4, 8, nodata, 80]])
        path = write_raster(tmp_path / "a.tif", values, nodata=nodata, **METRES)
        assert carry_raster(AREA, path=path, unit="people_per_cell").weight.tolist() == [13, 110]
    path = write_raster(tmp_path / "b.tif", np.array([[1.0, -99999.0, 10, 20]]), **METRES)
    assert carry_raster(AREA, path=path, unit="people_per_cell", nodata=-99999).total_read == 31


def test_values_that_cannot_be(tmp_path: Path) -> None:
    """Negative and missing values that nothing declares are two faults; the unit is a third when it is unknown."""
    path = write_raster(tmp_path / "a.tif", np.array([[1.0, -1, np.nan, 20]]), **METRES)
    with pytest.raises(InputError) as caught:
        carry_raster(AREA, path=path, unit="people_per_cell")
    assert len(caught.value.faults) == 2
    assert "1 of 4 pixels are negative (the first: -1)" in str(caught.value)
    with pytest.raises(InputError, match="'people' is not one of people_per_cell, people_per_km2, people_per_m2"):
        carry_raster(AREA, path=path, unit="people")


def test_faults_of_the_file(tmp_path: Path) -> None:
    """No CRS, no such band, another part of the world, and a file that is no raster."""
    values = np.ones((2, 4))
    path = write_raster(tmp_path / "a.tif", values, crs=None, transform=METRES["transform"])
    with pytest.raises(InputError) as caught:
        carry_raster(AREA, path=path, unit="people_per_cell", band=2)
    assert len(caught.value.faults) == 2
    assert carry_raster(AREA, path=path, unit="people_per_cell", crs="EPSG:4549").total_inside == 8
    far = write_raster(tmp_path / "far.tif", values, crs="EPSG:4326", transform=pixels_from(2.3, 48.9, 0.01, 0.01))
    with pytest.raises(
        InputError, match=r"does not overlap.* raster: 2.3000 to 2.3400, 48.8800 to 48.9000; of the area.*: 119.98"
    ):
        carry_raster(AREA, path=far, unit="people_per_cell")
    (tmp_path / "no.tif").write_bytes(b"not a raster")
    with pytest.raises(InputError, match="cannot be read as a raster"):
        carry_raster(AREA, path=tmp_path / "no.tif", unit="people_per_cell")


def test_only_the_surroundings_are_read(tmp_path: Path) -> None:
    """Of a national raster: the people within the buffer's box are the total, not those of the nation."""
    wide = {"crs": "EPSG:4549", "transform": pixels_from(X - 50_000, Y + 50_000, 1000, 1000)}
    carried = carry_raster(
        AREA, path=write_raster(tmp_path / "a.tif", np.ones((100, 100)), **wide), unit="people_per_cell"
    )
    assert 4 <= carried.total_read <= 16
    assert carried.total_inside == pytest.approx(0.08)


def test_crowding_is_noted(tmp_path: Path) -> None:
    """A density that no city has: the unit is doubted aloud."""
    path = write_raster(tmp_path / "a.tif", np.full((2, 4), 2_000.0), **METRES)
    assert "200,000 people per km²" in carry_raster(AREA, path=path, unit="people_per_cell").notes[0].message("en")
    assert carry_raster(AREA, path=path, unit="people_per_km2").notes == ()


def test_an_undeclared_mark_for_no_data_is_refused(tmp_path: Path) -> None:
    """The largest float is nobody's number of people; declared, it is left out."""
    most = float(np.finfo("float32").max)
    path = write_raster(tmp_path / "a.tif", np.array([[5.0, most]]), **METRES)
    with pytest.raises(
        InputError, match=r"1 of 2 pixels are more than all people on Earth \(the first: 3.40282e\+38\)"
    ):
        carry_raster(AREA, path=path, unit="people_per_cell")
    assert carry_raster(AREA, path=path, unit="people_per_cell", nodata=most).total_inside == 5


def test_counts_read_as_a_density_are_noted(tmp_path: Path) -> None:
    """40 people in a pixel of 100 m are a town; 40 per km² are not. At 120, or in large pixels, nothing is said."""
    path = write_raster(tmp_path / "a.tif", np.full((2, 4), 40.0), **METRES)
    notes = carry_raster(AREA, path=path, unit="people_per_km2").notes
    assert len(notes) == 1
    assert notes[0].message("en") == (
        "Where anybody lives there are only 40 people per km² on average, 3 in all; as people_per_cell it would be "
        "320. Is the unit really people_per_km2?"
    )
    assert carry_raster(AREA, path=path, unit="people_per_cell").notes == ()
    dense = write_raster(tmp_path / "dense.tif", np.full((2, 4), 120.0), **METRES)
    assert carry_raster(AREA, path=dense, unit="people_per_km2").notes == ()
    large = {"crs": "EPSG:4549", "transform": pixels_from(X, Y + 1000, 1000, 1000)}
    wide = write_raster(tmp_path / "wide.tif", np.array([[40.0]]), **large)
    assert carry_raster(AREA, path=wide, unit="people_per_km2").notes == ()


@pytest.mark.real
def test_cambridge_raster(real: Callable[[str], Path]) -> None:
    """All 101,355 people, whichever way the pixels on the boundary are taken."""
    area = StudyArea.from_file(real("cambridge_ma/BOUNDARY_CityBoundary.geojson"), cell_m=100)
    path = real("cambridge_ma/cambridge_pop_2000_3arcsec_derived.tif")
    inside = carry_raster(area, path=path, unit="people_per_cell", at_edge="inside")
    assert inside.total_read == pytest.approx(101_355, abs=0.01)
    assert inside.total_inside == pytest.approx(101_355, abs=0.01)
    share = carry_raster(area, path=path, unit="people_per_cell")
    assert share.total_inside == pytest.approx(101_355, rel=0.015)
    wrong = carry_raster(area, path=path, unit="people_per_km2")
    assert [note.key for note in wrong.notes] == ["note_too_sparse"]


@pytest.mark.real
@pytest.mark.slow
def test_auckland_count_and_density_agree(real: Callable[[str], Path]) -> None:
    """Two files of one census in two units: 1,280,056 people in both; the wrong unit is off by 647 and noted."""
    area = StudyArea.from_file(real("auckland/auckland_urban_border.zip"))
    density = real("auckland/auckland-urban-pop-densit-40m.tif")
    count = carry_raster(area, path=real("auckland/auckland_urban_pop_count_40m.tif"), unit="people_per_cell")
    true = carry_raster(area, path=density, unit="people_per_km2")
    assert true.total_read == pytest.approx(1_280_056, abs=1)
    assert true.total_read == pytest.approx(count.total_read, rel=1e-6)
    assert np.abs(true.weight - count.weight).max() < 0.01
    wrong = carry_raster(area, path=density, unit="people_per_cell")
    assert wrong.total_read / true.total_read == pytest.approx(647, abs=1)
    assert len(wrong.notes) == 1
