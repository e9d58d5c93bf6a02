"""Known truth is found again through noise and broken stop-watches, with limits that hold what they promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siting import toy
from siting.calibration import calibrate, profile_text
from siting.errors import InputError
from siting.network import EdgePositions, build_network
from siting.routes import routes
from siting.speeds import load_profile, trip_s
from tests.calibration.town import ENGINE, GROUPS, START_S, TRUTH, network, runs, true_profile, ways

TRUE = np.array([*TRUTH.values(), START_S])


def test_runs_without_noise_give_the_truth_to_the_millisecond() -> None:
    found = calibrate(network(), ENGINE, *runs(1, 200, spread=0.0, odd=0.0), groups=GROUPS)
    assert found.figures.value.to_numpy() == pytest.approx(TRUE, rel=1e-3)
    assert found.error_mad < 1e-4
    assert not found.notes
    assert 1 < found.rounds < 10


def test_noise_and_outliers() -> None:
    """12 % noise and every tenth run 2 to 6 times too long: within the limits, and within 3 % and 6 s."""
    origins, destinations, observed_s = runs(2, 600)
    found = calibrate(network(), ENGINE, origins, destinations, observed_s, groups=GROUPS)
    figures = found.figures
    assert ((figures.low <= TRUE) & (figures.high >= TRUE)).all()
    assert figures.value.iloc[:2].to_numpy() == pytest.approx(TRUE[:2], rel=0.03)
    assert figures.value.iloc[2] == pytest.approx(START_S, abs=6)
    assert found.error_mad == pytest.approx(0.12, abs=0.03)
    true_s = trip_s(routes(build_network(ways(), true_profile(), toy.CRS), origins, destinations).travel_s, START_S)
    assert found.is_odd[observed_s > 1.9 * true_s].mean() > 0.95
    assert found.is_odd[observed_s < 1.3 * true_s].mean() < 0.02


def test_limits_hold_the_truth_about_as_often_as_they_say() -> None:
    """95 %: of 72 intervals in 24 sets of runs, 68 on average; and they are not wide for nothing."""
    held, width = 0, []
    for seed in range(24):
        figures = calibrate(network(), ENGINE, *runs(seed, 150, odd=0.05), groups=GROUPS).figures
        held += int(((figures.low <= TRUE) & (figures.high >= TRUE)).sum())
        width.append((figures.high - figures.low).to_numpy())
    assert held >= 62
    assert (np.mean(width, axis=0) < [0.2, 0.5, 40.0]).all()


def test_one_factor_for_all_by_default() -> None:
    slower = replace(ENGINE, factor=0.7)
    town = build_network(ways(), slower, toy.CRS)
    origins, destinations, _ = runs(3, 150)
    observed_s = routes(town, origins, destinations).travel_s
    found = calibrate(network(), ENGINE, origins, destinations, observed_s, fit_start=False)
    assert found.figures.value.tolist() == pytest.approx([0.7, 0.0], abs=1e-3)
    assert found.profile.factor == pytest.approx(0.7, abs=1e-3)
    assert found.profile.class_factor == {}
    assert (found.figures.low["start_stop_s"], found.figures.high["start_stop_s"]) == (0, 0)


def test_the_fitted_profile_gives_the_fitted_times(tmp_path) -> None:
    """Built anew with the profile, or with its file, the network drives each run in the model's seconds."""
    origins, destinations, observed_s = runs(4, 300)
    peak = load_profile("fire-engine", traffic="peak")
    found = calibrate(build_network(ways(), peak, toy.CRS), peak, origins, destinations, observed_s, groups=GROUPS)
    file = tmp_path / "fitted.toml"
    file.write_text(profile_text(found, 'Made-up "runs" \\ 2026.'), "utf-8")
    fitted = build_network(ways(), found.profile, toy.CRS)
    model_s = trip_s(routes(fitted, origins, destinations).travel_s, fitted.start_stop_s)
    assert model_s == pytest.approx(found.model_s, rel=1e-3)
    again = load_profile(file)
    assert again == replace(found.profile, name="fitted", source=again.source)
    assert again.source.startswith('Made-up "runs" \\ 2026. Fitted, with 95 % confidence: main 1.0')


def test_a_group_with_few_runs_keeps_its_speeds() -> None:
    groups = GROUPS | {"tracks": ("track", "service")}
    found = calibrate(network(), ENGINE, *runs(5, 200), groups=groups)
    assert found.figures.loc["tracks", ["value", "low", "high", "runs", "km"]].tolist() == [1, 1, 1, 0, 0]
    assert found.notes[0].message("en") == ("1 group is driven by fewer than 10 runs and keeps its speeds (tracks).")


def test_classes_in_no_group_are_not_changed() -> None:
    found = calibrate(network(), ENGINE, *runs(6, 400), groups={"main": GROUPS["main"]}, fit_start=False)
    assert set(found.profile.class_factor) == {"primary", "secondary"}
    assert found.profile.start_stop_s == 0


def test_runs_off_the_road_are_left_out_and_noted() -> None:
    origins, destinations, observed_s = runs(7, 200)
    edge = destinations.edge.copy()
    edge[[3, 8]] = -1
    found = calibrate(network(), ENGINE, origins, replace(destinations, edge=edge), observed_s)
    assert (
        found.notes[0].message("en") == "2 runs have no way to drive on the network and were left out (positions 3, 8)."
    )
    assert np.isnan(found.model_s[[3, 8]]).all()
    assert not found.is_odd[[3, 8]].any()


def test_all_faults_at_once() -> None:
    origins, destinations, observed_s = runs(8, 60)
    observed_s[5] = -1
    groups = {"a": ("primary", "skyway"), "b": ("primary",)}
    with pytest.raises(InputError) as caught:
        calibrate(network(), replace(ENGINE, name="mine"), origins, destinations, observed_s[:59], groups=groups)
    for expected in (
        "60 origins, 60 destinations and 59",
        "positions 5",
        "not with 'mine'",
        "primary stands in more",
        "skyway is not a class",
    ):
        assert expected in str(caught.value)


def test_too_few_runs() -> None:
    origins, destinations, observed_s = runs(9, 25)
    with pytest.raises(InputError, match=r"25 of 25 runs .* for 3 figures\. Expected at least 10 for each"):
        calibrate(network(), ENGINE, origins, destinations, observed_s, groups=GROUPS)
    nowhere = EdgePositions(np.full(25, -1), np.zeros(25), np.full(25, np.inf))
    with pytest.raises(InputError, match=r"0 of 25 runs have a way .* for 2 figures"):
        calibrate(network(), ENGINE, nowhere, destinations, observed_s)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: np.random.default_rng(0).uniform(1, 1000, len(s)), "The factor of all may be anything from"),
        (lambda s: np.full(len(s), 100.0), "The factor of all may be anything from"),
        (lambda s: 1000.0 * s, "0 of 60 runs have a way that an engine may drive in their seconds"),
        (lambda s: s / 1000.0, "check that the seconds are seconds"),
    ],
    ids=["random", "constant", "milliseconds", "kiloseconds"],
)
def test_seconds_without_sense_are_refused(change, expected: str) -> None:
    """No factor of "0.001 to 7654" is ever written, and times in another unit do not run for ever."""
    origins, destinations, observed_s = runs(1, 60)
    with pytest.raises(InputError, match=expected):
        calibrate(network(), ENGINE, origins, destinations, change(observed_s))


def test_runs_that_start_where_they_end_are_refused() -> None:
    origins, _, observed_s = runs(1, 60)
    with pytest.raises(InputError, match="0 of 60 runs"):
        calibrate(network(), ENGINE, origins, origins, observed_s)


def test_single_runs_that_no_engine_drove_are_left_out() -> None:
    """Two in milliseconds and one of a second change no figure; the note names the three."""
    origins, destinations, observed_s = runs(1, 60)
    strange_s = observed_s.copy()
    strange_s[[4, 7]] *= 1000.0
    far = int(observed_s.argmax())
    strange_s[far] = 1.0
    kept = np.setdiff1d(np.arange(60), [4, 7, far])
    found = calibrate(network(), ENGINE, origins, destinations, strange_s)
    without = calibrate(network(), ENGINE, origins.take(kept), destinations.take(kept), observed_s[kept])
    assert found.figures.value.tolist() == pytest.approx(without.figures.value.tolist(), rel=1e-6)
    assert found.notes[0].message("en").startswith("3 runs were left out: faster than 150 km/h")
    assert found.notes[0].examples == tuple(map(str, sorted([4, 7, far])))


def test_figures_known_only_roughly_are_noted() -> None:
    """Runs that scatter by half: usable, but the reader is told of each figure, and of the spread."""
    found = calibrate(network(), ENGINE, *runs(3, 40, spread=0.6, odd=0.0))
    assert found.figures.high["all"] > 1.5 * found.figures.low["all"]
    assert [note.key for note in found.notes] == ["note_factors_wide", "note_runs_scatter"]


def test_groups_do_not_take_the_names_of_figures() -> None:
    for name in ("all", "start_stop_s"):
        with pytest.raises(InputError, match="Call the group otherwise"):
            calibrate(network(), ENGINE, *runs(3, 60), groups={name: ("primary",)})
