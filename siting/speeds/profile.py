"""A speed profile: everything about an engine and the traffic that turns road tags into driving times."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from siting.errors import InputError
from siting.language import LANGUAGES
from siting.tables import Faults, did_you_mean, unknown

MaxspeedPolicy = Literal["cap", "use", "ignore"]

PROFILES = dict(sorted((file.stem, file) for file in (Path(__file__).parent / "data").glob("*.toml")))
"""The profiles that come with the package, by name."""


@dataclass(frozen=True)
class SpeedProfile:
    """
    How one kind of engine drives in one kind of traffic; the keys of a profile file are these fields.

    Attributes
    ----------
    name
        The file's, without ``.toml``.
    title
        For reports, ``{"zh": ..., "en": ...}``.
    source
        Where the figures come from.
    kph
        Speed by highway class. A class that is not in it is not driven.
    not_driven
        Classes left out on purpose; a class in neither list is reported.
    no_frontage
        Classes one drives through without stopping: no site or demand is set on them.
    emergency_kph
        Speed on classes that are not driven, where they are open to emergency vehicles.
    factor
        Every speed is multiplied by this.
    maxspeed, maxspeed_factor
        ``"cap"``: a posted limit times the factor slows the engine where it is lower than the class speed; ``"use"``:
        it replaces the class speed; ``"ignore"``: it has no effect.
    access_keys, access_closed
        The last of these keys that a way carries decides; it closes the way with one of these values.
    contraflow_factor
        Speed against a one-way street as a share of the speed along it; 0 never goes against it.
    signal_delay_s, level_crossing_delay_s
        Charged to whoever drives into or through such a node.
    barrier_delay_s, barrier_closed
        Seconds to pass a barrier by its kind, and kinds that cannot be passed.
    height_m, width_m, weight_t
        The engine's; a smaller limit closes a way.
    """

    name: str
    title: Mapping[str, str]
    source: str
    kph: Mapping[str, float]
    not_driven: tuple[str, ...]
    no_frontage: tuple[str, ...]
    emergency_kph: float
    factor: float
    maxspeed: MaxspeedPolicy
    maxspeed_factor: float
    access_keys: tuple[str, ...]
    access_closed: tuple[str, ...]
    contraflow_factor: float
    signal_delay_s: float
    level_crossing_delay_s: float
    barrier_delay_s: Mapping[str, float]
    barrier_closed: tuple[str, ...]
    height_m: float
    width_m: float
    weight_t: float


_KEYS = tuple(field.name for field in fields(SpeedProfile) if field.name != "name")
_TABLES = ("kph", "barrier_delay_s", "title")
_LISTS = ("not_driven", "no_frontage", "access_keys", "access_closed", "barrier_closed")
_TEXTS = ("source", "maxspeed")
_MAY_BE_ZERO = ("contraflow_factor", "signal_delay_s", "level_crossing_delay_s", "barrier_delay_s")
_ACCESS_KEYS = ("access", "vehicle", "motor_vehicle", "hgv")


def profile_names() -> tuple[str, ...]:
    """
    Names of the profiles that come with the package.

    Examples
    --------
    >>> profile_names()
    ('fire-engine', 'fire-engine-peak', 'flat-40')
    """
    return tuple(PROFILES)


def load_profile(name_or_path: str | Path) -> SpeedProfile:
    """
    A profile by name, or from a TOML file of one's own.

    A file with ``base = "NAME"`` takes over every value that it does not state itself; the entries of `kph` and
    `barrier_delay_s` one by one, everything else whole.

    Parameters
    ----------
    name_or_path
        One of `profile_names`, or a path that ends in ``.toml``.

    Raises
    ------
    InputError
        If there is no such profile or the file is not TOML; else with every unknown key, missing key and bad value.

    Examples
    --------
    >>> load_profile("fire-engine").kph["primary"]
    45.0
    >>> load_profile("fire-engin")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    siting.errors.InputError: speed profile: There is no 'fire-engin'. Did you mean 'fire-engine'? ...
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = _built_in(str(name_or_path))
    stated = _stated(path)
    faults = Faults(f"speed profile {path.name}")
    _check(faults, stated)
    faults.stop()
    values: dict[str, Any] = {key: tuple(stated[key]) if key in _LISTS else stated[key] for key in _KEYS}
    return SpeedProfile(name=path.stem, **values)


def _built_in(name: str) -> Path:
    if name not in PROFILES:
        known = f"Known: {', '.join(PROFILES)}; or give the path of a .toml file."
        raise InputError("speed profile", [f"There is no {name!r}.{did_you_mean(name, PROFILES)} {known}"])
    return PROFILES[name]


def _stated(path: Path) -> dict[str, Any]:
    """What the file says, on top of what its base says."""
    try:
        own = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise InputError(f"speed profile {path}", [f"It cannot be read ({fault.strerror})."]) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"speed profile {path}", [f"It is not TOML in UTF-8 ({fault})."]) from fault
    if "base" not in own:
        return own
    base = _stated(_built_in(str(own.pop("base"))))
    for table in ("kph", "barrier_delay_s"):
        if isinstance(own.get(table), dict):
            own[table] = base[table] | own[table]
    return base | own


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
        else:
            _check_number(faults, key, stated[key], key in _MAY_BE_ZERO)
    policy = stated.get("maxspeed", "cap")
    if policy not in get_args(MaxspeedPolicy):
        faults.add(f"maxspeed is {policy!r}. Expected one of {', '.join(get_args(MaxspeedPolicy))}.")
    for key in stated.get("access_keys", ()):
        if key not in _ACCESS_KEYS:
            faults.add(f"access_keys: {unknown(key, _ACCESS_KEYS)}")


def _check_number(faults: Faults, key: str, value: object, may_be_zero: bool) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not (0 < value < float("inf") or (may_be_zero and value == 0)):  # type: ignore[operator]
        faults.add(f"{key} is {value!r}. Expected a number {'of 0 or more' if may_be_zero else 'above 0'}.")


def _check_texts(faults: Faults, key: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        faults.add(f"{key} is {value!r}. Expected text.")
