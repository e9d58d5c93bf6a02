"""Times taken apart into driving and delays add up again, against one-way streets too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siting import toy
from siting.calibration.exposure import sheet
from siting.network import CLOSED, EdgePositions, build_network
from siting.routes import routes
from tests.calibration.town import ENGINE, GROUPS, network
from tests.network.drawing import draw

POINTS = {"a": (0.0, 0.0), "b": (250.0, 0.0), "c": (500.0, 0.0)}


def test_unchanged_factors_give_the_same_network() -> None:
    apart = sheet(network(), ENGINE, GROUPS)
    same = apart.timed(np.zeros(2))
    assert (same.forward_ms == network().forward_ms).all()
    assert (same.backward_ms == network().backward_ms).all()
    seconds = np.where(network().forward_ms == CLOSED, np.nan, network().forward_ms / 1000)
    assert (apart.drive_s + apart.fixed_s)[0] == pytest.approx(seconds, nan_ok=True)


def test_only_driving_in_a_group_is_slowed() -> None:
    """A signal of 5 s stays 5 s, a class in no group keeps its time, and driving against a one-way slows alike."""
    profile = replace(ENGINE, contraflow_factor=0.5)
    roads = [("a b", {"oneway": "yes", "highway": "primary"}), ("b c", {})]
    town = build_network(draw(POINTS, roads, {"b": {"highway": "traffic_signals"}}), profile, toy.CRS)
    slow = sheet(town, profile, {"main": ("primary",)}).timed(np.log([2.0]))
    for edge in range(2):
        from_west = town.x[town.edge_from[edge]] < town.x[town.edge_to[edge]]
        east, west = (slow.forward_ms, slow.backward_ms) if from_west else (slow.backward_ms, slow.forward_ms)
        if town.edges.highway[edge] == "primary":
            expected = 2 * 250 * 3.6 / 45 + 5, 2 * 250 * 3.6 / 22.5
        else:
            expected = 250 * 3.6 / 25, 250 * 3.6 / 25 + 5
        assert (east[edge] / 1000, west[edge] / 1000) == pytest.approx(expected, abs=0.003)


def test_one_factor_for_all_slows_fire_lanes_too() -> None:
    """As the profile does that is written: the network built with its factor has the same times."""
    roads = [("a b", {"highway": "primary"}), ("b c", {"highway": "footway", "emergency": "yes"})]
    built, slow = (build_network(draw(POINTS, roads), replace(ENGINE, factor=factor), toy.CRS) for factor in (1.0, 0.5))
    timed = sheet(built, ENGINE, {"all": tuple(ENGINE.kph)}).timed(np.log([2.0]))
    assert timed.forward_ms == pytest.approx(slow.forward_ms, abs=2)


def test_what_a_run_drives_on_each_group() -> None:
    town = network()
    ways = routes(town, *(EdgePositions(np.array([e]), np.array([f]), np.zeros(1)) for e, f in ((3, 0.4), (400, 0.9))))
    driven = sheet(town, ENGINE, GROUPS).exposure(ways)
    assert driven.drive_s.sum() + driven.fixed_s[0] == pytest.approx(ways.travel_s[0], abs=0.01)
    of_group = [town.edges.highway.iloc[ways.edge].isin(classes).to_numpy() for classes in GROUPS.values()]
    km = [float((town.edge_length_m[ways.edge] * ways.share)[rows].sum() / 1000) for rows in of_group]
    assert driven.km[0] == pytest.approx(km)
    assert min(km) > 0
