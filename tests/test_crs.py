"""Which metric CRS fits a place, and which coordinates are refused."""

import re

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from siting.crs import as_crs, check_coordinates, check_metric, lonlat_bounds, metric_crs, zone_guess
from siting.errors import InputError
from siting.tables import Faults


def point(lon: float, lat: float, crs: int = 4326) -> gpd.GeoSeries:
    return gpd.GeoSeries([Point(lon, lat)], crs=crs)


@pytest.mark.parametrize(
    ("place", "lon", "lat", "epsg"),
    [
        ("Shanghai Jiading", 121.25, 31.38, 4549),
        ("Guixi", 117.22, 28.30, 4548),
        ("Jieyang", 116.17, 23.30, 4548),
        ("Kashgar", 75.99, 39.47, 4534),
        ("Fuyuan", 134.30, 48.36, 4554),
        ("Urumqi", 87.60, 43.80, 4538),
        ("Helsinki", 24.94, 60.17, 32635),
        ("Porto Alegre", -51.2, -30.05, 32722),
        ("Seoul", 126.98, 37.55, 32652),
        ("Hanoi", 105.83, 21.02, 32648),
        ("Ulaanbaatar", 106.9, 47.9, 32648),
        ("Kathmandu", 85.3, 27.7, 32645),
    ],
)
def test_zone_of_known_places(place: str, lon: float, lat: float, epsg: int) -> None:
    """Gauss-Krüger by central meridian inside China, UTM beyond it."""
    assert metric_crs(point(lon, lat)).to_epsg() == epsg, place


@settings(max_examples=15, deadline=None)
@given(st.floats(74, 134.7), st.floats(19, 53))
def test_areas_are_true_wherever_the_place(lon: float, lat: float) -> None:
    """Whatever zone is chosen, its scale is true to 0.2 % for areas: the promise behind every km² printed."""
    crs = metric_crs(point(lon, lat))
    assert abs(pyproj.Proj(crs).get_factors(lon, lat).areal_scale - 1) < 0.002


def test_no_zone_at_the_pole() -> None:
    """Swapped Chinese coordinates that still look like degrees end in the Arctic and are refused."""
    with pytest.raises(InputError, match="swapped"):
        metric_crs(point(29.9, 87.6))


def test_explicit_crs_in_degrees_and_web_mercator_are_refused() -> None:
    """Both would make every area wrong, one of them by 36 % at 31 degrees north."""
    for epsg, message in ((4326, "is not in metres"), (2263, "is not in metres"), (3857, "1.37 times the true ones")):
        faults = Faults("x")
        check_metric(faults, pyproj.CRS(epsg), point(121.25, 31.38))
        assert len(faults.found) == 1, epsg
        assert message in faults.found[0]


def test_explicit_local_crs_is_taken() -> None:
    """A national grid within 1 % of the truth is as good as ours."""
    faults = Faults("x")
    check_metric(faults, pyproj.CRS(4528), point(121.25, 31.38))
    assert not faults.found


@pytest.mark.parametrize(
    ("shape", "crs", "message"),
    [
        (Point(31.4, 121.2), 4326, "seem to be swapped"),
        (Point(350_000, 3_470_000), 4326, "cannot be degrees"),
        (Point(180.001, -16.8), 4326, "Longitudes go beyond 180 degrees"),
        (Point(121.2, 31.4), 4549, "look like degrees"),
        (Point(np.inf, 31.4), 4326, "infinite"),
        (Point(3_470_000, 620_000), 4549, "Easting and northing seem to be swapped"),
        (Point(46_500_000, 3_470_000), 4549, "lie nowhere on Earth"),
    ],
)
def test_absurd_coordinates(shape: Point, crs: int, message: str) -> None:
    """Each mistake in a CRS is told apart by what its numbers look like."""
    faults = Faults("x")
    check_coordinates(faults, gpd.GeoSeries([shape], crs=crs))
    assert len(faults.found) == 1
    assert message in faults.found[0]


def test_right_coordinates_pass() -> None:
    """The check is not simply always saying no."""
    faults = Faults("x")
    check_coordinates(faults, point(121.2, 31.4))
    check_coordinates(faults, gpd.GeoSeries([Point(350_000, 3_470_000)], crs=4549))
    check_coordinates(faults, gpd.GeoSeries([Point(-90_000, 3_470_000)], crs=4549))  # just outside the zone
    assert not faults.found


def test_unknown_crs() -> None:
    """A mistyped code is an input fault, not a traceback of PROJ."""
    with pytest.raises(InputError, match="EPSG:454999"):
        as_crs("EPSG:454999")


def test_bounds_follow_the_edges() -> None:
    """The north edge of a box in metres bulges: its corners alone would give too low a latitude."""
    square = gpd.GeoSeries([box(300_000, 3_400_000, 700_000, 3_500_000)], crs=4549)
    north_of_corners = square.to_crs(4326).total_bounds[3]
    assert lonlat_bounds(square)[3] > north_of_corners + 0.001


@pytest.mark.parametrize(
    ("x", "y", "crs", "said"),
    [
        (40_512_345, 3_470_000, 4549, "number of zone 40 .* they bear none. They fit EPSG:4528"),
        (512_345, 3_470_000, 4528, "bear no zone number .* that of zone 40. They fit EPSG:4549"),
        (39_512_345, 3_470_000, 4528, "number of zone 39 .* that of zone 40. They fit EPSG:4527"),
        (20_512_345, 3_470_000, 4509, "number of zone 20 .* they bear none. They fit EPSG:4498"),
        (512_345, 3_470_000, 4491, "bear no zone number .* that of zone 13. They fit EPSG:4502"),
        (40_512_345, 3_470_000, 32651, "number of zone 40 .* They fit EPSG:4528"),
        (3_470_000, 40_512_345, 4549, "northing stands first .* EPSG:4528"),
        (3_470_000, 40_512_345, 4528, "swapped .* northing X"),
        (3_470_000, 512_345, 4549, "swapped .* northing X"),
    ],
)
def test_zone_numbers_and_axis_order(x: float, y: float, crs: int, said: str) -> None:
    """One sentence that names the code that fits, for each way of getting a Chinese survey file wrong."""
    faults = Faults("x")
    check_coordinates(faults, gpd.GeoSeries([Point(x, y), Point(x + 9, y + 9)], crs=crs))
    (fault,) = faults.found
    assert re.search(said, fault), fault


@pytest.mark.parametrize("zone", [*range(13, 24), *range(25, 46)])
def test_every_zone_has_both_codes(zone: int) -> None:
    """With the number and without it, each named code has that zone's meridian in EPSG's own register."""
    meridian = 3 * zone if zone >= 25 else 6 * zone - 3
    for x, crs in ((zone * 1e6 + 5e5, 4549), (5e5, zone_crs(zone))):
        faults = Faults("x")
        check_coordinates(faults, gpd.GeoSeries([Point(x, 3.4e6)], crs=crs))
        named = pyproj.CRS(int(faults.found[0].split("EPSG:")[1].split(" ")[0]))
        values = {param.name: param.value for param in named.coordinate_operation.params}
        assert (values["False easting"], values["Longitude of natural origin"]) == (x, meridian)
        assert "CGCS2000" in named.name


@pytest.mark.parametrize("zone", [12, 24, 46])
def test_a_number_of_no_zone_in_china_names_no_code(zone: int) -> None:
    """24 lies between the wide zones and the narrow ones."""
    assert zone_guess(gpd.GeoSeries([Point(zone * 1e6 + 5e5, 3.4e6)])) == ""


def zone_crs(zone: int) -> int:
    return 4513 + zone - 25 if zone >= 25 else 4491 + zone - 13


def test_a_shift_is_no_crs() -> None:
    """Where only a CRS will do, GCJ-02 is refused with the way out."""
    with pytest.raises(InputError, match=r"GCJ-02 is a shift, not a CRS.*Convert"):
        as_crs("GCJ-02")
