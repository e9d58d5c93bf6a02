"""
Built networks on disk, found again by a digest of everything that went into them.

An entry is a folder of ``.npy`` files, opened in place (mmap), and ``network.json``, which names them with their
digests. It is written beside its place and renamed, so an entry is whole or absent, whoever is interrupted and however
many write at once. An entry that is not what its digests say is built again. Nothing in it can run code (no pickle).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
from shapely.geometry.base import BaseGeometry

from siting.files import clear_abandoned, partial_folder
from siting.network import RoadNetwork, Turns, check_sound
from siting.tables import Note

LAYOUT = 1
"""Of the files of an entry; part of every digest."""
_ROOMS = ("crs.py", "shifted.py", "network", "speeds", "inputs/road_network.py", "inputs/roads")
"""The code that makes a network of a file: another code, another digest."""
_META = "network.json"
BREAKS = (OSError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a stored network that is none may bring about: a CRS that is none is a RuntimeError."""


def cache_folder(chosen: str | Path | None = None) -> Path:
    """
    The folder of the cache: the chosen one, else the environment's SITING_CACHE, else the user's cache folder.

    Examples
    --------
    >>> cache_folder("here").name
    'here'
    """
    if chosen is not None or "SITING_CACHE" in os.environ:
        return Path(chosen if chosen is not None else os.environ["SITING_CACHE"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "siting" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "siting"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "siting"


def cached_network(
    folder: Path, made_of: Mapping[str, object], build: Callable[[], RoadNetwork], say: Callable[[str], None]
) -> RoadNetwork:
    """
    The network that was stored for exactly this, or the one that `build` makes, which is stored.

    Parameters
    ----------
    made_of
        Everything that decides what `build` returns; paths stand for the bytes of their files.
    say
        Told what happens, also when the folder cannot be written: then nothing is stored, and the network is returned.
    """
    asked = {"layout": LAYOUT, "code": _code_digest(), **made_of}
    entry = folder / digest(asked)
    try:
        stored = read_network(entry) if entry.is_dir() else None
    except BREAKS as fault:
        say(f"The stored network {entry} is damaged ({fault}) and is built again.")
        shutil.rmtree(entry, ignore_errors=True)
        stored = None
    if stored is not None:
        say(f"Took the network stored in {entry}.")
        return replace(stored, cache_entry=entry.name)
    network = build()
    if digest(asked) != entry.name:
        say("A file changed while the network was built of it: it is not stored.")
        return network
    try:
        write_network(network, entry)
    except OSError as fault:
        why = fault.strerror or fault  # numpy's own has no number
        say(f"The network cannot be stored in {folder} ({why}); it will be built again the next time.")
    return network


def write_network(network: RoadNetwork, entry: Path) -> None:
    """
    Write an entry beside its place, then rename it; whoever was first stays.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    for left in entry.parent.glob(".*.partial-*"):  # of any network: nobody may ask for that one again
        clear_abandoned(entry.with_name(left.name.split(".")[1]))
    with partial_folder(entry) as partial:
        stored = {field.name: _stored(getattr(network, field.name), partial, field.name) for field in fields(network)}
        (partial / _META).write_text(json.dumps({"fields": stored, "digest": digest(stored)}), "utf-8")
        try:
            partial.rename(entry)
        except OSError:
            if not (entry / _META).exists():  # not another process with the same network
                raise


def read_network(entry: Path) -> RoadNetwork:
    """
    Open an entry; its arrays are read-only views of the files.

    Whoever may write into a cache, or sends one along with a scenario, makes digests that fit; so what a search would
    read without looking is looked at.

    Raises
    ------
    OSError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError
        If it is not what was written.
    """
    meta = json.loads((entry / _META).read_text("utf-8"))
    if digest(meta["fields"]) != meta["digest"]:
        raise ValueError(f"{_META} has changed")
    network = RoadNetwork(**{name: _restored(stored, entry) for name, stored in meta["fields"].items()})
    check_sound(network)
    return network


def digest(value: object) -> str:
    """
    A digest of a value made of dataclasses, mappings, sequences, sets, geometries and plain values; a path is its file.

    Examples
    --------
    >>> digest({"a": 1, "b": {2, 3}}) == digest({"b": {3, 2}, "a": 1}), digest(1) == digest(1.0)
    (True, False)
    """
    return hashlib.sha256(json.dumps(_plain(value)).encode()).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool | int | float):
        return [type(value).__name__, repr(value)]
    if isinstance(value, Path):
        return ["file", _file_digest(value)]
    if isinstance(value, BaseGeometry):
        return ["geometry", value.wkb_hex]
    if isinstance(value, pyproj.CRS):
        return ["crs", value.to_wkt()]
    if is_dataclass(value):
        return [type(value).__name__, *((field.name, _plain(getattr(value, field.name))) for field in fields(value))]
    if isinstance(value, Mapping):
        return ["mapping", *sorted((str(key), _plain(item)) for key, item in value.items())]
    if isinstance(value, set | frozenset):
        return ["set", *sorted(map(repr, map(_plain, value)))]
    if isinstance(value, Iterable):
        return ["sequence", *map(_plain, value)]
    raise TypeError(f"a {type(value).__name__} has no digest")


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def _code_digest() -> str:
    package = Path(__file__).parents[1]
    files = [
        file for room in _ROOMS for file in ([package / room] if room.endswith(".py") else (package / room).rglob("*"))
    ]
    return digest([metadata.version("siting"), *sorted(file for file in files if file.suffix in (".py", ".toml"))])


def _stored(value: Any, folder: Path, name: str) -> dict[str, Any]:
    """Write the arrays of a field; what is left of it as JSON."""
    if isinstance(value, pyproj.CRS):
        return {"crs": value.to_wkt()}
    if isinstance(value, tuple):
        return {"notes": [_stored_note(note) for note in value]}
    if isinstance(value, pd.DataFrame):
        return {"table": {column: _stored_column(value[column], folder, f"{name}.{column}") for column in value}}
    if isinstance(value, np.ndarray):
        np.save(folder / f"{name}.npy", value, allow_pickle=False)
        return {"array": f"{name}.npy", "sha256": _file_digest(folder / f"{name}.npy")}
    if isinstance(value, Turns):
        return {"turns": {part.name: _stored(getattr(value, part.name), folder, part.name) for part in fields(value)}}
    return {"value": value}


def _stored_note(note: Note) -> dict[str, Any]:
    """A note as plain values: a count that was taken from an array says the same as one that was not."""
    plain = {key: held.item() if isinstance(held, np.generic) else held for key, held in note.values.items()}  # noqa: PD011 - no table
    return asdict(replace(note, count=int(note.count), values=plain))


def _stored_column(column: pd.Series, folder: Path, name: str) -> dict[str, Any]:
    if column.dtype.kind in "biuf":
        return _stored(column.to_numpy(), folder, name)
    codes, texts = pd.factorize(column, use_na_sentinel=False)
    return {"texts": texts.tolist(), "dtype": str(column.dtype), **_stored(codes.astype(np.int32), folder, name)}


def _restored(stored: dict[str, Any], folder: Path) -> Any:
    if "crs" in stored:
        return pyproj.CRS.from_wkt(stored["crs"])
    if "notes" in stored:
        return tuple(Note(**{**note, "examples": tuple(note["examples"])}) for note in stored["notes"])
    if "table" in stored:
        return pd.DataFrame({column: _restored(part, folder) for column, part in stored["table"].items()})
    if "turns" in stored:
        return Turns(**{part: _restored(value, folder) for part, value in stored["turns"].items()})
    if "array" not in stored:
        return stored["value"]
    if Path(stored["array"]).name != stored["array"] or _file_digest(folder / stored["array"]) != stored["sha256"]:
        raise ValueError(f"{stored['array']} has changed")
    # "c": what is written stays in this process. Nobody does; but numba compiles anew for arrays that are read-only.
    array = np.asarray(np.load(folder / stored["array"], mmap_mode="c", allow_pickle=False))
    if "texts" in stored:
        return pd.Series(np.array(stored["texts"], dtype=object)[array], dtype=stored["dtype"])
    return array
