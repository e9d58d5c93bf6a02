"""Every number that ships, beside a table typed a second time from the reference notes on each standard."""

from __future__ import annotations

import pytest

from siting.rules import load_rules, rule_names

CLOCKS = {  # limit, alarm handling, turnout
    "cn-jb152-2017": ("order_to_arrival", 5 * 60, 0, 60),
    "cn-jb152-2011": ("order_to_arrival", 5 * 60, 0, 60),
    "cn-gb51080-2015": ("order_to_arrival", 5 * 60, 0, 60),
    "cn-gb50974-2014": None,
    "cn-gbt35547-2017": None,
    "cn-micro-2015": None,
    "nfpa-1710": ("call_to_arrival", 64 + 80 + 240, 64, 80),
    "nfpa-1720": ("order_to_arrival", 9 * 60, 0, 90),
    "iso-fsrs": None,
    "de-agbf": ("call_to_arrival", 9.5 * 60, 1.5 * 60, 90),
    "uk-london": ("order_to_arrival", 10 * 60, 0, 90),
    "hk-fsd": ("call_to_arrival", 6 * 60, 60, 60),
    "jp-mic": ("wheels_rolling_to_arrival", 4.5 * 60, 0, 0),
}

REQUIREMENTS = """
cn-jb152-2017 time-people should high 1
cn-jb152-2017 time-land should high 1
cn-jb152-2017 district-time should high 1
cn-jb152-2017 area-urban should high 7 4 2 7
cn-jb152-2017 area-near-suburb shall high 15 15 15 15
cn-jb152-2017 small-station-neighbour shall high
cn-jb152-2017 shortage-construction-land should high 7 15
cn-jb152-2017 shortage-administrative may high 7 15
cn-jb152-2011 time-people should high 1
cn-jb152-2011 time-land should high 1
cn-jb152-2011 district-time should high 1
cn-jb152-2011 area-urban should high 7 7 7
cn-jb152-2011 area-near-suburb shall high 15 15 15
cn-jb152-2011 shortage-construction-land should high 7 15
cn-jb152-2011 shortage-administrative may high 7 15
cn-gb51080-2015 time-land should high 1
cn-gb51080-2015 area-urban should high 7 7 7
cn-gb51080-2015 area-edge shall high 15 15 15
cn-gb51080-2015 shortage should high 7 15
cn-gb50974-2014 radius-people shall high 1 150
cn-gb50974-2014 radius-land may high 1 150
cn-gb50974-2014 radius-built-up should high 1 150
cn-gb50974-2014 radius-buildings shall high 1 150
cn-gb50974-2014 radius-path may low 1 150
cn-gb50974-2014 spacing shall high 1 120
cn-gb50974-2014 both-sides should high 1 60
cn-gb50974-2014 bridge-heads should medium 1 50
cn-gb50974-2014 cranes should medium 1 1000
cn-micro-2015 reach-people should medium 1 180
cn-micro-2015 key-units should high 1
cn-micro-2015 communities should medium 1
cn-micro-2015 villages may medium 1
cn-gbt35547-2017 every-township should medium 1
cn-gbt35547-2017 strength should medium 0.5
nfpa-1710 travel-people shall high 0.9
nfpa-1710 travel-land may medium 0.9
nfpa-1720 time-people should medium 0.9
de-agbf time-people should medium 0.95
uk-london time-people should medium 0.9
hk-fsd time-people should low 0.925
jp-mic time-people should medium 1
"""

FIGURES = """
cn-jb152-2017 staff-first should high 30 45
cn-jb152-2017 staff-second should high 15 25
cn-jb152-2017 staff-small should high 15 15
cn-jb152-2017 staff-special should high 45 60
cn-jb152-2017 staff-support should high 40 55
cn-jb152-2017 size-first should medium 2700 4000 3900 5600 5 7 6 8
cn-jb152-2017 size-second should medium 1800 2700 2300 3800 2 4 3 5
cn-jb152-2017 size-small should medium 650 1000 600 1000 2 2 2 2
cn-jb152-2017 size-special should medium 4000 5600 5600 7200 8 11 9 12
cn-jb152-2017 size-support should medium 4600 6800 6200 7900 8 10 9 12
cn-jb152-2017 red-line should high 15
cn-jb152-2017 alarm-to-water may high 240 150 60 240 210
cn-jb152-2017 detour may high 1.3 1.5
cn-jb152-2017 force-national may medium 1
cn-jb152-2011 red-line shall high 15
cn-gb51080-2015 water-station should medium 1800 30 500 200
cn-gb51080-2015 hydrant-spacing should medium 120 60 2 5
cn-gb51080-2015 emergency-water should medium 1
cn-gb51080-2015 lane-spacing should high 160
cn-gb51080-2015 lane-clearance shall high 4.0 4.0
cn-gb51080-2015 lane-wall should high 5
cn-gb51080-2015 lane-slope should high 8
cn-gb50974-2014 kerb-least should high 0.5
cn-gb50974-2014 kerb-most shall high 2.0
cn-gb50974-2014 wall should high 5
cn-gb50974-2014 pressure shall high 0.14 0.10
cn-gb50974-2014 flow shall high 15
cn-gb50974-2014 outlets shall high 150 100 65 2
cn-gb50974-2014 crane-flow shall high 30
cn-gb50974-2014 crane-main should medium 200
cn-gb50974-2014 intake should high 6.0 15 40 60
cn-gb50974-2014 intake-radius should high 150
cn-gb50974-2014 for-a-building should medium 5 150 40
cn-gb50974-2014 building-hydrant should high 150 10 15
cn-gb50974-2014 mains should medium 150 200
cn-gb50974-2014 where-due may high 500 2
cn-gb50974-2014 gb55036-2022 should medium
cn-gb50974-2014 gb55037-2022 should medium 40
nfpa-1710 answering shall high 15 0.95
nfpa-1710 answering-most shall high 40 0.99
nfpa-1710 turnout-ems shall high 60 0.9
nfpa-1710 second-company should medium 360
nfpa-1710 full-alarm shall high 480 0.9
nfpa-1710 full-alarm-high-rise shall high 610 0.9
nfpa-1710 crew shall high 4
nfpa-1710 full-alarm-staff shall high 16 17 27 28
nfpa-1710 full-alarm-staff-high-rise should medium 42 43
nfpa-1710 nfpa-1750 may high
nfpa-1720 urban shall high 386 15 540 0.9
nfpa-1720 suburban shall high 10 600 0.8
nfpa-1720 rural shall high 193 6 840 0.8
nfpa-1720 remote shall high 12.9 4 0.9
iso-fsrs engine-distance should high 2.41 192
iso-fsrs ladder-distance should high 4.02 294
iso-fsrs first-class should high 8.05 305
iso-fsrs engines-small-flow should high 500 1000 1
iso-fsrs engines-medium-flow should high 1250 2500 2
iso-fsrs engines-large-flow should high 3000 3500 3
de-agbf first should high 10 570 90
de-agbf second should high 16 870 90
uk-london first-engine should high 360 600 0.9
uk-london second-engine should high 480 720 0.95
uk-london england may high 553 374
hk-fsd built-up should high 360 0.925
hk-fsd dispersed should high 540 1380 0.945
jp-mic order-to-water should high 390 270 120
jp-mic eight-minutes may medium 480
jp-mic built-up should high 10 10000
jp-mic semi-built-up should high 1000 10000
jp-mic blocks should high 300000
cn-micro-2015 on-scene should high 180
cn-micro-2015 one-three-five may high 60 180 300
cn-micro-2015 key-unit-staff should high 6
cn-micro-2015 community-staff should high 1 5
cn-micro-2015 community-duty should medium 3
cn-micro-2015 radius may high
cn-micro-2015 shanghai-villages may high 1000
cn-micro-2015 tianjin-villages may high 2000 500
cn-micro-2015 xiamen-staff may high 15 10 6
cn-gbt35547-2017 land-first should high 1000 1200
cn-gbt35547-2017 land-second should high 700 850
cn-gbt35547-2017 land-volunteer should high 350 500
cn-gbt35547-2017 first-due may high 5 50000
cn-gbt35547-2017 strength-first should medium 15 2
cn-gbt35547-2017 strength-second should medium 10 1
cn-gbt35547-2017 villages may high 2000
cn-gbt35547-2017 suburban-response may high 300 600
"""

SITING = """
cn-jb152-2017 exits shall high 50
cn-jb152-2017 hazards should high 300
cn-jb152-2017 wind should low 1000 45
cn-jb152-2017 frontage should medium
cn-jb152-2017 lot should medium 3900 2300 600 5600 6200
cn-jb152-2017 ground should low 0.1 15
cn-jb152-2017 slope should low 10
cn-jb152-2011 exits should medium 50
cn-jb152-2011 hazards should high 200
cn-jb152-2011 wind should low 1000 45
cn-jb152-2011 ground should low 0.1 15
cn-jb152-2011 slope should low 10
cn-gb51080-2015 exits shall high 50
cn-gb51080-2015 hazards shall high 200
cn-gb51080-2015 wind should low 1000 45
cn-gb51080-2015 frontage shall high
cn-gb51080-2015 ground should low 0.1 15
cn-gb51080-2015 slope should low 10
"""

Row = tuple[str, str, str, str, list[float]]


def typed(table: str) -> list[Row]:
    rows = [line.split() for line in table.strip().splitlines()]
    return [
        (name, id_, severity, sure, [float(value) for value in values]) for name, id_, severity, sure, *values in rows
    ]


def numbers(values: object) -> list[float]:
    """Every number among the values, in the file's order."""
    if isinstance(values, dict):
        return [number for value in values.values() for number in numbers(value)]
    return [float(values)] if isinstance(values, int | float) else []


@pytest.mark.parametrize("name", rule_names())
def test_clock(name: str) -> None:
    """Which seconds, how many, and what of them is not driving."""
    clock = load_rules(name).clock
    said = clock and (clock.name, clock.response_limit_s, clock.alarm_handling_s, clock.turnout_s)
    assert said == CLOCKS[name]


@pytest.mark.parametrize(("part", "table"), [("requirements", REQUIREMENTS), ("siting", SITING), ("figures", FIGURES)])
def test_every_number(part: str, table: str) -> None:
    """Severity, confidence and each number, of every entry that ships, and of no other."""
    shipped = [
        (name, entry.id, entry.severity, entry.confidence, numbers(entry.values))
        for name in rule_names()
        for entry in getattr(load_rules(name), part)
    ]
    assert sorted(shipped) == sorted(typed(table))


def test_miles_and_formula_of_iso() -> None:
    """Kilometres are the miles of the text, and its seconds come from T = 0.65 + 1.7 D."""
    for figure, miles in zip(load_rules("iso-fsrs").figures[:3], (1.5, 2.5, 5), strict=True):
        assert next(iter(figure.values.values())) == pytest.approx(miles * 1.609344, abs=0.005)
        if "travel_s" in figure.values:
            assert figure.values["travel_s"] == pytest.approx((0.65 + 1.7 * miles) * 60, abs=0.02 * 60)
