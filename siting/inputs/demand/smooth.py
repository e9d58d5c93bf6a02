"""Small counts made smooth, none lost: spread by a kernel, or drawn towards the mean as far as chance explains them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from scipy.ndimage import gaussian_filter

from siting.arrays import Floats


def kernel_spread(counts: Floats, cells: gpd.GeoDataFrame, cell_m: float, bandwidth_m: float) -> Floats:
    """
    Counts spread over the cells around by a Gaussian kernel of this standard deviation.

    What happened in a cell goes to each cell around in proportion to its land and to the kernel between the middles
    of their squares, cut off at four standard deviations. What would fall outside the boundary falls inside instead,
    so that the total stays and the edge of the study area does not look safe.

    Parameters
    ----------
    counts
        Shape (C,), on `cells`: area_km2, row, col (`StudyArea.cells`).
    cell_m, bandwidth_m
        Side of a cell; standard deviation of the kernel.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, 4.2; Diggle (1985), A kernel method for
    smoothing point process data, for the division by the mass inside.

    Examples
    --------
    >>> import shapely
    >>> from siting.study_area import StudyArea
    >>> strip = gpd.GeoSeries([shapely.box(500000, 0, 500600, 200)], crs=4549)
    >>> cells = StudyArea.from_geometry(strip, cell_m=200, crs=4549).cells
    >>> kernel_spread(np.array([8.0, 0.0, 0.0]), cells, 200, bandwidth_m=200).round(2).tolist()
    [4.59, 2.79, 0.62]
    """
    row, col = (cells[name].to_numpy() - int(cells[name].min()) for name in ("row", "col"))
    shape = (int(row.max()) + 1, int(col.max()) + 1)

    def spread(values: Floats) -> Floats:
        grid = np.zeros(shape)
        grid[row, col] = values
        return np.asarray(gaussian_filter(grid, bandwidth_m / cell_m, mode="constant", truncate=4.0)[row, col])

    land = cells.area_km2.to_numpy()
    return land * spread(counts / spread(land))


def shrunk_counts(counts: Floats, exposure: Floats) -> Floats:
    """
    Counts whose rates are drawn towards the mean rate, the more the smaller the exposure behind them.

    The empirical-Bayes estimate by moments: with the rates r = counts / exposure, their mean m and their variance s²,
    both weighted by exposure, a = s² - m / (mean exposure) is what varies beyond chance (0 at least), and each rate
    becomes m + a / (a + m / exposure) (r - m). The estimates are scaled to the total of the counts. Where there is no
    exposure there is no rate: such a count stays as it is.

    Parameters
    ----------
    counts, exposure
        Shape (C,), 0 or more: how often something happened, and to how many people (or on how much land) it could.

    References
    ----------
    Clayton and Kaldor (1987), Empirical Bayes estimates of age-standardized relative risks for use in disease mapping;
    Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, whose moments these are.

    Examples
    --------
    >>> shrunk_counts(np.array([0.0, 20.0]), np.array([10.0, 10.0])).round(9).tolist()
    [1.0, 19.0]
    >>> shrunk_counts(np.array([0.0, 2.0, 3.0]), np.array([10.0, 10.0, 0.0])).round(9).tolist()
    [1.0, 1.0, 3.0]
    """
    there = exposure > 0
    happened, exposed = counts[there], exposure[there]
    if not happened.sum() > 0:
        return counts
    rate, mean = happened / exposed, happened.sum() / exposed.sum()
    spread = (exposed * (rate - mean) ** 2).sum() / exposed.sum()
    beyond_chance = max(0.0, spread - mean / exposed.mean())
    estimate = exposed * (mean + beyond_chance / (beyond_chance + mean / exposed) * (rate - mean))
    shrunk = counts.astype(np.float64)
    shrunk[there] = estimate * (happened.sum() / estimate.sum())
    return shrunk
