"""Tags as real mappers wrote them: every value in the extracts is understood, or said to be not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from siting.inputs.roads import read_ways
from siting.speeds import load_profile, way_speeds
from siting.speeds.tags import SEVERAL, parse_length, parse_maxspeed, parse_weight

EXTRACTS = (
    "helsinki_center/Helsinki.osm.pbf",
    "guixi/guixi.osm",
    "liechtenstein/liechtenstein-2015.osm.pbf",
    "porto_alegre/poa.osm.pbf",
    "cambridge_ma/boston_cambridge_east.osm.pbf",
    "auckland/auckland_main_roads_tertiary+.osm.bz2",
    "porto_metro/porto_portugal.osm.pbf",
)
ODD = {  # what is not a plain figure, by hand from the files
    "porto_metro/porto_portugal.osm.pbf": {("maxspeed", "80; 50"), ("maxspeed", "50; 40")},
}


@pytest.mark.real
@pytest.mark.parametrize("name", EXTRACTS)
def test_limits_are_plain_but_for_those_known(real, name: str) -> None:
    tags = read_ways(real(name)).tags
    parsers = {
        "maxspeed": parse_maxspeed,
        "maxheight": parse_length,
        "maxwidth": parse_length,
        "maxweight": parse_weight,
    }
    odd = {(key, text) for key, parse in parsers.items() for text in tags[key].unique() if parse(text).remark}
    assert odd == ODD.get(name, set())


@pytest.mark.real
def test_miles_slow_the_engine_in_boston(real) -> None:
    ways = read_ways(real("cambridge_ma/boston_cambridge_east.osm.pbf"))
    speeds = way_speeds(ways.way_id, ways.tags, load_profile("fire-engine"))
    for highway, mph, kph in (("motorway", 35, 35 * 1.609344), ("trunk", 30, 30 * 1.609344), ("residential", 25, 25)):
        posted = ((ways.tags["maxspeed"] == f"{mph} mph") & (ways.tags["highway"] == highway)).to_numpy()
        assert posted.any()
        assert speeds.forward_kph[posted] == pytest.approx(kph)


@pytest.mark.real
def test_two_values_are_noted_with_their_ways(real) -> None:
    ways = read_ways(real("porto_metro/porto_portugal.osm.pbf"))
    speeds = way_speeds(ways.way_id, ways.tags, load_profile("fire-engine"))
    (note,) = (note for note in speeds.notes if note.values.get("tag") == "maxspeed")
    assert note.key == SEVERAL
    assert note.count == sum(";" in text for text in ways.tags["maxspeed"])


@pytest.mark.real
def test_one_way_streets_of_cambridge_run_as_the_city_says(real) -> None:
    """The README counts 502 ways against their drawing; all of them open backward only."""
    ways = read_ways(real("cambridge_ma/cambridge_city_derived.osm.pbf"))
    speeds = way_speeds(ways.way_id, ways.tags, load_profile("fire-engine"))
    is_open = list(zip(~np.isnan(speeds.forward_kph), ~np.isnan(speeds.backward_kph), strict=True))
    found = Counter((text, *map(bool, pair)) for text, pair in zip(ways.tags["oneway"], is_open, strict=True))
    assert found["-1", False, True] == 502
    assert set(found) == {("-1", False, True), ("yes", True, False), ("", True, True)}
