"""GCJ-02 and BD-09: the published value, the sizes known for real places, and the way back."""

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.shifted import SHIFTED, SHIFTING, is_shifted_there, shifted_name, wgs84_to_gcj02

GLOBE = pyproj.Geod(ellps="WGS84")


def metres(lon: float, lat: float, other: tuple[np.ndarray, np.ndarray]) -> float:
    return float(GLOBE.inv(lon, lat, other[0][0], other[1][0])[2])


def test_published_value() -> None:
    """The value that packages for GCJ-02 publish for (120, 40), to the last digits."""
    lon, lat = wgs84_to_gcj02(np.array([120.0]), np.array([40.0]))
    assert lon[0] == pytest.approx(120.00567568355486, abs=1e-12)
    assert lat[0] == pytest.approx(40.0013047896019, abs=1e-12)


@pytest.mark.parametrize(
    ("lon", "lat", "gcj_m", "bd_m"),
    [(121.25, 31.38, 475, 1126), (116.17, 23.30, 551, 1212), (116.397, 39.909, 556, 1379)],
)
def test_sizes_at_known_places(lon: float, lat: float, gcj_m: float, bd_m: float) -> None:
    """How far the shift is in Jiading, Jieyang and Beijing, as computed elsewhere."""
    here = np.array([lon]), np.array([lat])
    assert metres(lon, lat, SHIFTING["GCJ-02"](*here)) == pytest.approx(gcj_m, abs=1)
    assert metres(lon, lat, SHIFTING["BD-09"](*here)) == pytest.approx(bd_m, abs=1)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SHIFTED)), st.floats(73.5, 135.0), st.floats(18.0, 53.5))
def test_there_and_back(name: str, lon: float, lat: float) -> None:
    """All over China the way back ends less than a millimetre from the start (a metre was asked for)."""
    shown = SHIFTING[name](np.array([lon]), np.array([lat]))
    assert metres(lon, lat, SHIFTED[name](*shown)) < 0.001


@pytest.mark.parametrize("name", sorted(SHIFTED))
def test_outside_the_box_nothing_moves(name: str) -> None:
    """Helsinki, Porto Alegre and Cambridge are left alone, both ways."""
    lon, lat = np.array([24.94, -51.2, -71.1]), np.array([60.17, -30.05, 42.37])
    assert not is_shifted_there(lon, lat).any()
    for way in (SHIFTED[name], SHIFTING[name]):
        assert np.array_equal(way(lon, lat), (lon, lat))


@pytest.mark.parametrize("spelled", ["GCJ-02", "gcj02", "GCJ02", "Gcj_02"])
def test_spelling(spelled: str) -> None:
    """However people spell it; a code that PROJ knows is not one of these."""
    assert shifted_name(spelled) == "GCJ-02"
    assert shifted_name("EPSG:4490") is None
