"""Speed profiles read from TOML, checked to the last key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from siting.errors import InputError
from siting.language import LANGUAGES
from siting.speeds.earlier import present
from siting.speeds.profile import DrivingSide, MaxspeedPolicy, SpeedProfile
from siting.speeds.tags import FASTEST_KPH
from siting.tables import Faults, Note, did_you_mean, unknown
from siting.toml_lines import parsed

PROFILES = dict(sorted((file.stem, file) for file in (Path(__file__).parent / "data").glob("*.toml")))
"""The profiles that come with the package, by name."""

_KEYS = tuple(field.name for field in fields(SpeedProfile) if field.name not in ("name", "notes"))
_MERGED = ("kph", "class_factor", "traffic_factor", "node_delay_s", "turns", "barrier_delay_s")
_TABLES = (*_MERGED, "title")
_LISTS = ("not_driven", "no_frontage", "access_keys", "access_closed", "access_exempt", "barrier_closed")
_TEXTS = ("source", "maxspeed", "traffic", "driving_side")
_SWITCHES = ("bus_ways_open", "obey_restrictions")
_MAY_BE_ZERO = ("contraflow_factor", "start_stop_s", "node_delay_s", "turns", "barrier_delay_s")
_TURNS = ("near_s", "across_s", "sharp_s", "u_turn_s", "from_deg", "sharp_from_deg")
_NODES = (
    "traffic_signals", "level_crossing", "tram_level_crossing", "stop", "give_way", "mini_roundabout", "crossing",
)  # fmt: skip
_LONGEST_DELAY_S = 3600.0
_MOST = {"start_stop_s": _LONGEST_DELAY_S, "contraflow_factor": 1.0}
_ACCESS_KEYS = ("access", "vehicle", "motor_vehicle", "hgv")


def profile_names() -> tuple[str, ...]:
    """
    Names of the profiles that come with the package.

    Examples
    --------
    >>> profile_names()
    ('fire-engine', 'fire-engine-peak', 'fire-engine-turns', 'flat-40', 'micro-ebike', 'micro-engine', 'micro-foot')
    """
    return tuple(PROFILES)


def load_profile(name_or_path: str | Path, *, traffic: str | None = None) -> SpeedProfile:
    """
    A profile by name, or from a TOML file of one's own.

    A file with ``base = "NAME"`` takes over every value that it does not state itself; of tables of numbers (`kph`,
    `barrier_delay_s` ...) the entries one by one, everything else whole.

    Parameters
    ----------
    name_or_path
        One of `profile_names`, or a path that ends in ``.toml``.
    traffic
        One of the profile's own traffic factors (day, peak, night) instead of the one that the file names; it goes into
        the profile's name.

    Raises
    ------
    InputError
        If there is no such profile or the file is not TOML; else with every unknown key, missing key and bad value.

    Examples
    --------
    >>> load_profile("fire-engine").kph["primary"]
    45.0
    >>> night = load_profile("fire-engine", traffic="night")
    >>> night.name, night.traffic_factor[night.traffic]
    ('fire-engine (night)', 1.1)
    >>> load_profile("fire-engin")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    siting.errors.InputError: speed profile: There is no 'fire-engin'. Did you mean 'fire-engine'? ...
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = _built_in(str(name_or_path))
    stated, notes = _stated(path)
    name = path.stem
    if traffic is not None:
        stated, name = stated | {"traffic": traffic}, f"{name} ({traffic})"
    faults = Faults(f"speed profile {path.name}")
    _check(faults, stated)
    faults.stop()
    values: dict[str, Any] = {key: tuple(stated[key]) if key in _LISTS else stated[key] for key in _KEYS}
    return SpeedProfile(name=name, notes=notes, **values)


def _built_in(name: str) -> Path:
    if name not in PROFILES:
        known = f"Known: {', '.join(PROFILES)}; or give the path of a .toml file."
        raise InputError("speed profile", [f"There is no {name!r}.{did_you_mean(name, PROFILES)} {known}"])
    return PROFILES[name]


def _stated(path: Path) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """What the file says, on top of what its base says, and what of it is of an earlier version."""
    try:
        own, notes = present(parsed(path.read_text("utf-8")), path.name)
    except OSError as fault:
        raise InputError(f"speed profile {path}", [f"It cannot be read ({fault.strerror})."]) from fault
    except ValueError as fault:
        raise InputError(f"speed profile {path}", [f"It is not TOML in UTF-8 ({fault})."]) from fault
    if "base" not in own:
        return own, notes
    base, _ = _stated(_built_in(str(own.pop("base"))))
    if isinstance(own.get("not_driven"), list):  # a class of the base that is not driven here loses its speed
        base["kph"] = {highway: kph for highway, kph in base["kph"].items() if highway not in own["not_driven"]}
    if isinstance(own.get("kph"), dict):
        base["not_driven"] = [highway for highway in base["not_driven"] if highway not in own["kph"]]
    for table in _MERGED:
        if isinstance(own.get(table), dict):
            own[table] = base[table] | own[table]
    return base | own, notes


def _check(faults: Faults, stated: Mapping[str, Any]) -> None:
    for key in stated.keys() - set(_KEYS):
        faults.add(f"Unknown key {key!r}.{did_you_mean(key, (*_KEYS, 'base'))}")
    for key in _KEYS:
        if key not in stated:
            faults.add(f'No {key!r}. State it, or write base = "fire-engine" to take it over.')
        elif key in _TABLES and not isinstance(stated[key], dict):
            faults.add(f"{key!r} is not a table. Write it as [{key}].")
        elif key == "title":
            _check_texts(faults, key, list(stated[key].values()))
            if set(stated[key]) != set(LANGUAGES):
                faults.add(f"title has {', '.join(stated[key]) or 'nothing'}. Expected {' and '.join(LANGUAGES)}.")
        elif key in _TABLES:
            for entry, value in stated[key].items():
                _check_number(faults, f"{key}.{entry}", value, key in _MAY_BE_ZERO)
        elif key in _LISTS:
            _check_texts(faults, key, stated[key])
        elif key in _TEXTS:
            _check_texts(faults, key, [stated[key]])
        elif key in _SWITCHES:
            if not isinstance(stated[key], bool):
                faults.add(f"{key} is {stated[key]!r}. Expected true or false.")
        else:
            _check_number(faults, key, stated[key], key in _MAY_BE_ZERO)
    traffic, traffic_factor = stated.get("traffic"), stated.get("traffic_factor")
    if isinstance(traffic, str) and isinstance(traffic_factor, dict) and traffic not in traffic_factor:
        faults.add(f"traffic: {unknown(traffic, traffic_factor)}")
    for key, choices in (("maxspeed", get_args(MaxspeedPolicy)), ("driving_side", get_args(DrivingSide))):
        if stated.get(key, choices[0]) not in choices:
            faults.add(f"{key} is {stated[key]!r}. Expected one of {', '.join(choices)}.")
    for key, most in _MOST.items():
        if isinstance(stated.get(key), int | float) and stated[key] > most:
            faults.add(f"{key} is {stated[key]!r}. Expected at most {most:g}.")
    if isinstance(stated.get("node_delay_s"), dict):
        for key in stated["node_delay_s"].keys() - set(_NODES):
            faults.add(f"node_delay_s: {unknown(key, _NODES)}")
    if isinstance(stated.get("turns"), dict):
        _check_turns(faults, stated["turns"])
    if isinstance(stated.get("kph"), dict):
        _check_speeds(faults, stated["kph"], stated.get("not_driven"))
        for key in ("access_exempt", "class_factor"):
            for highway in _texts(stated.get(key)):
                if highway not in stated["kph"]:
                    faults.add(f"{key}: {highway!r} is not a class of [kph].{did_you_mean(highway, stated['kph'])}")
    for key in _texts(stated.get("access_keys")):
        if key not in _ACCESS_KEYS:
            faults.add(f"access_keys: {unknown(key, _ACCESS_KEYS)}")
    if not faults.found:
        _check_fastest(faults, stated)


def _texts(value: object) -> list[str]:
    """The texts of a list, the entries of a table; of anything else none, since that is a fault already."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list | dict) else []


def _check_fastest(faults: Faults, stated: Mapping[str, Any]) -> None:
    """Factors written in per cent would let an engine fly."""
    for_all = stated["factor"] * stated["traffic_factor"][stated["traffic"]]
    by_class = {highway: kph * stated["class_factor"].get(highway, 1.0) for highway, kph in stated["kph"].items()}
    highway = max(by_class, key=lambda name: by_class[name], default="")
    if highway and by_class[highway] * for_all > FASTEST_KPH:
        faults.add(
            f"kph.{highway} times its class_factor, factor and traffic_factor is {by_class[highway] * for_all:g} km/h. "
            f"Expected at most {FASTEST_KPH:g}; a factor of 1 changes nothing, 0.9 is a tenth slower."
        )


def _check_speeds(faults: Faults, kph: Mapping[str, object], not_driven: object) -> None:
    """Classes of one's own are welcome; one that nearly is a class of OpenStreetMap is a slip, and drives nowhere."""
    known = _highway_classes()
    for highway, speed in kph.items():
        slip = "" if highway in known else did_you_mean(highway, known, cutoff=0.8)
        if slip:
            faults.add(f"kph: {highway!r} is not a class of OpenStreetMap.{slip}")
        if isinstance(not_driven, list) and highway in not_driven:
            faults.add(f"kph: {highway!r} has a speed and stands in not_driven. Leave it out of one.")
        if isinstance(speed, int | float) and FASTEST_KPH < speed < float("inf"):
            faults.add(f"kph.{highway} is {speed!r}. Expected at most {FASTEST_KPH:g}.")


def _highway_classes() -> set[str]:
    """Every class that the fire engine's own profile knows, driven or not."""
    engine = tomllib.loads(PROFILES["fire-engine"].read_text("utf-8"))
    return {*engine["kph"], *engine["not_driven"]}


def _check_turns(faults: Faults, turns: Mapping[str, Any]) -> None:
    for key in turns.keys() - set(_TURNS):
        faults.add(f"turns: {unknown(key, _TURNS)}")
    for key in _TURNS:
        most = _LONGEST_DELAY_S if key.endswith("_s") else 180.0
        if key not in turns:
            faults.add(f"turns: No {key!r}.")
        elif isinstance(turns[key], int | float) and turns[key] > most:
            faults.add(f"turns.{key} is {turns[key]!r}. Expected at most {most:g}.")


def _check_number(faults: Faults, key: str, value: object, may_be_zero: bool) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not (0 < value < float("inf") or (may_be_zero and value == 0)):  # type: ignore[operator]
        faults.add(f"{key} is {value!r}. Expected a number {'of 0 or more' if may_be_zero else 'above 0'}.")


def _check_texts(faults: Faults, key: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        faults.add(f"{key} is {value!r}. Expected text.")
