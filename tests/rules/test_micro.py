"""Micro stations and the places that need one."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.rules.handmade import found, today, with_tiers


def test_micro_stations_reach_people_on_their_own_clock() -> None:
    """950 of 1000, as their own situation has it; against two minutes nothing was measured."""
    situation = with_tiers(*today())
    finding = found("micro_reach", situation, today()[1], share=0.95, on_scene_s=180.0)
    assert (finding.measured, finding.passed, finding.worst) == (pytest.approx(0.95), True, (("north", 50.0),))
    assert "(120 s on the way" in finding.remark["en"]
    other = found("micro_reach", situation, today()[1], share=0.95, on_scene_s=120.0)
    assert other.passed is None
    assert "180 s" in other.remark["en"]


def test_where_nobody_lives_no_micro_station_is_judged() -> None:
    """No share of nobody."""
    situation, area = today()
    empty = replace(situation, cells=situation.cells.assign(people=0.0))
    finding = found("micro_reach", with_tiers(empty, area), area, share=0.95, on_scene_s=180.0)
    assert finding.passed is None
    assert math.isnan(finding.measured)


def test_places_that_need_a_micro_station() -> None:
    """Of the villages one has, one shares and one lacks a station, one is too small; the key unit is judged apart."""
    situation, area = today()
    situation = with_tiers(situation, area)
    villages = found("micro_places", situation, area, share=1.0, of=["village"])
    assert (villages.measured, villages.passed, villages.worst) == (pytest.approx(2 / 3), False, (("B", 3000.0),))
    assert found("micro_places", situation, area, share=1.0, of=["key_unit"]).measured == 0.0
    assert found("micro_places", situation, area, share=1.0, of=["community"]).passed is None
