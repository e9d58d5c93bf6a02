"""Robust least squares for slowness and start, with confidence limits that bear outliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, stats

from siting.arrays import Floats
from siting.speeds import trip_s

_CONVEX, _BIWEIGHT = 1.5, 4.685
"""
From how many standard deviations on a run counts less; by the biweight it counts nothing beyond.

4.685: 95 % efficient where there are no outliers (Beaton and Tukey 1974).
"""
_FIRST_SPREAD = 0.1
_LEAST_SPREAD = 0.005
_LEAST_S = 1e-3
_MOST_LOG = float(np.log(20.0))
"""No factor is below a twentieth or above twenty: runs without sense must not run out of whole milliseconds."""


@dataclass(frozen=True)
class Fit:
    """
    Estimates with half the width of their 95 % confidence intervals.

    Attributes
    ----------
    log_slowness, log_slowness_half
        Shape (G,). Times on the network are multiplied by exp of the first.
    start_s, start_half
        Seconds.
    """

    log_slowness: Floats
    log_slowness_half: Floats
    start_s: float
    start_half: float


def model_s(drive_s: Floats, fixed_s: Floats, log_slowness: Floats, start_s: float) -> Floats:
    """Seconds of each run: shapes (R, G), (R,) and (G,)."""
    return trip_s(drive_s @ np.exp(log_slowness) + fixed_s, start_s)


def fit(drive_s: Floats, fixed_s: Floats, observed_s: Floats, start_s: float, *, fit_start: bool) -> Fit:
    """
    Bring ln(model / observed) to 0, in two steps that both bear outliers.

    Soft L1 is convex, so it finds the ordinary runs from anywhere, but as late runs are more common than early ones it
    ends too slow: by 5 % with ten in a hundred. From there Tukey's biweight, which forgets them altogether, goes on.
    The scale of both is the spread of the ordinary runs.

    Parameters
    ----------
    start_s
        Where to begin, and the value that stays where `fit_start` is false.

    References
    ----------
    Yohai (1987), High breakdown-point and high efficiency robust estimates for regression; Huber (1967), The behavior
    of maximum likelihood estimates under nonstandard conditions: the sandwich estimator.
    """
    n_groups = drive_s.shape[1]
    known = [] if fit_start else [start_s]

    def error(figures: Floats) -> Floats:
        slowness, start = np.split(np.r_[figures, known], [n_groups])
        return np.log(model_s(drive_s, fixed_s, slowness, start[0]) / observed_s)

    def slope(figures: Floats) -> Floats:
        slowness, start = np.split(np.r_[figures, known], [n_groups])
        return _slope(drive_s, fixed_s, slowness, start[0])[:, : len(figures)]

    lower = np.r_[np.full(n_groups, -_MOST_LOG), [0.0] * fit_start]
    upper = np.r_[np.full(n_groups, _MOST_LOG), [np.inf] * fit_start]
    figures = np.r_[np.zeros(n_groups), [max(start_s, 1.0)] * fit_start]

    def least(loss: Any, scale: float) -> Floats:  # a name or a function: scipy's protocol for it has no public name
        bounds = (lower, upper)
        return optimize.least_squares(error, figures, slope, bounds, loss=loss, f_scale=scale, x_scale="jac").x

    spread = _FIRST_SPREAD
    for _ in range(2):
        figures = least("soft_l1", _CONVEX * spread)
        spread = max(mad(error(figures)), _LEAST_SPREAD)
    figures = least(_biweight, _BIWEIGHT * spread)
    half = _half_widths(error(figures), slope(figures), _BIWEIGHT * spread)
    return Fit(
        log_slowness=figures[:n_groups],
        log_slowness_half=half[:n_groups],
        start_s=float(figures[n_groups]) if fit_start else start_s,
        start_half=float(half[n_groups]) if fit_start else 0.0,
    )


def mad(error: Floats) -> float:
    """The standard deviation of a normal law with the same median absolute deviation."""
    return float(stats.median_abs_deviation(error, scale="normal"))


def _slope(drive_s: Floats, fixed_s: Floats, log_slowness: Floats, start_s: float) -> Floats:
    """How ln(model) changes with each figure, (R, G + 1)."""
    by_group = drive_s * np.exp(log_slowness)
    cruise, start = by_group.sum(axis=1) + fixed_s, max(start_s, _LEAST_S)
    is_short = cruise < start
    to_cruise = np.where(is_short, np.sqrt(start / np.maximum(cruise, _LEAST_S)), 1.0)
    to_start = np.where(is_short, np.sqrt(cruise / start), 1.0)
    return np.column_stack([by_group * to_cruise[:, None], to_start]) / trip_s(cruise, start)[:, None]


def _biweight(z: Floats) -> Floats:
    """Tukey's loss of a squared error in units of the scale, with its first two derivatives, as scipy asks for it."""
    rest = np.maximum(1.0 - z, 0.0)
    return np.array([(1.0 - rest**3) / 3.0, rest**2, -2.0 * rest])


def _half_widths(error: Floats, slope: Floats, scale: float) -> Floats:
    """Half the 95 % intervals by the sandwich of the biweight, whose pull is e (1 - z)² with z = (e / scale)² < 1."""
    z = np.square(error / scale)
    rest = np.maximum(1.0 - z, 0.0)
    bread = np.linalg.pinv((slope * (rest * (1.0 - 5.0 * z))[:, None]).T @ slope)
    pull = slope * (error * rest**2)[:, None]
    n_runs, n_figures = slope.shape
    spread = bread @ (pull.T @ pull) @ bread * n_runs / (n_runs - n_figures)
    return np.sqrt(np.diag(spread)) * stats.t.ppf(0.975, n_runs - n_figures)
