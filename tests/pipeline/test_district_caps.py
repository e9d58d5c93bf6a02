"""Caps of districts that came to lie elsewhere than their station: by hand, with the shipped 7, 4 and 15 km²."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from siting.pipeline.district_question import lowered_caps, town_caps
from siting.rules import load_rules

SITES = pd.DataFrame({"class": ["一级站", "一级站", "一级站", "二级站"]}, index=pd.Index(list("ABCD"), name="site_id"))
CAP_M2 = np.full(4, 15_000_000)
"""All four stand in the suburbs."""


def ground(*cells: tuple[int, str, float]) -> tuple[Any, Any, np.ndarray]:
    """Cells by position of their station, place and km²: the question, the material and who has each cell."""
    site, place, km2 = (np.array(column) for column in zip(*cells, strict=True))
    table = pd.DataFrame({"place": place, "area_km2": km2})
    asked = SimpleNamespace(sites=SITES, problem=SimpleNamespace(area_m2=np.rint(km2 * 1e6).astype(np.int64)))
    return asked, SimpleNamespace(cells=table, ruleset=load_rules("cn-jb152-2017")), site


def test_a_cap_is_lowered_where_a_district_lies_in_town_and_is_too_large_for_it() -> None:
    """A: 8 km² of town; B: as much of suburb; C: 6 km² of town, within its cap; D, of class two: 4.5 km² of town."""
    asked, given, site = ground(
        (0, "urban", 8.0), (1, "near_suburb", 8.0), (2, "urban", 6.0), (3, "urban", 4.5), (-1, "urban", 9.0)
    )
    assert (lowered_caps(asked, given, CAP_M2, site) / 1e6).tolist() == [7, 15, 15, 4]


def test_the_place_is_that_of_most_of_the_land() -> None:
    """Half in town has the town's cap, more than half in the suburbs theirs; nothing is changed below the cap."""
    asked, given, site = ground((0, "urban", 4.0), (0, "near_suburb", 4.0), (1, "urban", 4.0), (1, "near_suburb", 4.1))
    assert (lowered_caps(asked, given, CAP_M2, site) / 1e6).tolist() == [7, 15, 15, 15]


def test_the_cap_of_the_town_for_all_never_raises_one() -> None:
    """By class; a cap that was lower already stays, and a class without districts keeps what it had."""
    asked, given, _ = ground((0, "urban", 1.0))
    support = SITES.assign(**{"class": ["一级站", "二级站", "战勤保障站", "小型站"]})
    asked = SimpleNamespace(sites=support)
    caps = town_caps(asked, given, np.array([15_000_000, 3_000_000, 15_000_000, 15_000_000]))
    assert (caps / 1e6).tolist() == [7, 3, 15, 2]
