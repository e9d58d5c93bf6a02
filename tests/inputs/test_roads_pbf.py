"""The decoder of .osm.pbf: on every real extract and on odd files, exactly what pyosmium says object by object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
import pytest

from siting.errors import InputError
from siting.inputs.roads import osm, read_ways
from siting.inputs.roads.classes import OPEN_TO_ENGINES, ROAD_CLASSES
from siting.inputs.roads.osm import read_osm, read_pbf
from siting.inputs.roads.parts import each_way_once, whole_ways
from siting.inputs.roads.pbf import UnusualFileError
from siting.inputs.roads.plain import read_plain_pbf
from siting.inputs.roads.restrictions import RELATION_TAGS, Relation, restriction_table
from siting.network.ways import NODE_TAGS, WAY_TAGS, Ways
from tests.inputs.test_roads_osm import assert_same

REAL_PBF = [
    "helsinki_center/Helsinki.osm.pbf",
    "liechtenstein/liechtenstein-2015.osm.pbf",
    "porto_alegre/poa.osm.pbf",
    "cambridge_ma/cambridge_city_derived.osm.pbf",
    "cambridge_ma/boston_cambridge_east.osm.pbf",
    "porto_metro/porto_portugal.osm.pbf",
]


def by_pyosmium(path: Path) -> Ways:
    """The roads of a file, one object after the other; what it says in notes is left out."""
    roads: list[tuple[int, list[str], list[int]]] = []
    places: dict[int, tuple[float, float]] = {}
    node_tags: dict[int, list[str]] = {}
    relations: list[Relation] = []
    things: Any = osmium.FileProcessor(path)
    for thing in things:
        tags = dict(thing.tags)
        if thing.is_node():
            places[thing.id] = (thing.location.x / 1e7, thing.location.y / 1e7)
            if not tags.keys().isdisjoint(NODE_TAGS):
                node_tags[thing.id] = [tags.get(key, "") for key in NODE_TAGS]
        elif thing.is_relation():
            if not tags.keys().isdisjoint(RELATION_TAGS[:2]):
                members = [(member.type, member.ref, member.role) for member in thing.members]
                relations.append(Relation(thing.id, [tags.get(key, "") for key in RELATION_TAGS], members))
        elif "highway" in tags and tags.get("area") != "yes":
            open_to = {tags.get("emergency"), tags.get("motor_vehicle")}
            if tags["highway"] in ROAD_CLASSES or open_to & OPEN_TO_ENGINES:
                refs = [node.ref for node in thing.nodes]
                roads.append((thing.id, [tags.get(key, "") for key in WAY_TAGS], refs))
    node_id = np.array(sorted({ref for *_, refs in roads for ref in refs}))
    at = {node: k for k, node in enumerate(node_id.tolist())}
    tagged = [node for node in sorted(node_tags) if node in at]
    lon, lat = np.array([places.get(node, (np.nan, np.nan)) for node in at]).T
    ways = Ways(
        way_id=np.array([way for way, *_ in roads]),
        tags=pd.DataFrame([tags for _, tags, _ in roads], columns=list(WAY_TAGS), dtype="str"),
        ref_ptr=np.cumsum([0, *(len(refs) for *_, refs in roads)]),
        ref=np.array([at[ref] for *_, refs in roads for ref in refs]),
        node_id=node_id,
        lon=lon,
        lat=lat,
        node_tags=pd.DataFrame(
            [node_tags[node] for node in tagged],
            pd.Index([at[node] for node in tagged], dtype=np.int64),
            list(NODE_TAGS),
            dtype="str",
        ),
        source=path.name,
        restrictions=restriction_table(relations)[0],
    )
    return whole_ways(each_way_once(ways))


@pytest.mark.real
@pytest.mark.parametrize("name", REAL_PBF)
def test_every_real_extract_is_read_as_by_pyosmium(real: Callable[[str], Path], name: str) -> None:
    """Ids, order, tags, references, coordinates to the last digit, tags of nodes; rewritten by libosmium, notes too."""
    found = read_pbf(real(name))
    assert_same(found, by_pyosmium(real(name)), but=("notes",))
    assert_same(found, read_osm(real(name)))


def write(path: Path, *, kind: str = "pbf,pbf_dense_nodes=true", nodes: int = 20_000) -> Path:
    """Ways over more nodes than fit into one block, with odd tags, negative coordinates, and a node that is missing."""
    writer = osmium.SimpleWriter(osmium.io.File(str(path), kind))
    for n in range(1, nodes + 1):
        tags = {"highway": "crossing", "name": "路"} if n % 7 == 0 else {"barrier": "gate"} if n % 100 == 1 else {}
        place = (-117.0 - n * 1e-5 - 3e-7, -0.5 + n * 1e-4)
        writer.add_node(osmium.osm.mutable.Node(id=n * 3, location=place, tags=tags))
    odd: list[tuple[list[int], dict[str, str]]] = [
        ([3, 6, 9], {"highway": "primary", "name": "人民路", "oneway": "yes"}),
        ([6, 5, 12, 15], {"highway": "service", "access": ""}),
        ([3, 6], {"highway": "footway"}),
        ([3, 6], {"highway": "footway", "emergency": "yes"}),
        ([3, 6, 9, 3], {"highway": "pedestrian", "area": "yes"}),
        ([3, 6], {"building": "yes"}),
        ([3 * nodes, 3 * nodes - 300], {"highway": "track", "maxspeed": "30 mph"}),
    ]
    for number, (refs, tags) in enumerate(odd):
        writer.add_way(osmium.osm.mutable.Way(id=10**10 + number, nodes=refs, tags=tags))
    writer.close()
    return path


def test_odd_ways_are_read_as_by_pyosmium(tmp_path: Path) -> None:
    """A missing node, an area, ways on foot, empty values, Chinese names, ids beyond 32 bits."""
    file = write(tmp_path / "odd.osm.pbf")
    found = read_pbf(file)
    assert_same(found, by_pyosmium(file), but=("notes",))
    assert_same(found, read_osm(file))
    assert "人民路" in found.tags["name"].tolist()
    told = {note.key for note in found.notes}
    assert told >= {"note_ways_are_areas", "note_ways_not_for_vehicles", "note_nodes_missing"}


@pytest.mark.parametrize("kind", ["pbf,pbf_dense_nodes=false", "pbf,pbf_compression=none"])
def test_unusual_files_are_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Nodes one by one go through pyosmium, blobs that are not compressed do not need to; no difference outside."""
    rewritten: list[Path] = []
    rewrite = osm._rewrite
    monkeypatch.setattr(osm, "_rewrite", lambda path, *rest: (rewritten.append(path), rewrite(path, *rest)))
    file = write(tmp_path / "unusual.osm.pbf", kind=kind)
    assert_same(read_pbf(file), by_pyosmium(file), but=("notes",))
    assert rewritten == [file] * ("dense" in kind)


def test_a_node_without_a_place_is_missing(tmp_path: Path) -> None:
    """Deleted nodes have no coordinates; the way is cut there, not drawn to the edge of the map."""
    file = tmp_path / "deleted.osm"
    nodes = "".join(f'<node id="{n}" lat="28.{n}" lon="117.2"/>' for n in (1, 2, 4, 5))
    refs = "".join(f'<nd ref="{n}"/>' for n in range(1, 6))
    way = f'<way id="9">{refs}<tag k="highway" v="track"/></way>'
    file.write_text(f'<osm version="0.6">{nodes}<node id="3"/>{way}</osm>')
    assert read_osm(file).node_id.tolist() == [1, 2, 4, 5]


@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_cut_off(tmp_path: Path, kept: float) -> None:
    """A file that is cut off is refused with pyosmium's reason."""
    whole = write(tmp_path / "whole.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(InputError, match="cannot be read as an OpenStreetMap file"):
        read_ways(tmp_path / "cut.osm.pbf")


def test_flipped_bytes_never_crash(tmp_path: Path) -> None:
    """Damage in an uncompressed file, which no checksum guards, ends in an error or in ways, not in a crash."""
    whole = write(tmp_path / "whole.osm.pbf", kind="pbf,pbf_compression=none", nodes=300).read_bytes()
    rng = np.random.default_rng(0)
    refused, damaged = 0, tmp_path / "damaged.osm.pbf"
    for _ in range(300):
        content = bytearray(whole)
        for at in rng.integers(0, len(whole), 3):
            content[at] = rng.integers(256)
        damaged.write_bytes(content)
        try:
            read_plain_pbf(damaged, damaged)
        except (UnusualFileError, InputError):
            refused += 1
    assert refused > 30
