"""Small counts made smooth: by hand, against scipy's density and brute force, and never losing any."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gaussian_kde

from siting.inputs.demand.smooth import kernel_spread, shrunk_counts
from siting.study_area import StudyArea

X, Y = 500_000, 3_400_000


def cells_of(shape: shapely.Geometry, cell_m: float) -> gpd.GeoDataFrame:
    placed = gpd.GeoSeries([shapely.affinity.translate(shape, X, Y)], crs=4549)
    return StudyArea.from_geometry(placed, cell_m=cell_m, crs=4549).cells


WIDE = cells_of(shapely.box(0, 0, 4000, 4000), 100)
CUT = cells_of(shapely.Polygon([(30, 0), (1000, 0), (1000, 300), (700, 1000), (30, 600)]), 100)
"""Its edge cells are clipped, so that they differ in land."""


def test_far_from_the_edge_it_is_the_density_of_scipy() -> None:
    """Gaussian kernel density times the land of each cell, for four calls in a cross, which vary alike in x and y."""
    x, y = np.array([1550.0, 2550.0, 2050.0, 2050.0]), np.array([2050.0, 2050.0, 1550.0, 2550.0])
    counts = np.zeros(len(WIDE))
    for a, b in zip(x, y, strict=True):
        counts[((WIDE.x - X - a).abs() < 1) & ((WIDE.y - Y - b).abs() < 1)] += 1
    spread_m = np.sqrt(2 * 500.0**2 / 3)  # of the calls, in x as in y: scipy's bandwidth is a share of it
    density = gaussian_kde(np.stack([x, y]), bw_method=300.0 / spread_m)
    wanted = 4 * density(np.stack([WIDE.x - X, WIDE.y - Y])) * 100.0**2
    found = kernel_spread(counts, WIDE, 100, 300)
    assert found == pytest.approx(wanted, abs=2e-3 * wanted.max())
    assert found.sum() == pytest.approx(4)


@pytest.mark.parametrize("bandwidth_m", [40.0, 130.0, 700.0])
def test_clipped_land_by_brute_force(bandwidth_m: float) -> None:
    """Pair by pair: each cell's calls go out by land times kernel, over all that they could go to."""
    counts = np.random.default_rng(1).poisson(0.4, len(CUT)).astype(float)
    steps = np.arange(-200, 201)
    row, col, land = CUT.row.to_numpy(), CUT.col.to_numpy(), CUT.area_km2.to_numpy()
    reach = int(4 * bandwidth_m / 100 + 0.5)
    one = np.where(abs(steps) <= reach, np.exp(-0.5 * (steps * 100 / bandwidth_m) ** 2), 0.0)
    share = one[row[:, None] - row + 200] * one[col[:, None] - col + 200] * land[:, None]
    wanted = (share / share.sum(axis=0)) @ counts
    assert kernel_spread(counts, CUT, 100, bandwidth_m) == pytest.approx(wanted)


def test_an_evenly_struck_land_stays_even() -> None:
    """Also at the edge: as many calls for each km² as before."""
    land = CUT.area_km2.to_numpy()
    fine = kernel_spread(np.eye(len(CUT)).sum(axis=0) * land, CUT, 100, 150)
    assert fine.sum() == pytest.approx(land.sum())
    box = cells_of(shapely.box(0, 0, 1000, 1000), 100)
    middle = kernel_spread(np.ones(len(box)), box, 100, 50).reshape(10, 10)[3:7, 3:7]
    assert middle == pytest.approx(np.ones((4, 4)), rel=1e-6)


def test_empirical_bayes_by_hand() -> None:
    """
    Exposures 10, 20, 10 and counts 0, 4, 8: the mean rate is 0.3, the variance (10 × 0.09 + 20 × 0.01 + 10 × 0.25) / 40
    = 0.09, by chance 0.3 / 13.33 = 0.0225, so a = 0.0675; the weights are 0.0675 / 0.0975 and 0.0675 / 0.0825.
    """
    small, large = 0.0675 / 0.0975, 0.0675 / 0.0825
    rates = np.array([0.3 - small * 0.3, 0.3 - large * 0.1, 0.3 + small * 0.5])
    wanted = rates * [10, 20, 10]
    found = shrunk_counts(np.array([0.0, 4.0, 8.0]), np.array([10.0, 20.0, 10.0]))
    assert found == pytest.approx(wanted * 12 / wanted.sum())


def test_what_chance_explains_is_levelled() -> None:
    """Counts as even as chance allows become one rate; where nobody is exposed a count stays."""
    found = shrunk_counts(np.array([1.0, 2.0, 3.0, 5.0]), np.array([10.0, 10.0, 20.0, 0.0]))
    assert found == pytest.approx([1.5, 1.5, 3.0, 5.0])
    assert shrunk_counts(np.array([0.0, 2.0]), np.array([5.0, 0.0])).tolist() == [0, 2]


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0.1, 1e4)), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_shrinking_keeps_the_total_and_the_order_of_equal_exposures(rows: list[tuple[int, float]]) -> None:
    """None lost, none below 0; of two places alike in exposure the one with more calls keeps no fewer."""
    counts, exposure = np.array(rows, dtype=float).T
    found = shrunk_counts(counts, exposure)
    assert found.sum() == pytest.approx(counts.sum())
    assert (found >= 0).all()
    even = shrunk_counts(counts, np.ones(len(counts)))
    assert (np.diff(even[np.argsort(counts, kind="stable")]) >= -1e-9).all()
