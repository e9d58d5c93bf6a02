"""Profiles that come with the package are whole and plausible; faults in one's own are all named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.errors import InputError
from siting.speeds import PROFILES, load_profile, profile_names


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_loads_and_names_its_source(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert set(profile.title) == {"zh", "en"}
    assert len(profile.source) > 40
    assert not set(profile.kph) & set(profile.not_driven)
    assert not set(profile.barrier_delay_s) & set(profile.barrier_closed)


def test_the_proposed_defaults_are_the_ones_of_the_reference() -> None:
    engine = load_profile("fire-engine")
    proposed = {"motorway": 70, "trunk": 60, "primary": 45, "secondary": 40, "tertiary": 35}
    proposed |= {"residential": 25, "unclassified": 25, "service": 15}
    assert {highway: engine.kph[highway] for highway in proposed} == proposed
    assert (engine.node_delay_s["traffic_signals"], engine.barrier_delay_s["gate"], engine.maxspeed) == (5, 20, "cap")
    assert engine.traffic_factor == {"day": 1.0, "peak": 0.75, "night": 1.1}


def test_a_base_lends_everything_that_is_not_stated() -> None:
    engine, peak, flat = map(load_profile, ("fire-engine", "fire-engine-peak", "flat-40"))
    assert (peak.traffic, engine.traffic) == ("peak", "day")
    assert peak.kph == engine.kph
    assert set(flat.kph.values()) == {40.0}
    assert set(flat.barrier_delay_s.values()) == {0.0}
    assert flat.kph.keys() == engine.kph.keys()


def test_own_file_overrides_single_classes(tmp_path: Path) -> None:
    mine = load_profile(written(tmp_path, 'base = "fire-engine"\n[kph]\nresidential = 18\n'))
    assert (mine.name, mine.kph["residential"], mine.kph["primary"]) == ("mine", 18, 45)


def test_a_whole_profile_without_base_loads(tmp_path: Path) -> None:
    text = PROFILES["fire-engine"].read_text("utf-8")
    assert load_profile(written(tmp_path, text)).kph == load_profile("fire-engine").kph


def test_unknown_name_lists_the_known_and_the_nearest() -> None:
    with pytest.raises(
        InputError,
        match=r"no 'fire_engine'\. Did you mean 'fire-engine'\?.*fire-engine-peak, fire-engine-turns, flat-40",
    ):
        load_profile("fire_engine")
    with pytest.raises(InputError, match="no 'ambulance'"):
        load_profile("ambulance")


def test_all_faults_of_a_file_come_in_one_message(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
base = "fire-engine"
start_stp_s = 5
factor = 0
maxspeed = "obey"
height_m = "high"
access_keys = ["acess"]
traffic = "rush"
bus_ways_open = 1
not_driven = "steps"
barrier_delay_s = 20
start_stop_s = 36000
[title]
en = "mine"
[node_delay_s]
traffic_signal = 8
[kph]
primary = -3
tertiary = true
""",
    )
    with pytest.raises(InputError) as caught:
        load_profile(file)
    faults = "\n".join(caught.value.faults)
    for expected in (
        "Unknown key 'start_stp_s'. Did you mean 'start_stop_s'?",
        "factor is 0. Expected a number above 0",
        "maxspeed is 'obey'. Expected one of cap, use, ignore",
        "height_m is 'high'",
        "access_keys: 'acess' is not known. Did you mean 'access'?",
        "traffic: 'rush' is not known. Known: day, night, peak.",
        "bus_ways_open is 1. Expected true or false",
        "not_driven is 'steps'. Expected text",
        "'barrier_delay_s' is not a table",
        "title has en. Expected zh and en",
        "kph.primary is -3",
        "kph.tertiary is True",
        "start_stop_s is 36000. Expected at most 3600",
        "node_delay_s: 'traffic_signal' is not known. Did you mean 'traffic_signals'?",
    ):
        assert expected in faults
    assert len(caught.value.faults) == 14


def test_classes_that_are_nearly_right_have_no_silent_speed(tmp_path: Path) -> None:
    """A slip is refused with the nearest class, a class of one's own is not, nor is a speed that no engine drives."""
    with pytest.raises(InputError) as caught:
        load_profile(written(tmp_path, 'base = "fire-engine"\n[kph]\nprimry = 40\nrunway = 60\nprimary = 1e300\n'))
    assert caught.value.faults == (
        "kph.primary is 1e+300. Expected at most 200.",
        "kph: 'primry' is not a class of OpenStreetMap. Did you mean 'primary'?",
    )
    mine = load_profile(written(tmp_path, 'base = "fire-engine"\n[kph]\nrunway = 60\n'))
    assert mine.kph["runway"] == 60


def test_a_class_is_driven_or_not(tmp_path: Path) -> None:
    """What the file says goes before its base, either way; a class in both lists of one file is a fault."""
    closed = load_profile(written(tmp_path, 'base = "fire-engine"\nnot_driven = ["track"]\n'))
    assert "track" not in closed.kph
    opened = load_profile(written(tmp_path, 'base = "fire-engine"\n[kph]\npedestrian = 8\n'))
    assert opened.kph["pedestrian"] == 8
    assert "pedestrian" not in opened.not_driven
    with pytest.raises(InputError, match="'track' has a speed and stands in not_driven"):
        load_profile(written(tmp_path, 'base = "fire-engine"\nnot_driven = ["track"]\n[kph]\ntrack = 8\n'))


def test_missing_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No 'kph'"):
        load_profile(written(tmp_path, "factor = 1.0\n"))


def test_files_that_are_not_there_or_not_toml(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(InputError, match="not TOML"):
        load_profile(written(tmp_path, "factor = = 1"))
    with pytest.raises(InputError, match="no 'nobody'"):
        load_profile(written(tmp_path, 'base = "nobody"'))


def test_traffic_is_chosen_by_name_and_goes_into_the_name() -> None:
    peak = load_profile("fire-engine", traffic="peak")
    assert (peak.name, peak.traffic) == ("fire-engine (peak)", "peak")
    with pytest.raises(InputError, match=r"traffic: 'nite' is not known\. Did you mean 'night'"):
        load_profile("fire-engine", traffic="nite")


def test_own_traffic_factors_join_those_of_the_base(tmp_path: Path) -> None:
    text = 'base = "fire-engine"\ntraffic = "snow"\n[traffic_factor]\nsnow = 0.5\n'
    mine = load_profile(written(tmp_path, text))
    assert (mine.traffic, mine.traffic_factor) == ("snow", {"day": 1.0, "peak": 0.75, "night": 1.1, "snow": 0.5})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('access_exempt = ["service"]\n', "No 'kph'"),
        ('base = "fire-engine"\naccess_exempt = 5\n', "access_exempt is 5. Expected text."),
        ('base = "fire-engine"\naccess_exempt = [["service"]]\n', "access_exempt is [['service']]. Expected text."),
        ('base = "fire-engine"\naccess_keys = 5\n', "access_keys is 5. Expected text."),
        ('base = "fire-engine"\nclass_factor = 5\n', "'class_factor' is not a table."),
        ('base = "fire-engine"\nkph = 5\n', "'kph' is not a table."),
    ],
)
def test_a_key_of_another_type_is_a_fault_and_no_traceback(tmp_path: Path, text: str, said: str) -> None:
    """A key that is held against another bears that either is missing or of another type."""
    with pytest.raises(InputError) as caught:
        load_profile(written(tmp_path, text))
    assert any(fault.startswith(said) for fault in caught.value.faults)


def test_factors_in_per_cent_are_refused(tmp_path: Path) -> None:
    """85 for 0.85: no engine drives 5950 km/h on motorways, nor faster against a one-way street than along it."""
    with pytest.raises(InputError, match=r"kph\.motorway times .* is 5950 km/h\. Expected at most 200"):
        load_profile(written(tmp_path, 'base = "fire-engine"\nfactor = 85\n'))
    with pytest.raises(InputError, match=r"contraflow_factor is 50\. Expected at most 1\."):
        load_profile(written(tmp_path, 'base = "fire-engine"\ncontraflow_factor = 50\n'))
