"""
Checks at the door, and what was set aside there.

A table is either usable, or refused with **all** its faults in one message; what a reader decides on the way
(a row left out, a value guessed from a default) leaves the room as a `Note`, never in silence.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.errors import InputError
from siting.language import Language, word
from siting.printable import visible

MOST_WEIGHT = 1e12
"""More than everybody on earth by a hundred; beyond it sums of weights lose their last digits."""
_LONGEST_SHOWN = 200
"""Characters of one name in a message."""


@dataclass(frozen=True)
class Note:
    """
    Something a planner should know about the input, said once with its count.

    Attributes
    ----------
    topic
        What it is about: a key of `siting/words`, ``"topic_roads"``.
    key
        What is said, with what was done about it: a key of `siting/words/notes.toml`, ``"note_barriers_closed"``.
    count
        How many rows or objects it concerns.
    examples
        Ids of the first few.
    values
        What fills the text's braces besides `count`.

    Examples
    --------
    >>> note = Note("topic_roads", "note_barriers_closed", 1, ("7",), {"kinds": "block 1"})
    >>> note.heading("en"), note.message("en")
    ('roads', '1 barrier cannot be passed (block 1); the road was cut there.')
    >>> note.message("zh")
    '1 处障碍物无法通过（block 1），道路在该处断开。'
    """

    topic: str
    key: str
    count: int
    examples: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)

    def heading(self, language: Language) -> str:
        """The topic as a reader sees it."""
        return word(self.topic, language)

    def message(self, language: Language) -> str:
        """A full sentence, or several."""
        return word(self.key, language, count=self.count, **self.values)


def noted(topic: str, key: str, ids: Any, **values: object) -> list[Note]:
    """One note about the rows with these ids (any sequence or array), the first five as examples; none without rows."""
    return [Note(topic, key, len(ids), tuple(map(str, ids[:5])), values)] if len(ids) else []


def some(ids: Iterable[object], limit: int = 5) -> str:
    """
    The first few ids for a message.

    Examples
    --------
    >>> some([3, 1, 2]), some(range(9), limit=2)
    ('3, 1, 2', '0, 1, ... (9 in all)')
    """
    every = [str(i) for i in ids]
    shown = ", ".join(_in_a_line(one) for one in every[:limit])
    return shown if len(every) <= limit else f"{shown}, ... ({len(every)} in all)"


def _in_a_line(name: str) -> str:
    """A name that takes no line of its own and leaves room for others."""
    told = visible(name).replace("\n", "\\n")
    return told if len(told) <= _LONGEST_SHOWN else f"{told[:_LONGEST_SHOWN]}..."


def did_you_mean(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """
    The nearest known name as a question to add to a sentence, or "" when none is near.

    Examples
    --------
    >>> did_you_mean("shal", ["shall", "may"]), did_you_mean("x", ["shall"])
    (" Did you mean 'shall'?", '')
    """
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f" Did you mean {close[0]!r}?" if close else ""


def unknown(name: str, known: Iterable[str]) -> str:
    """
    A name that is not known, the nearest that is, and all of them.

    Examples
    --------
    >>> unknown("shal", ["should", "shall"])
    "'shal' is not known. Did you mean 'shall'? Known: shall, should."
    """
    every = sorted(known)
    return f"{name!r} is not known.{did_you_mean(name, every)} Known: {', '.join(every)}."


@dataclass
class Faults:
    """
    Collects every fault of one table or file, then raises once.

    Examples
    --------
    >>> faults = Faults("stations.csv")
    >>> faults.add("No column 'lon'.")
    >>> faults.stop()
    Traceback (most recent call last):
    ...
    siting.errors.InputError: stations.csv: No column 'lon'.
    """

    where: str
    found: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        """Remember one fault, a full sentence with what to do about it."""
        self.found.append(fault)

    def stop(self) -> None:
        """Raise `InputError` if anything was found."""
        if self.found:
            raise InputError(self.where, self.found)


def check_columns(faults: Faults, table: pd.DataFrame, required: Sequence[str]) -> None:
    """Note every required column that is missing, and name the columns that are there."""
    missing = [name for name in required if name not in table.columns]
    if missing:
        faults.add(
            f"No column {', '.join(map(repr, missing))}. The table has {some(map(repr, table.columns), 12)}. "
            "Rename a column or say which one to read."
        )


def check_not_empty(faults: Faults, table: pd.DataFrame) -> None:
    """Note a table without rows."""
    if table.empty:
        faults.add("There is no row in it. Expected at least one.")


def check_unique(faults: Faults, ids: pd.Index | pd.Series, name: str) -> None:
    """Note ids that are missing, blank, or the same as another, also where one is a number and the other its text."""
    values = pd.Series(ids)
    text = values.astype(str)
    if values.isna().any():
        faults.add(f"{int(values.isna().sum())} rows have no {name}. Every row needs one.")
    if blank := int((values.notna() & (text.str.strip() == "")).sum()):
        faults.add(f"{blank} values of {name} are empty text. Every row needs an id.")
    twice = values[values.notna() & (values.duplicated(keep=False) | text.duplicated(keep=False))].unique()
    if len(twice):
        faults.add(f"{len(twice)} values of {name} occur more than once ({some(twice)}). Ids must be unique.")


def id_text(value: Any) -> str | None:
    """
    An id as people write it, None where there is none: a column of whole numbers with a gap in it comes as 12.0.

    Examples
    --------
    >>> [id_text(value) for value in (12, 12.0, "S1 ", "", float("nan"), None)]
    ['12', '12', 'S1', None, None, None]
    """
    if value is None or pd.isna(value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip() or None


def check_weights(faults: Faults, weight: pd.Series, name: str) -> None:
    """Note weights that are missing, not numbers, infinite, absurdly large or negative."""
    number = pd.to_numeric(weight, errors="coerce").astype("float64")
    bad = weight.index[~np.isfinite(number)]
    if len(bad):
        faults.add(
            f"{len(bad)} values of {name} are empty, infinite or not numbers (rows {some(bad)}). "
            "Fill them in, or write 0 where nobody lives."
        )
    huge = weight.index[np.isfinite(number) & (number > MOST_WEIGHT)]
    if len(huge):
        faults.add(f"{len(huge)} values of {name} are above {MOST_WEIGHT:g} (rows {some(huge)}). Check the column.")
    negative = weight.index[number < 0]
    if len(negative):
        faults.add(f"{len(negative)} values of {name} are negative (rows {some(negative)}). Weights are 0 or more.")


def read_amounts(faults: Faults, table: pd.DataFrame, column: str, what: str = "numbers") -> pd.Series:
    """
    A column of amounts, nan where it is empty; note values that are not numbers of 0 or more.

    Examples
    --------
    >>> faults = Faults("lots.csv")
    >>> read_amounts(faults, pd.DataFrame({"m2": [3000, None, "4,500"]}), "m2").tolist()
    [3000.0, nan, nan]
    >>> faults.found
    ['1 values of m2 are not numbers of 0 or more (rows 2). Leave unknown ones empty.']
    """
    given = table[column]
    number = pd.to_numeric(given, errors="coerce").astype("float64")
    bad = table.index[(number.isna() & given.notna() & (given != "")) | (number < 0) | np.isinf(number)]
    if len(bad):
        faults.add(
            f"{len(bad)} values of {column} are not {what} of 0 or more (rows {some(bad)}). Leave unknown ones empty."
        )
    return number


def check_crs(faults: Faults, table: gpd.GeoDataFrame) -> None:
    """Note a missing coordinate reference system."""
    if table.crs is None:
        faults.add(
            'It has no coordinate reference system. Say which one it is in (for example crs = "EPSG:4326" for '
            'longitude and latitude, "EPSG:4490" for CGCS2000); it is never guessed.'
        )


def check_geometry(faults: Faults, table: gpd.GeoDataFrame, kinds: Sequence[str]) -> None:
    """Note rows whose geometry is missing, empty, invalid or of another kind than expected."""
    geometry = table.geometry
    missing = table.index[geometry.isna() | geometry.is_empty]
    if len(missing):
        faults.add(f"{len(missing)} rows have no geometry (rows {some(missing)}). Every row needs one.")
    there = geometry[~(geometry.isna() | geometry.is_empty)]
    other = there.index[~there.geom_type.isin(kinds)]
    if len(other):
        found = sorted(there.geom_type.unique())
        faults.add(f"{len(other)} rows are not {' or '.join(kinds)} but {', '.join(found)} (rows {some(other)}).")
    broken = there.index[~there.is_valid]
    if len(broken):
        faults.add(f"{len(broken)} geometries are invalid (rows {some(broken)}). Repair them, for example in QGIS.")
