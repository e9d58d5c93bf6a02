"""Road files that cannot be used: each is refused with a message that says what is wrong and what to do."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import osmnx as ox
import pytest

from siting.errors import InputError
from siting.inputs.roads import read_ways, ways_from_graph
from tests.inputs.test_roads_osm import NODES, WAYS, document, write_pbf

TOWN = document(NODES, WAYS)
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.osm.pbf", b"", "0 bytes"),
        ("picture.osm.pbf", b"\x89PNG\r\n\x1a\n" * 99, "cannot be read as an OpenStreetMap file"),
        ("half.osm", TOWN[:-300], "cannot be read as an OpenStreetMap file .XML parsing error"),
        ("half.osm.gz", gzip.compress(TOWN)[:-30], "cannot be read as an OpenStreetMap file .gzip"),
        ("half.osm.bz2", bz2.compress(TOWN)[:-30], "cannot be read as an OpenStreetMap file .bzip2"),
        ("page.osm", b"<html><body>Too many requests</body></html>", "Unknown top-level element: html"),
        ("nonsense.osm", document('<node id="1" lat="28" lon="east"/>'), "wrong format for coordinate"),
        ("bomb.osm", BOMB + TOWN[38:], "entities are not supported"),
        ("rivers.osm", document(NODES), "There is no road in it"),
        (
            "paths.osm",
            document(NODES, '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'),
            r"no road in it \(only path 1\)",
        ),
        ("no_nodes.osm", document(WAYS), "It holds 4 roads but none of their"),
        ("text.graphml", b"this is no XML", "is not XML"),
        ("code.graphml", b'<?xml version="1.0" encoding="uf-8"?><graphml/>', "is not XML .unknown encoding: uf-8"),
        ("wide.graphml", b'<?xml version="1.0" encoding="gb18030"?><graphml/>', "is not XML .multi-byte"),
        ("osm.graphml", TOWN, "<osm>, not <graphml>"),
        ("bomb.graphml", BOMB + b"<graphml/>", "declares a document type"),
        ("bomb16.graphml", (BOMB + b"<graphml/>").decode().encode("utf-16"), "declares a document type"),
        ("void.graphml", b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"/>', "not a GraphML file that OSMnx"),
        ("half.graphml", b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph>', "not a GraphML file that"),
    ],
)
def test_broken_files(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    """Empty, cut off, of another kind, without roads, or a bomb."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as fault:
        read_ways(path)
    assert name in str(fault.value)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
def test_truncated_pbf(share: float, tmp_path: Path) -> None:
    """Wherever a download stops, it is told and not taken for a small file."""
    whole, cut = tmp_path / "whole.osm.pbf", tmp_path / "cut.osm.pbf"
    write_pbf(whole)
    content = whole.read_bytes()
    cut.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match=r"cut off.*may be cut off"):
        read_ways(cut)


@pytest.mark.real
def test_truncated_real_pbf(real: Callable[[str], Path], tmp_path: Path) -> None:
    """Half of a real extract."""
    content = real("helsinki_center/Helsinki.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"cut off.*download or export it again"):
        read_ways(cut)


def test_every_fault_at_once(tmp_path: Path) -> None:
    """Unknown ending, missing file and a box in metres in one message."""
    with pytest.raises(InputError) as fault:
        read_ways(tmp_path / "roads.osm.pfb", bbox=(500000, 3130000, 510000, 3140000))
    assert len(fault.value.faults) == 3
    assert "Did you mean '.osm.pbf'?" in fault.value.faults[0]
    assert "no such file" in fault.value.faults[1]
    assert "not in degrees" in fault.value.faults[2]


def test_a_slip_in_the_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """The file beside it is named; a folder is told from a file."""
    (tmp_path / "guixi.osm").write_bytes(TOWN)
    with pytest.raises(InputError, match=r"no such file\. Did you mean 'guixi.osm'\?"):
        read_ways(tmp_path / "guxi.osm")
    (tmp_path / "folder.osm").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        read_ways(tmp_path / "folder.osm")


@pytest.mark.parametrize(
    ("bbox", "message"),
    [
        ((28.30, 117.20, 28.31, 117.21), "not in degrees"),
        ((117.21, 28.30, 117.20, 28.31), "empty or turned round"),
        ((10.0, 50.0, 11.0, 51.0), r"lie in 117.2000, 28.3000, 117.2200, 28.3030. Check that roads and boundary"),
    ],
)
def test_boxes_beside_the_roads(bbox: tuple[float, float, float, float], message: str, tmp_path: Path) -> None:
    """The roads' own extent is told."""
    path = tmp_path / "town.osm"
    path.write_bytes(TOWN)
    with pytest.raises(InputError, match=message):
        read_ways(path, bbox=bbox)


def test_swapped_longitude_and_latitude(tmp_path: Path) -> None:
    """Where both are possible degrees, the swap is seen from the place of the roads."""
    path = tmp_path / "vaduz.osm"
    nodes = '<node id="1" lat="47.1" lon="9.5"/><node id="2" lat="47.2" lon="9.6"/>'
    way = '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>'
    path.write_bytes(document(nodes, way))
    with pytest.raises(InputError, match="look swapped"):
        read_ways(path, bbox=(47.0, 9.4, 47.3, 9.7))


def graph(**changes: object) -> nx.MultiDiGraph:
    town = nx.MultiDiGraph(crs="EPSG:4326")
    town.add_nodes_from([(1, {"x": 117.20, "y": 28.30}), (2, {"x": 117.21, "y": 28.30})])
    town.add_edge(1, 2, **{"osmid": 7, "highway": "primary", "oneway": True, "reversed": False, **changes})
    return town


def test_every_fault_of_a_graph_at_once() -> None:
    """Undirected, without CRS, named and misplaced nodes, edges without osmid."""
    wrong = nx.MultiGraph()
    wrong.add_node("a", x=1.0, y=float("nan"))
    wrong.add_edge("a", "b", highway="primary", oneway="yes")
    with pytest.raises(InputError) as fault:
        ways_from_graph(wrong)
    text = "\n".join(fault.value.faults)
    for part in (
        "MultiDiGraph",
        "no CRS",
        "not whole numbers (a, b)",
        "no finite x and y (a, b)",
        "osmid",
        "all_oneway",
    ):
        assert part in text
    assert len(fault.value.faults) == 6


def test_graphs_without_roads() -> None:
    """No edge, or edges of something else."""
    with pytest.raises(InputError, match="no edge"):
        ways_from_graph(nx.MultiDiGraph(crs="EPSG:4326"))
    buildings = graph()
    del buildings.edges[1, 2, 0]["highway"]
    with pytest.raises(InputError, match="None of its 1 edges has a 'highway'"):
        ways_from_graph(buildings)


def test_unknown_crs_of_a_graph() -> None:
    """The text that is not understood is repeated."""
    town = graph()
    town.graph["crs"] = "EPSG:GK38"
    with pytest.raises(InputError, match="'EPSG:GK38' is unknown"):
        ways_from_graph(town)


def test_graphml_without_crs(tmp_path: Path) -> None:
    """What networkx wrote without OSMnx has no CRS; it is not guessed."""
    town = graph()
    del town.graph["crs"]
    ox.save_graphml(town, tmp_path / "town.graphml")
    with pytest.raises(InputError, match="has no CRS"):
        read_ways(tmp_path / "town.graphml")


def test_graphml_of_another_program(tmp_path: Path) -> None:
    """Typed attributes and named nodes: valid GraphML, but not OSMnx's."""
    other = nx.MultiDiGraph(crs="EPSG:4326")
    other.add_edge("church", "market", weight=3)
    nx.write_graphml(other, tmp_path / "named.graphml")
    with pytest.raises(InputError, match=r"not a GraphML file that OSMnx wrote \(ValueError"):
        read_ways(tmp_path / "named.graphml")
    typed = graph(length=12.5)
    nx.write_graphml(typed, tmp_path / "typed.graphml")
    with pytest.raises(InputError, match=r"not a GraphML file that OSMnx wrote \(AttributeError"):
        read_ways(tmp_path / "typed.graphml")
