"""Every real extract against a plain count by pyosmium, and against what the folder's README says is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest

from siting.inputs.roads import read_ways
from siting.network.ways import Ways

pytestmark = pytest.mark.real

# file: drivable ways, nodes they name, one-way, with maxspeed; None where the README does not say
README = {
    "helsinki_center/Helsinki.osm.pbf": (1002, 2332, 471, 793),
    "guixi/guixi.osm": (169, 1240, 62, 0),
    "liechtenstein/liechtenstein-2015.osm.pbf": (2388, 16912, None, None),
    "porto_alegre/poa.osm.pbf": (12283, 32701, 4696, 5204),
    "cambridge_ma/cambridge_city_derived.osm.pbf": (2644, 9550, None, 0),
    "cambridge_ma/boston_cambridge_east.osm.pbf": (5123, 29473, None, None),
    "auckland/auckland_main_roads_tertiary+.osm.bz2": (6833, 64326, 3098, 4125),
    "porto_metro/porto_portugal.osm.pbf": (43363, 276049, 11013, 2090),
}
LINKED = {"motorway", "trunk", "primary", "secondary", "tertiary"}
DRIVABLE = frozenset(
    LINKED | {f"{kind}_link" for kind in LINKED} | {"unclassified", "residential", "living_street", "service", "road"}
)


@dataclass
class Counted(osmium.SimpleHandler):
    """A plain pass over a file, object by object, without filters."""

    nodes: set[int] = field(default_factory=set)
    ways: dict[int, tuple[dict[str, str], list[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def node(self, node: osmium.osm.Node) -> None:
        self.nodes.add(node.id)

    def way(self, way: osmium.osm.Way) -> None:
        if way.tags.get("highway") in DRIVABLE:
            self.ways[way.id] = dict(way.tags), [node.ref for node in way.nodes]

    def pairs(self, way: int) -> int:
        """Straight pieces of the way whose two ends are in the file."""
        return sum(a in self.nodes and b in self.nodes and a != b for a, b in pairwise(self.ways[way][1]))


@pytest.fixture(scope="module", params=README)
def counted(request: pytest.FixtureRequest, real: Callable[[str], Path]) -> tuple[str, Counted, Ways]:
    path = real(request.param)
    plain = Counted()
    plain.apply_file(str(path))
    return request.param, plain, read_ways(path)


def test_the_plain_count_is_what_the_readme_says(counted: tuple[str, Counted, Ways]) -> None:
    """The second opinion is a good one: it finds what was counted when the data was collected."""
    name, plain, _ = counted
    tags = [tags for tags, _ in plain.ways.values()]
    named = {node for _, refs in plain.ways.values() for node in refs}
    found = (
        len(tags),
        len(named),
        sum(t.get("oneway", "no") != "no" for t in tags),
        sum("maxspeed" in t for t in tags),
    )
    assert all(told in (None, ours) for told, ours in zip(README[name], found, strict=True)), found
    assert len(named - plain.nodes) == (174 if "Helsinki" in name else 0)


def test_no_drivable_way_is_lost_or_changed(counted: tuple[str, Counted, Ways]) -> None:
    """The same ways with the same tags, except areas and ways without two neighbouring nodes, each told in a note."""
    _, plain, ways = counted
    expected = {w for w, (tags, _) in plain.ways.items() if tags.get("area") != "yes" and plain.pairs(w)}
    drivable = ways.tags["highway"].isin(DRIVABLE).to_numpy()
    assert set(ways.way_id[drivable].tolist()) == expected
    for key in ("highway", "oneway", "maxspeed", "name", "access"):
        ours = dict(zip(ways.way_id[drivable].tolist(), ways.tags.loc[drivable, key], strict=True))
        assert ours == {w: plain.ways[w][0].get(key, "") for w in expected}, key


def test_every_piece_between_held_nodes_is_there_once(counted: tuple[str, Counted, Ways]) -> None:
    """Cutting at missing nodes loses no piece of road whose ends are known, and makes up none."""
    _, plain, ways = counted
    expected = {w: plain.pairs(w) for w, (tags, _) in plain.ways.items() if tags.get("area") != "yes"}
    pieces: dict[int, int] = dict.fromkeys(expected, 0)
    for way, n in zip(ways.way_id.tolist(), (np.diff(ways.ref_ptr) - 1).tolist(), strict=True):
        if way in pieces:
            pieces[way] += n
    assert pieces == expected


def test_missing_nodes_are_told(counted: tuple[str, Counted, Ways]) -> None:
    """Where the file names nodes that it does not hold, a note counts at least those of the drivable ways."""
    _, plain, ways = counted
    missing = sum(
        node not in plain.nodes for tags, refs in plain.ways.values() if tags.get("area") != "yes" for node in refs
    )
    told = sum(note.count for note in ways.notes if note.key == "note_nodes_missing")
    assert told >= missing
    assert (told > 0) == (missing > 0)


def test_the_arrays_hold_together(counted: tuple[str, Counted, Ways]) -> None:
    """The contract of `Ways`: positions in range, every node used and placed, node tags on nodes that are there."""
    _, _, ways = counted
    assert len(ways.tags) == len(ways.way_id) == len(ways.ref_ptr) - 1
    assert (np.diff(ways.ref_ptr) >= 2).all()
    assert np.array_equal(np.unique(ways.ref), np.arange(len(ways.node_id)))
    assert np.isfinite(ways.lon).all()
    assert np.isfinite(ways.lat).all()
    assert ways.node_tags.index.isin(range(len(ways.node_id))).all()
    assert (ways.node_tags != "").any(axis=1).all()
