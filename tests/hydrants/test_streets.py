"""Stretches of street and their arithmetic, by hand and against sampling; heads and kerbs of hand-drawn roads."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting import toy
from siting.hydrants import DUE, HydrantLimits
from siting.hydrants.heads import structure_heads
from siting.hydrants.kerbs import bare_kerbs, kerbs
from siting.hydrants.streets import Stretches, due_stretches, overlap, stretch_lines
from siting.network import RoadNetwork
from tests.hydrants.test_cover import TOY_BOX, X0, Y0, street

Spans = list[tuple[float, float]]


def stretches(spans: Spans) -> Stretches:
    start, end = np.array(spans, dtype=np.float64).reshape(-1, 2).T
    return Stretches(np.zeros(len(spans), dtype=np.int64), start, end)


def spans(of: Stretches) -> Spans:
    return [(round(a, 3), round(b, 3)) for a, b in zip(of.start_m, of.end_m, strict=True)]


def test_ground_cuts_streets() -> None:
    """A street through two fields with a gap between them is due on both; one along a border is due."""
    ground = shapely.union_all([shapely.box(X0 + a, Y0 - 50, X0 + b, Y0 + 50) for a, b in ((100, 300), (500, 650))])
    assert spans(due_stretches(street(), ground, DUE)) == [(100.0, 300.0), (500.0, 650.0)]
    beside = shapely.box(X0 + 200, Y0, X0 + 400, Y0 + 50)
    assert spans(due_stretches(street(), beside, DUE)) == [(200.0, 400.0)]
    assert spans(due_stretches(street(), beside, ["primary"])) == []


def test_touching_fields_do_not_cut() -> None:
    """Cells side by side are one ground."""
    cells = shapely.union_all([shapely.box(X0 + a, Y0 - 50, X0 + a + 100, Y0 + 50) for a in range(0, 1000, 100)])
    assert spans(due_stretches(street(), cells, DUE)) == [(0.0, 1000.0)]


@given(*(st.lists(st.integers(0, 100), unique=True, max_size=12).map(sorted) for _ in range(2)))
@settings(max_examples=60, deadline=None)
def test_overlap_against_sampling(one: list[int], other: list[int]) -> None:
    """What both hold, at a place every metre between the ends."""
    pairs = [[(10.0 * a, 10.0 * b) for a, b in zip(ends[::2], ends[1::2], strict=False)] for ends in (one, other)]
    found = overlap(street(), *map(stretches, pairs))
    at = np.arange(0.5, 1000, 1.0)
    inside = [np.any([(a < at) & (at < b) for a, b in of] or [at < 0], axis=0) for of in (*pairs, spans(found))]
    assert ((inside[0] & inside[1]) == inside[2]).all()


def test_lines_of_stretches() -> None:
    """Each is the part of its edge between its metres."""
    lines = stretch_lines(street(), stretches([(0, 1000), (250, 300)]))
    assert [line.length for line in lines] == pytest.approx([1000.0, 50.0])
    assert lines[1].bounds == pytest.approx((X0 + 250, Y0, X0 + 300, Y0))


def test_heads_of_the_toys_bridge() -> None:
    """Both ends, named; not where the ground is far, and not of a class where none are due."""
    network = toy.network()
    heads = structure_heads(network, TOY_BOX, DUE, 50.0)
    assert sorted(heads.geometry.y.round(1) - toy.ORIGIN[1]) == [400.0, 800.0]
    assert set(heads.name) == {"Bridge"}
    assert set(heads.structure) == {"bridge"}
    south = shapely.box(*(toy.ORIGIN[i] + d for d, i in [(0, 0), (0, 1), (1600, 0), (360, 1)]))
    assert len(structure_heads(network, south, DUE, 50.0)) == 1
    assert structure_heads(network, TOY_BOX, ["residential"], 50.0).empty


def wide(width_m: float) -> RoadNetwork:
    one = street(highway="primary")
    return replace(one, edges=one.edges.assign(width_m=width_m))


def test_each_kerb_needs_its_own() -> None:
    """Hydrants every 120 m on the left alone: the right kerb of a 65 m road is bare, one at 60 m needs one side."""
    limits = HydrantLimits()
    due = stretches([(0, 1000)])
    points = np.array([shapely.Point(X0 + at, Y0 + 33.5) for at in range(60, 1000, 120)])
    along = kerbs(wide(65.0), due, limits)
    bare = bare_kerbs(along, points, limits)
    assert along.length.sum() == pytest.approx(2000.0)
    assert bare.groupby("side").length_m.sum().to_dict() == pytest.approx({"left": 40.0, "right": 1000.0}, abs=0.1)
    assert bare.length_m[bare.side == "right"].tolist() == [1000.0]
    assert kerbs(wide(60.0), due, limits).empty


def test_width_by_class_where_the_map_says_nothing() -> None:
    """A planner's own width for primary roads makes them wide."""
    limits = replace(HydrantLimits(), widths_m={"primary": 70.0})
    assert kerbs(wide(np.nan), stretches([(0, 500)]), limits).length.sum() == pytest.approx(1000.0)
    assert isinstance(kerbs(wide(np.nan), stretches([]), limits), gpd.GeoDataFrame)
    assert pd.isna(wide(np.nan).edges.width_m).all()
