"""From runs to a fitted profile: routes, fit, routes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from siting.arrays import Floats, Mask
from siting.calibration.exposure import Exposure, is_of_all, sheet
from siting.calibration.fit import Fit, fit, mad, model_s
from siting.calibration.plausible import check_worth, is_driven, left_out_notes, trust_notes
from siting.errors import InputError
from siting.network import EdgePositions, RoadNetwork
from siting.routes import routes
from siting.speeds import SpeedProfile
from siting.tables import Faults, Note, noted, some

_MOST_ROUNDS = 20
_SAME, _SAME_SHARE = 1e-3, 0.1
"""
When routes are not chosen again: no speed changes by the first as a share and the start by it in seconds, or nothing
changes by the second of half its confidence interval (runs with two equally quick roads may take turns for ever).
"""
_FEW = 10
"""Runs that a group of classes needs to have a factor of its own, and runs for each figure that is fitted."""
_ODD = 3.0


@dataclass(frozen=True)
class Calibration:
    """
    A fitted profile, and how far it can be trusted.

    Attributes
    ----------
    profile
        The one that went in, with its factors and `start_stop_s` changed.
    figures
        Indexed by the groups of classes and ``start_stop_s``: value (a factor on the speeds that went in, or seconds),
        low and high (95 % confidence; equal to the value where it was not fitted), runs (that drove there) and km.
    model_s
        Shape (R,). What the fitted profile says of each run; nan where the run was left out.
    error_median, error_mad
        Of ln(observed / model), about a share: 0.10 is 10 %. The second is the spread of the ordinary runs, 1.4826
        times the median absolute deviation.
    is_odd
        Shape (R,). Runs farther than three such spreads from the median: kept, with little weight.
    rounds
        How often routes were chosen.
    notes
        Runs left out, groups that could not be fitted, figures that the runs tell only roughly.
    """

    profile: SpeedProfile
    figures: pd.DataFrame
    model_s: Floats
    error_median: float
    error_mad: float
    is_odd: Mask
    rounds: int
    notes: tuple[Note, ...]


def calibrate(
    network: RoadNetwork,
    profile: SpeedProfile,
    origins: EdgePositions,
    destinations: EdgePositions,
    observed_s: Floats,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    fit_start: bool = True,
) -> Calibration:
    """
    Fit the speeds of a profile to runs whose start, end and driving time are known.

    The model of a run is ``trip_s(drive / factor + delays, start_stop_s)`` along the quickest road; delays stay as the
    profile has them. The logarithms of observed over model are brought to 0 by robust least squares (soft L1, then
    the biweight): a run of twice the time weighs like one of half, and a broken stop-watch not at all. Then routes are
    chosen anew with the new speeds, until nothing changes.

    The confidence limits hold for independent runs on these routes: many runs of one crew to one address are less than
    they seem, and where drivers take other roads than the quickest, their detour is read as slowness.

    Parameters
    ----------
    network
        Built with `profile`, in the traffic that the runs met: fit day and peak from runs of their own.
    origins, destinations, observed_s
        R runs, wheels rolling to arrival, in seconds. Runs without a road or a way, and runs that no engine drives
        (faster than 150 km/h, or slower than a walk), are left out and noted.
    groups
        Classes that share a factor, by a name of one's own; other classes keep their speeds. One factor for all by
        default. A group that fewer than 10 runs drive on keeps its speeds and is noted.
    fit_start
        Whether `start_stop_s` is fitted, or stays as the profile has it.

    Raises
    ------
    InputError
        If lengths differ, a time is not above 0, a class is in two groups or unknown, the network was built with
        another profile, there are fewer than 10 runs for each figure, or the runs leave a factor open: the upper limit
        above four times the lower.

    Examples
    --------
    Every run in the toy town takes a quarter longer than the profile says:

    >>> from siting import toy
    >>> site, demand = np.divmod(np.arange(15), 5)
    >>> origins, destinations = toy.sites().take(site), toy.demand().take(demand)
    >>> observed_s = 1.25 * routes(toy.network(), origins, destinations).travel_s
    >>> found = calibrate(toy.network(), toy.profile(), origins, destinations, observed_s, fit_start=False)
    >>> found.figures.loc["all", ["value", "runs"]].round(3).tolist(), round(found.profile.factor, 3)
    ([0.8, 15.0], 0.8)
    """
    by_group = {"all": tuple(profile.kph)} if groups is None else {name: tuple(of) for name, of in groups.items()}
    observed_s = np.asarray(observed_s, dtype=np.float64)
    _check(network, profile, origins, destinations, observed_s, by_group)
    apart = sheet(network, profile, by_group)
    found = Fit(np.zeros(len(by_group)), np.zeros(len(by_group)), profile.start_stop_s, 0.0)
    ways = routes(network, origins, destinations)
    has_way = np.isfinite(ways.travel_s) & (ways.travel_s > 0)
    is_run = has_way & is_driven(ways.length_m(network) / 1000.0, observed_s)
    rounds, is_settled = 0, False
    while not is_settled and rounds < _MOST_ROUNDS:
        if rounds:
            ways = routes(apart.timed(found.log_slowness), origins, destinations)
        driven = apart.exposure(ways)
        before, found = found, _fit(driven, observed_s, is_run, found.start_s, fit_start)
        rounds, is_settled = rounds + 1, _is_settled(before, found)
    expected_s = np.full(len(observed_s), np.nan)
    expected_s[is_run] = model_s(driven.drive_s[is_run], driven.fixed_s[is_run], found.log_slowness, found.start_s)
    error = np.log(observed_s / expected_s)
    median, spread = float(np.median(error[is_run])), mad(error[is_run])
    figures = _figures(tuple(by_group), found, driven, is_run)
    check_worth(figures)
    return Calibration(
        profile=_profile(profile, by_group, found),
        figures=figures,
        model_s=expected_s,
        error_median=median,
        error_mad=spread,
        is_odd=np.abs(error - median) > _ODD * spread,
        rounds=rounds,
        notes=(
            *left_out_notes(has_way, is_run),
            *_notes(tuple(by_group), driven, is_run, is_settled),
            *trust_notes(figures, spread),
        ),
    )


def _fit(driven: Exposure, observed_s: Floats, is_run: Mask, start_s: float, fit_start: bool) -> Fit:
    """Fit the groups that enough runs drive on; the others stay as they are."""
    is_fitted = _is_fitted(driven, is_run)
    n_figures = int(is_fitted.sum() or len(is_fitted)) + fit_start
    if is_run.sum() < _FEW * n_figures or not is_fitted.any():
        fault = (
            f"{is_run.sum()} of {len(is_run)} runs have a way that an engine may drive in their seconds, for "
            f"{n_figures} figures. Expected at least {_FEW} for each, on roads that are in a group: check that the "
            "seconds are seconds, give more runs or fewer groups."
        )
        raise InputError("runs", [fault])
    fixed_s = driven.fixed_s + driven.drive_s[:, ~is_fitted].sum(axis=1)
    of_fitted = fit(
        driven.drive_s[is_run][:, is_fitted], fixed_s[is_run], observed_s[is_run], start_s, fit_start=fit_start
    )
    every, half = np.zeros(len(is_fitted)), np.zeros(len(is_fitted))
    every[is_fitted], half[is_fitted] = of_fitted.log_slowness, of_fitted.log_slowness_half
    return replace(of_fitted, log_slowness=every, log_slowness_half=half)


def _is_settled(before: Fit, found: Fit) -> bool:
    change = np.abs(np.r_[found.log_slowness - before.log_slowness, found.start_s - before.start_s])
    half = np.r_[found.log_slowness_half, found.start_half]
    return bool((change <= np.maximum(_SAME, _SAME_SHARE * half)).all())


def _is_fitted(driven: Exposure, is_run: Mask) -> Mask:
    return (driven.drive_s[is_run] > 0).sum(axis=0) >= _FEW


def _profile(profile: SpeedProfile, groups: Mapping[str, tuple[str, ...]], found: Fit) -> SpeedProfile:
    """The factors where they belong: on all speeds if one group holds every class, else class by class."""
    factor = dict(zip(groups, np.exp(-found.log_slowness).tolist(), strict=True))
    started = replace(profile, start_stop_s=found.start_s)
    if is_of_all(groups, profile):
        return replace(started, factor=profile.factor * factor.popitem()[1])
    of_class = {
        highway: profile.class_factor.get(highway, 1.0) * factor[name]
        for name, classes in groups.items()
        for highway in classes
    }
    return replace(started, class_factor={**profile.class_factor, **of_class})


def _figures(names: tuple[str, ...], found: Fit, driven: Exposure, is_run: Mask) -> pd.DataFrame:
    middle, half = found.log_slowness, found.log_slowness_half
    return pd.DataFrame(
        {
            "value": np.r_[np.exp(-middle), found.start_s],
            "low": np.r_[np.exp(-middle - half), max(found.start_s - found.start_half, 0.0)],
            "high": np.r_[np.exp(-middle + half), found.start_s + found.start_half],
            "runs": np.r_[(driven.drive_s[is_run] > 0).sum(axis=0), is_run.sum()],
            "km": np.r_[driven.km[is_run].sum(axis=0), driven.km[is_run].sum()],
        },
        index=pd.Index([*names, "start_stop_s"], name="figure"),
    )


def _notes(names: tuple[str, ...], driven: Exposure, is_run: Mask, is_settled: bool) -> list[Note]:
    few = [name for name, fits in zip(names, _is_fitted(driven, is_run), strict=True) if not fits]
    notes = noted("topic_calibration", "note_groups_few_runs", few, least=_FEW, groups=some(few))
    if not is_settled:
        notes.append(Note("topic_calibration", "note_routes_unsettled", _MOST_ROUNDS))
    return notes


def _check(
    network: RoadNetwork,
    profile: SpeedProfile,
    origins: EdgePositions,
    destinations: EdgePositions,
    observed_s: Floats,
    groups: Mapping[str, tuple[str, ...]],
) -> None:
    faults = Faults("runs")
    if not len(origins) == len(destinations) == len(observed_s):
        counts = f"{len(origins)} origins, {len(destinations)} destinations and {len(observed_s)} times"
        faults.add(f"There are {counts}. Give one of each for every run.")
    bad = np.flatnonzero(~(np.isfinite(observed_s) & (observed_s > 0)))
    if len(bad):
        faults.add(f"{len(bad)} times are not seconds above 0 (positions {some(bad)}). Leave these runs out.")
    if network.profile != profile.name:
        faults.add(f"The network was built with {network.profile!r}, not with {profile.name!r}. Build it anew.")
    if "start_stop_s" in groups or ("all" in groups and set(groups["all"]) != set(profile.kph)):
        faults.add("groups: all and start_stop_s name figures of their own. Call the group otherwise.")
    grouped = pd.Series([highway for classes in groups.values() for highway in classes])
    twice = grouped[grouped.duplicated()].unique()
    if len(twice):
        faults.add(f"groups: {some(twice)} stands in more than one. A class has one factor.")
    strange = grouped[~grouped.isin(list(profile.kph))].unique()
    if len(strange):
        faults.add(f"groups: {some(strange)} is not a class that the profile drives ({some(profile.kph, 30)}).")
    faults.stop()
