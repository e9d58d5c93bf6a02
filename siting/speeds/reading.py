"""What way tags and node tags have in common: columns of text turned into figures and masks, with what was noticed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.speeds.profile import SpeedProfile
from siting.speeds.tags import Limit, parse_length, parse_weight
from siting.tables import Note, noted

EMERGENCY_OPEN = ("yes", "designated", "official")
"""Values of `emergency` that let an engine pass where others may not. (``fire_hydrant`` is one of the others.)"""


def looked_up(texts: pd.Series, table: Mapping[str, float]) -> Floats:
    """Each text's entry in the table; nan where it has none."""
    code, different = pd.factorize(texts)
    return np.array([table.get(text, np.nan) for text in different], dtype=np.float64)[code]


def limits(
    ids: Ids, texts: pd.Series, rows: Mask, parse: Callable[[str], Limit], key: str
) -> tuple[Floats, list[Note]]:
    """A tag's values where `rows` is true, each different text parsed once; nan where it is missing or unusable."""
    values = np.full(len(texts), np.nan)
    stated = _stated(texts, rows)
    code, different = pd.factorize(texts.iloc[stated])
    read = [parse(text) for text in different]
    values[stated] = np.array([limit.value for limit in read], dtype=np.float64)[code]
    notes: list[Note] = []
    for remark in sorted({limit.remark for limit in read} - {""}):
        is_so = np.array([limit.remark == remark for limit in read])
        found = ", ".join(repr(text) for text, so in zip(different, is_so, strict=True) if so)
        notes += noted("topic_roads", remark, ids[stated[is_so[code]]], tag=key, found=found[:200])
    return values, notes


def _stated(texts: pd.Series, rows: Mask | bool = True) -> Ids:
    """The rows where there is a text: few of most tags, so that only these need be looked at."""
    return np.flatnonzero((texts != "").to_numpy() & rows)


def tagged_lengths(texts: pd.Series) -> Floats:
    """Each text as metres: nan where it says nothing that can be used, inf where it says that there is no limit."""
    values, stated = np.full(len(texts), np.nan), _stated(texts)
    code, different = pd.factorize(texts.iloc[stated])
    values[stated] = np.array([parse_length(text).value for text in different], dtype=np.float64)[code]
    return values


def access_value(tags: pd.DataFrame, profile: SpeedProfile) -> pd.Series:
    """The value of the most specific access key that each row carries, "" without one; nodes carry fewer keys."""
    value = np.full(len(tags), "", dtype=object)
    for key in (key for key in profile.access_keys if key in tags.columns):
        stated = _stated(tags[key])
        value[stated] = tags[key].iloc[stated]
    return pd.Series(value, index=tags.index, dtype="str")


def is_too_small(ids: Ids, tags: pd.DataFrame, rows: Mask, profile: SpeedProfile) -> tuple[Mask, list[Note]]:
    """Where the engine is higher, wider or heavier than the limit."""
    small, notes = np.zeros(len(tags), dtype=np.bool_), []
    for key, parse, size in (
        ("maxheight", parse_length, profile.height_m),
        ("maxwidth", parse_length, profile.width_m),
        ("maxweight", parse_weight, profile.weight_t),
    ):
        if key in tags.columns:
            limit, odd = limits(ids, tags[key], rows, parse, key)
            small |= limit < size
            notes += odd
    return small, notes
