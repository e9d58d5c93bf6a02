"""The fast decoder of .osm.pbf: on every real extract and on odd files, exactly what pyosmium reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest

from siting.errors import InputError
from siting.inputs.roads import large, read_ways
from siting.inputs.roads.large import read_large_pbf, read_pbf
from siting.inputs.roads.osm import read_osm
from siting.inputs.roads.pbf import UnusualFileError
from siting.network.ways import Ways

REAL_PBF = [
    "helsinki_center/Helsinki.osm.pbf",
    "liechtenstein/liechtenstein-2015.osm.pbf",
    "porto_alegre/poa.osm.pbf",
    "cambridge_ma/cambridge_city_derived.osm.pbf",
    "cambridge_ma/boston_cambridge_east.osm.pbf",
    "porto_metro/porto_portugal.osm.pbf",
]


def assert_same(one: Ways, other: Ways) -> None:
    for field in fields(Ways):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(first, second)
        elif isinstance(first, np.ndarray):
            assert first.dtype == second.dtype, field.name
            np.testing.assert_array_equal(first, second)
        else:
            assert first == second


@pytest.mark.real
@pytest.mark.parametrize("name", REAL_PBF)
def test_every_real_extract_is_read_as_by_pyosmium(real: Callable[[str], Path], name: str) -> None:
    """All fields: ids, order, tags, references, coordinates to the last digit, tags of nodes, notes."""
    assert_same(read_large_pbf(real(name)), read_osm(real(name)))


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
    found = read_large_pbf(file)
    assert_same(found, read_osm(file))
    assert "人民路" in found.tags["name"].tolist()
    told = {note.key for note in found.notes}
    assert told >= {"note_ways_are_areas", "note_ways_not_for_vehicles", "note_nodes_missing"}


@pytest.mark.parametrize("kind", ["pbf,pbf_dense_nodes=false", "pbf,pbf_compression=none"])
def test_unusual_files_are_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Nodes one by one go to pyosmium, blobs that are not compressed do not need to; no difference outside."""
    monkeypatch.setattr(large, "LARGE_B", 0)
    file = write(tmp_path / "unusual.osm.pbf", kind=kind)
    said: list[str] = []
    assert_same(read_pbf(file, said.append), read_osm(file))
    assert len(said) == ("dense" in kind)


def test_size_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files do not pay for the decoder's start."""

    def never(*_: object) -> Ways:
        raise AssertionError

    file = write(tmp_path / "small.osm.pbf", nodes=200)
    monkeypatch.setattr(large, "read_large_pbf", never)
    assert len(read_ways(file).way_id)
    monkeypatch.setattr(large, "LARGE_B", 0)
    with pytest.raises(AssertionError):
        read_ways(file)


@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: float) -> None:
    """A file that is cut off is refused with pyosmium's reason."""
    monkeypatch.setattr(large, "LARGE_B", 0)
    whole = write(tmp_path / "whole.osm.pbf").read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(InputError, match="cannot be read as an OpenStreetMap file"):
        read_ways(tmp_path / "cut.osm.pbf")


def test_flipped_bytes_never_crash(tmp_path: Path) -> None:
    """Damage in an uncompressed file, which no checksum guards, ends in an error or in ways, not in a crash."""
    whole = write(tmp_path / "whole.osm.pbf", kind="pbf,pbf_compression=none", nodes=300).read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        content = bytearray(whole)
        for at in rng.integers(0, len(whole), 3):
            content[at] = rng.integers(256)
        (tmp_path / "damaged.osm.pbf").write_bytes(content)
        try:
            read_large_pbf(tmp_path / "damaged.osm.pbf")
        except (UnusualFileError, InputError):
            refused += 1
    assert refused > 30
