"""OpenStreetMap files: a town small enough to read by eye, in every format, then properties of cutting and clipping."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.inputs.roads import READERS, read_ways
from siting.inputs.roads.parts import ways_in_box, whole_ways
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways

NODES = """
<node id="1" lat="28.300" lon="117.200"/>
<node id="2" lat="28.301" lon="117.200"><tag k="highway" v="traffic_signals"/></node>
<node id="3" lat="28.302" lon="117.200"/>
<node id="4" lat="28.303" lon="117.200"/>
<node id="5" lat="28.302" lon="117.210"><tag k="barrier" v="gate"/><tag k="access" v="private"/></node>
<node id="6" lat="28.302" lon="117.220"/>
<node id="7" lat="28.400" lon="117.300"><tag k="barrier" v="gate"/></node>
"""
WAYS = """
<way id="20"><nd ref="1"/><nd ref="2"/><nd ref="2"/><nd ref="3"/><nd ref="99"/><nd ref="4"/>
  <tag k="highway" v="primary"/><tag k="name" v="雄石大道"/><tag k="oneway" v="-1"/><tag k="maxspeed" v="60"/></way>
<way id="10"><nd ref="3"/><nd ref="5"/><nd ref="6"/><tag k="highway" v="construction"/></way>
<way id="30"><nd ref="1"/><nd ref="6"/><tag k="highway" v="footway"/></way>
<way id="31"><nd ref="4"/><nd ref="6"/><tag k="highway" v="footway"/><tag k="emergency" v="yes"/></way>
<way id="32"><nd ref="1"/><nd ref="3"/><nd ref="6"/><nd ref="1"/>
  <tag k="highway" v="pedestrian"/><tag k="area" v="yes"/></way>
<way id="33"><nd ref="98"/><nd ref="1"/><tag k="highway" v="service"/></way>
<way id="34"><nd ref="1"/><nd ref="6"/><tag k="waterway" v="river"/></way>
"""


def document(*parts: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{"".join(parts)}</osm>'.encode()


def write_xml(path: Path) -> None:
    path.write_bytes(document(NODES, WAYS))


def write_pbf(path: Path) -> None:
    plain = path.with_name("plain.osm")
    write_xml(plain)
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(plain):
            writer.add(thing)


WRITERS: dict[str, Callable[[Path], object]] = {
    ".osm": write_xml,
    ".osm.gz": lambda path: path.write_bytes(gzip.compress(document(NODES, WAYS))),
    ".osm.bz2": lambda path: path.write_bytes(bz2.compress(document(NODES, WAYS))),
    ".osm.pbf": write_pbf,
    ".pbf": write_pbf,
}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.osm"
    write_xml(path)
    return path


def routes(ways: Ways) -> list[tuple[int, list[int]]]:
    """Way ids with their node ids, for reading by eye."""
    pieces = np.split(ways.node_id[ways.ref], ways.ref_ptr[1:-1])
    return [(way, piece.tolist()) for way, piece in zip(ways.way_id.tolist(), pieces, strict=True)]


def assert_same(one: Ways, other: Ways, but: tuple[str, ...] = ()) -> None:
    """Every field but these and the source is the same; a text may be a category in one and a string in the other."""
    for each in fields(Ways):
        left, right = getattr(one, each.name), getattr(other, each.name)
        if isinstance(left, pd.DataFrame):
            assert left.astype("str").equals(right.astype("str")), each.name
        elif isinstance(left, np.ndarray):
            assert left.dtype == right.dtype
            assert np.array_equal(left, right), each.name
        elif each.name not in ("source", *but):
            assert left == right, each.name


def test_every_osm_reader_has_a_writer_here() -> None:
    """A new OSM ending in the registry is tested below or fails here."""
    assert {ending for ending in READERS if ending != ".graphml"} == set(WRITERS)


def test_the_town_by_hand(town: Path) -> None:
    """Cut at the missing node 99, node 2 once, footpath and area left out, the footpath for engines kept."""
    ways = read_ways(town)
    assert routes(ways) == [(20, [1, 2, 3]), (10, [3, 5, 6]), (31, [4, 6])]
    assert ways.node_id.tolist() == [1, 2, 3, 4, 5, 6]
    assert ways.lon.tolist() == [117.2, 117.2, 117.2, 117.2, 117.21, 117.22]
    assert ways.lat.tolist() == [28.3, 28.301, 28.302, 28.303, 28.302, 28.302]
    assert ways.source == "town.osm"


def test_tags_by_hand(town: Path) -> None:
    """Tags as they stand in the file, oneway = -1 too; "" where there is none; node tags only of nodes on roads."""
    ways = read_ways(town)
    assert ways.tags.columns.tolist() == list(WAY_TAGS)
    assert ways.tags.loc[0, ["highway", "name", "oneway", "maxspeed", "lanes"]].tolist() == [
        "primary", "雄石大道", "-1", "60", ""
    ]  # fmt: skip
    assert ways.node_tags.columns.tolist() == list(NODE_TAGS)
    assert ways.node_tags.index.tolist() == [1, 4]
    assert ways.node_tags.loc[1, "highway"] == "traffic_signals"
    assert ways.node_tags.loc[4, ["barrier", "access"]].tolist() == ["gate", "private"]


def test_what_is_left_out_is_told(town: Path) -> None:
    """One note for each reason, with count and ids."""
    told = {note.key: (note.count, note.examples) for note in read_ways(town).notes}
    assert told == {
        "note_ways_not_for_vehicles": (1, ("footway 1",)),
        "note_ways_are_areas": (1, ("32",)),
        "note_nodes_missing": (2, ("20", "33")),
        "note_ways_too_short": (1, ("33",)),
    }


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_says_the_same(ending: str, town: Path, tmp_path: Path) -> None:
    """XML, packed XML and PBF of one town give equal arrays."""
    path = tmp_path / f"same{ending}"
    WRITERS[ending](path)
    assert_same(read_ways(path), read_ways(town))


@pytest.mark.parametrize("name", ["TOWN.OSM", "贵溪 2024.10.1,2.osm"])
def test_names_are_free(name: str, tmp_path: Path, town: Path) -> None:
    """Windows tools write .OSM; people put dots, commas and Chinese into names."""
    path = tmp_path / name
    write_xml(path)
    assert_same(read_ways(path), read_ways(town))


def test_ways_before_nodes(town: Path, tmp_path: Path) -> None:
    """Overpass's "out body; >; out skel;" writes ways first; the place of their nodes is found all the same."""
    path = tmp_path / "overpass.osm"
    path.write_bytes(document(WAYS, NODES))
    assert_same(read_ways(path), read_ways(town))


def test_roads_drawn_by_hand(tmp_path: Path) -> None:
    """JOSM gives what was never uploaded negative ids; a planned road joins the mapped ones."""
    path = tmp_path / "planned.osm"
    path.write_bytes(
        document(
            NODES,
            '<node id="-5" lat="28.35" lon="117.25"/>',
            '<way id="-1"><nd ref="-5"/><nd ref="6"/><tag k="highway" v="secondary"/></way>',
        )
    )
    ways = read_ways(path)
    assert routes(ways) == [(-1, [-5, 6])]
    assert (ways.lon.tolist(), ways.lat.tolist()) == ([117.25, 117.22], [28.35, 28.302])


def test_extracts_put_together(tmp_path: Path) -> None:
    """A way that stands in the file twice is read once, as it is told last."""
    path = tmp_path / "joined.osm"
    way = '<way id="{}"><nd ref="3"/><nd ref="{}"/><tag k="highway" v="{}"/></way>'
    path.write_bytes(
        document(NODES, way.format(31, 4, "track"), way.format(10, 5, "primary"), way.format(10, 6, "secondary"))
    )
    ways = read_ways(path)
    assert routes(ways) == [(31, [3, 4]), (10, [3, 6])]
    assert ways.tags["highway"].tolist() == ["track", "secondary"]
    assert [(note.key, note.count, note.examples) for note in ways.notes] == [("note_ways_repeated", 1, ("10",))]


def test_box_keeps_whole_ways(town: Path) -> None:
    """One node in the box keeps the way to its far end; the others are counted."""
    ways = read_ways(town, bbox=(117.205, 28.30, 117.215, 28.31))
    assert routes(ways) == [(10, [3, 5, 6])]
    assert ways.node_id.tolist() == [3, 5, 6]
    assert ways.node_tags.index.tolist() == [1]
    assert ways.notes[-1].key == "note_ways_outside_box"
    assert ways.notes[-1].count == 2


def test_a_box_around_everything_changes_nothing(town: Path) -> None:
    """No note either."""
    assert_same(read_ways(town, bbox=(117.0, 28.0, 118.0, 29.0)), read_ways(town))


@st.composite
def raw_ways(draw: st.DrawFn) -> Ways:
    """Ways over up to eight nodes, some of them missing (nan), with repeated and single nodes."""
    n_nodes = draw(st.integers(1, 8))
    lines = draw(st.lists(st.lists(st.integers(0, n_nodes - 1), min_size=1, max_size=7), min_size=1, max_size=5))
    degrees = st.integers(0, 9).map(float)
    lon = draw(st.lists(st.one_of(degrees, st.just(np.nan)), min_size=n_nodes, max_size=n_nodes))
    tags = pd.DataFrame({"highway": [str(row) for row in range(len(lines))]}, dtype="str")
    node_tags = pd.DataFrame({"highway": [str(node) for node in range(n_nodes)]}, dtype="str")
    return Ways(
        way_id=np.arange(len(lines)) * 10,
        tags=tags,
        ref_ptr=np.cumsum([0, *map(len, lines)]),
        ref=np.array([node for line in lines for node in line]),
        node_id=np.arange(n_nodes) + 100,
        lon=np.array(lon),
        lat=np.array(lon),
        node_tags=node_tags,
        source="drawn",
    )


def plain_pieces(ways: Ways) -> list[tuple[int, list[int]]]:
    """`whole_ways` again, one node after the other."""
    pieces: list[tuple[int, list[int]]] = []
    for way, nodes in routes(ways):
        run: list[int] = []
        for node in [*nodes, None]:
            if node is None or np.isnan(ways.lon[node - 100]):
                if len(run) > 1:
                    pieces.append((way, run))
                run = []
            elif not run or run[-1] != node:
                run = [*run, node]
    return pieces


@given(raw_ways())
def test_cutting_is_the_plain_loop(ways: Ways) -> None:
    """Vectorised cutting gives the pieces of the loop, with the tags of their way and of their nodes."""
    whole = whole_ways(ways)
    expected = plain_pieces(ways)
    assert (routes(whole) if len(whole.way_id) else []) == expected
    assert whole.tags["highway"].tolist() == [str(way // 10) for way, _ in expected]
    assert not np.isnan(whole.lon).any()
    tagged = dict(zip(whole.node_id[whole.node_tags.index].tolist(), whole.node_tags["highway"], strict=True))
    assert tagged == {node: str(node - 100) for _, nodes in expected for node in nodes}


@given(raw_ways(), st.integers(0, 9), st.integers(1, 9))
def test_clipping_is_the_plain_loop(ways: Ways, west: int, width: int) -> None:
    """A way is kept whole exactly if one of its nodes lies in the box."""
    whole = whole_ways(ways)
    box = (west - 0.5, west - 0.5, west + width + 0.5, west + width + 0.5)
    place = dict(zip(whole.node_id.tolist(), whole.lon.tolist(), strict=True))
    every = routes(whole) if len(whole.way_id) else []
    expected = [(way, nodes) for way, nodes in every if any(box[0] <= place[node] <= box[2] for node in nodes)]
    if expected:
        assert routes(ways_in_box(whole, box, "drawn")) == expected
    elif every:
        with pytest.raises(ValueError, match="None of its"):
            ways_in_box(whole, box, "drawn")
