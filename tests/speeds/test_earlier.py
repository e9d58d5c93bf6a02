"""Profiles that fitted earlier versions drive as they did, and say what to change."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import siting
from siting.calibration.written import _toml
from siting.errors import InputError
from siting.speeds import PROFILES, load_profile
from siting.speeds.earlier import UNTIL


def test_former_names_are_read_and_told(tmp_path: Path) -> None:
    """A file from before signals became one of several nodes drives as with the present names."""
    former, present = tmp_path / "former.toml", tmp_path / "present.toml"
    former.write_text('base = "fire-engine"\nsignal_delay_s = 8\nlevel_crossing_delay_s = 3.5\n', "utf-8")
    present.write_text('base = "fire-engine"\n[node_delay_s]\ntraffic_signals = 8\nlevel_crossing = 3.5\n', "utf-8")
    profile = load_profile(former)
    assert profile.node_delay_s == load_profile(present).node_delay_s
    assert load_profile(present).notes == ()
    (note,) = profile.notes
    assert note.message("en") == (
        "2 keys of former.toml have other names now (signal_delay_s: node_delay_s.traffic_signals, "
        "level_crossing_delay_s: node_delay_s.level_crossing). They are read until siting 0.3: rename them."
    )
    assert "已改名" in note.message("zh")


def test_a_key_under_both_names_is_a_fault(tmp_path: Path) -> None:
    """Nobody guesses which of the two was meant."""
    twice = tmp_path / "twice.toml"
    twice.write_text('base = "fire-engine"\nsignal_delay_s = 8\n[node_delay_s]\ntraffic_signals = 3\n', "utf-8")
    with pytest.raises(InputError, match="Unknown key 'signal_delay_s'"):
        load_profile(twice)


def test_a_whole_profile_from_before_turns_drives_as_then(tmp_path: Path) -> None:
    """What `siting calibrate` wrote then knows no turns: they cost nothing, and the reports say so."""
    stated = tomllib.loads(PROFILES["fire-engine"].read_text("utf-8"))
    kept = {key: value for key, value in stated.items() if key not in ("driving_side", "turns", "obey_restrictions")}
    tables = {key: kept.pop(key) for key in [key for key, value in kept.items() if isinstance(value, dict)]}
    lines = [f"{key} = {_toml(value)}" for key, value in kept.items()]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{_toml(key)} = {_toml(value)}" for key, value in table.items())]
    file = tmp_path / "fitted.toml"
    file.write_text("\n".join(lines), "utf-8")
    profile, engine = load_profile(file), load_profile("fire-engine")
    assert (profile.turns, profile.driving_side, profile.obey_restrictions) == (engine.turns, "right", False)
    assert [(note.key, note.count) for note in profile.notes] == [("note_profile_lacking", 3)]


def test_the_end_of_former_names_has_not_come() -> None:
    """The version that no longer reads them takes them out of the code as well."""
    assert tuple(map(int, siting.__version__.split(".")[:2])) < tuple(map(int, UNTIL.split(".")))
