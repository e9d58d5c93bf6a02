"""A network that was built before is taken from disk: the same network, for the same question only, always whole."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from siting import toy
from siting.errors import InputError
from siting.inputs.network_cache import (
    LAYOUT,
    _code_digest,
    cache_folder,
    cached_network,
    digest,
    read_network,
    write_network,
)
from siting.inputs.road_network import read_roads
from siting.network import RoadNetwork, turn_table, with_turns
from siting.network.ways import no_restrictions
from siting.speeds import load_profile
from siting.study_area import StudyArea
from siting.tables import Note
from siting.travel_time import matrix
from tests.full_disk import full_disk

NETWORK = replace(toy.network(), notes=(Note("topic_roads", "note_leaps", 2, ("1", "路"), {"km": 12.5}),))


def assert_same(one: RoadNetwork, other: RoadNetwork) -> None:
    """In every field but where it comes from."""
    for field in fields(RoadNetwork):
        if field.name == "cache_entry":
            continue
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(first, second)
        elif isinstance(first, np.ndarray):
            assert first.dtype == second.dtype
            np.testing.assert_array_equal(first, second)
        else:
            assert first == second


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    """Every field with its type, and times computed on it are the same."""
    write_network(NETWORK, tmp_path / "entry")
    found = read_network(tmp_path / "entry")
    assert_same(found, NETWORK)
    np.testing.assert_array_equal(matrix(found, toy.sites(), toy.demand()), matrix(NETWORK, toy.sites(), toy.demand()))
    assert [p.name for p in tmp_path.iterdir()] == ["entry"]


def spoiled(name: str, value: object) -> RoadNetwork:
    """The town with the first entry of one array another, or the array without its last."""
    town = with_turns(NETWORK, load_profile("fire-engine-turns"), no_restrictions())
    assert town.turns is not None
    own, holder = (town, None) if hasattr(town, name) else (town.turns, town)
    array = getattr(own, name)[:-1].copy() if value is None else getattr(own, name).copy()
    if value is not None:
        array[0] = value
    changed = replace(own, **{name: array})
    return changed if holder is None else replace(town, turns=changed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("x", "edge_to", "edge_length_m", "is_main", "coords", "leaving_deg", "edges")),
        ("edge_from", 10**6), ("edge_to", 2**32 - 1), ("forward_ms", -2), ("backward_ms", 2**31 - 1),
        ("coord_ptr", 1), ("coords", np.nan), ("edge_length_m", np.inf), ("leaving_deg", np.nan),
    ],
)  # fmt: skip
def test_a_network_of_a_stranger_does_not_bring_down_a_search(name: str, value: object, tmp_path: Path) -> None:
    """Its digests fit, its arrays do not: a kernel would read and write beyond them."""
    write_network(spoiled(name, value), tmp_path / "entry")
    with pytest.raises(ValueError, match="does not fit the other arrays"):
        read_network(tmp_path / "entry")


@pytest.mark.parametrize(
    ("good", "bad"),
    [('"x.npy"', '"../x.npy"'), ('"crs": "', '"crs": "NO'), ('"table": {', '"table": 1, "y": {'), ('"x"', '"z"')],
)
def test_an_entry_with_digests_that_fit_and_nothing_else(good: str, bad: str, tmp_path: Path) -> None:
    """It is built anew, with a word, as one that is damaged."""
    entry = tmp_path / "cache" / digest({"layout": LAYOUT, "code": _code_digest()})
    write_network(NETWORK, entry)
    (entry.parent / "x.npy").write_bytes((entry / "x.npy").read_bytes())
    stored = json.loads((entry / "network.json").read_text("utf-8"))["fields"]
    text = json.dumps(stored)
    assert good in text
    stored = json.loads(text.replace(good, bad, 1))
    (entry / "network.json").write_text(json.dumps({"fields": stored, "digest": digest(stored)}), "utf-8")
    said: list[str] = []
    assert_same(cached_network(entry.parent, {}, lambda: NETWORK, said.append), NETWORK)
    assert "is damaged" in said[0]


def test_turns_are_kept(tmp_path: Path) -> None:
    """Delays, bearings and forbidden turns come back, and with them the times."""
    town = with_turns(NETWORK, load_profile("fire-engine-turns"), no_restrictions())
    assert town.turns is not None
    town = replace(town, turns=replace(town.turns, forbidden=np.array([[0, 2]])))
    write_network(town, tmp_path / "entry")
    found = read_network(tmp_path / "entry")
    pd.testing.assert_frame_equal(turn_table(found), turn_table(town))
    times = matrix(found, toy.sites(), toy.demand())
    np.testing.assert_array_equal(times, matrix(town, toy.sites(), toy.demand()))
    assert (times > matrix(NETWORK, toy.sites(), toy.demand()) + 1).any()


def test_counts_taken_from_arrays_are_kept_as_numbers(tmp_path: Path) -> None:
    """A note with numpy's numbers in it is written, and says the same when it comes back."""
    note = Note("topic_roads", "note_leaps", np.int64(2), values={"km": np.float32(12.5), "n": np.int64(3)})
    write_network(replace(NETWORK, notes=(note,)), tmp_path / "entry")
    (found,) = read_network(tmp_path / "entry").notes
    assert found == replace(note, count=2, values={"km": 12.5, "n": 3})
    assert found.message("en") == note.message("en")


def test_built_once(tmp_path: Path) -> None:
    """The second time nothing is built; another question is another network."""
    built: list[int] = []

    def build() -> RoadNetwork:
        built.append(1)
        return NETWORK

    said: list[str] = []
    for made_of in ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 1}):
        assert_same(cached_network(tmp_path, made_of, build, said.append), NETWORK)
    assert len(built) == 2
    assert [line.startswith("Took the network stored in") for line in said] == [True, True]
    assert cached_network(tmp_path, {"a": 1}, build, said.append).cache_entry in [p.name for p in tmp_path.iterdir()]


@pytest.mark.parametrize("damage", ["array", "cut", "meta", "missing", "names", "version"])
def test_a_damaged_entry_is_built_again(tmp_path: Path, damage: str) -> None:
    """A flipped bit, a cut-off file, a lost one, another version's: said, built again, and whole afterwards."""
    cached_network(tmp_path, {}, lambda: NETWORK, print)
    (entry,) = tmp_path.iterdir()
    if damage == "array":
        content = bytearray((entry / "forward_ms.npy").read_bytes())
        content[-3] ^= 1
        (entry / "forward_ms.npy").write_bytes(content)
    elif damage == "cut":
        (entry / "forward_ms.npy").write_bytes((entry / "forward_ms.npy").read_bytes()[:-3])
    elif damage == "version":  # one that knew another field, and whose digest is right
        stored = json.loads((entry / "network.json").read_text("utf-8"))["fields"] | {"lanes": {"value": 2}}
        (entry / "network.json").write_text(json.dumps({"fields": stored, "digest": digest(stored)}), "utf-8")
    elif damage == "missing":
        (entry / "coords.npy").unlink()
    else:
        text = (entry / "network.json").read_text("utf-8")
        (entry / "network.json").write_text(text[:-40] if damage == "meta" else text.replace("South", "North"), "utf-8")
    said: list[str] = []
    assert_same(cached_network(tmp_path, {}, lambda: NETWORK, said.append), NETWORK)
    assert len(said) == 1
    assert "is damaged" in said[0]
    assert_same(read_network(entry), NETWORK)


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    """The network is there all the same, and it is said why it will be built again."""
    (tmp_path / "file").write_text("")
    said: list[str] = []
    assert_same(cached_network(tmp_path / "file" / "cache", {}, lambda: NETWORK, said.append), NETWORK)
    assert "cannot be stored" in said[0]


def test_a_file_that_changes_while_its_network_is_built(tmp_path: Path) -> None:
    """What was built of the new bytes, or of half of each, is not kept under the digest of the old ones."""
    roads, said = tmp_path / "roads", list[str]()
    roads.write_text("old")

    def build() -> RoadNetwork:
        roads.write_text("new")
        return NETWORK

    assert_same(cached_network(tmp_path / "cache", {"roads": roads}, build, said.append), NETWORK)
    assert said == ["A file changed while the network was built of it: it is not stored."]
    assert not (tmp_path / "cache").exists()


def test_a_full_disk_costs_only_time(tmp_path: Path) -> None:
    """In the middle of an array, where numpy's error has no number: said in words, nothing half-written is left."""
    cached_network(tmp_path / "whole", {}, lambda: NETWORK, print)
    longest = max(file.stat().st_size for file in (tmp_path / "whole").rglob("*.npy"))
    for room in (50, longest - 1):
        said: list[str] = []
        with full_disk(room):
            assert_same(cached_network(tmp_path / "cache", {}, lambda: NETWORK, said.append), NETWORK)
        assert re.search(r"cannot be stored in .*\(.*(written|too large)", said[0])
        assert list((tmp_path / "cache").iterdir()) == []


def write_entry(entry: Path) -> None:
    write_network(NETWORK, entry)


def test_several_processes_write_the_same_entry(tmp_path: Path) -> None:
    """All succeed, one entry is there, and nothing else is left."""
    with ProcessPoolExecutor(3) as pool:
        list(pool.map(write_entry, [tmp_path / "entry"] * 12))
    assert [p.name for p in tmp_path.iterdir()] == ["entry"]
    assert_same(read_network(tmp_path / "entry"), NETWORK)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_whoever_is_killed_while_writing_leaves_no_entry(tmp_path: Path) -> None:
    """The place stays free; whoever stores a network next, this or another, sweeps away what was left."""
    script = (
        "import os, signal, sys; from pathlib import Path; from siting import toy; "
        "from siting.inputs import network_cache as cache; "
        "cache.json.dumps = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL); "
        "cache.write_network(toy.network(), Path(sys.argv[1]))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path / "entry")], check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "entry").exists()
    (left,) = tmp_path.iterdir()
    write_entry(tmp_path / "other")
    assert not left.exists()
    write_entry(tmp_path / "entry")
    assert_same(read_network(tmp_path / "entry"), NETWORK)


def test_digests_tell_apart_what_differs(tmp_path: Path) -> None:
    """Every field of a profile, every kind of value; the order of a set or mapping does not matter."""
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("two")
    profile = load_profile("fire-engine")
    values = [
        1, 1.0, True, "1", None, (1, 2), (2, 1), {1, 2}, {"a": 1}, toy.CRS, shapely.Point(0, 0), shapely.Point(0, 1),
        tmp_path / "a", tmp_path / "b", profile, replace(profile, factor=1.01),
        replace(profile, kph={**profile.kph, "primary": 1.0}),
    ]  # fmt: skip
    assert len({digest(value) for value in values}) == len(values)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    with pytest.raises(TypeError, match="object has no digest"):
        digest(object())


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The argument, then the environment, then the user's own folder."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "environment"))
    assert cache_folder(tmp_path) == tmp_path
    assert cache_folder() == tmp_path / "environment"
    monkeypatch.delenv("SITING_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / "siting"


ROAD = """<osm version="0.6"><node id="1" lat="28.30" lon="117.20"/><node id="2" lat="28.31" lon="117.20"/>
<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>"""


def area(buffer_m: float = 0.0) -> StudyArea:
    box = gpd.GeoSeries([shapely.box(117.19, 28.29, 117.22, 28.32)], crs="EPSG:4326")
    return StudyArea.from_geometry(box, name="town", cell_m=1000.0, buffer_m=buffer_m)


def test_reading_roads_twice(tmp_path: Path) -> None:
    """The same file, area and profile are read once; a changed file, area or profile, or no cache, anew."""
    file, cache = tmp_path / "town.osm", tmp_path / "cache"
    file.write_text(ROAD, "utf-8")

    def read(of: StudyArea, speeds: str = "fire-engine", *, to: Path | bool = cache) -> tuple[RoadNetwork, list[str]]:
        said: list[str] = []
        return read_roads(file, of, speeds=speeds, cache=to, progress=said.append), said

    first, said = read(area())
    assert said[0].startswith("Reading town.osm (0.0 MB)")
    assert said[1] == "Building the network of 1 roads."
    again, said = read(area())
    assert said[0].startswith("Took the network stored in")
    assert_same(first, again)
    assert read(area(), to=False)[1] == ["Reading town.osm (0.0 MB).", "Building the network of 1 roads."]
    assert len(read(area(50.0))[1]) == len(read(area(), "flat-40")[1]) == 2
    file.write_text(ROAD.replace("primary", "tertiary"), "utf-8")
    changed, said = read(area())
    assert len(said) == 2
    assert changed.edges.highway.tolist() == ["tertiary"]


def test_a_missing_file_is_named_by_the_reader(tmp_path: Path) -> None:
    """As without a cache."""
    with pytest.raises(InputError, match="There is no such file"):
        read_roads(tmp_path / "none.osm.pbf", area(), cache=tmp_path)
