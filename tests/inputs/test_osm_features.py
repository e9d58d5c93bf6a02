"""Nodes, ways and relations by tag, with the shape that each has in the file."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from siting.errors import InputError
from siting.inputs.facilities import read_facilities
from siting.inputs.osm_features import read_features, tags_of
from tests.inputs.osm_text import town


def is_station(tags: object) -> bool:
    return tags.get("amenity") == "fire_station"  # type: ignore[attr-defined]


def test_nodes_ways_and_relations(tmp_path: Path) -> None:
    """All three are read, in that order, each once; a relation keeps its courtyard."""
    found = read_features(town(tmp_path), ("amenity",), is_station)
    assert found.index.tolist() == ["node/1", "node/2", "way/1", "relation/1", "relation/2", "relation/3"]
    assert found.crs.to_epsg() == 4326
    assert found.geometry["node/1"] == shapely.Point(121.2, 31.4)
    assert found.geometry["way/1"].area == pytest.approx(0.002**2)
    assert found.geometry["relation/1"].area == pytest.approx(0.01**2 - 0.008**2)
    assert found["name"].fillna("").tolist() == ["东站", "社区微型消防站", "", "环站", "断站", ""]


def test_clipped_relations(tmp_path: Path) -> None:
    """Of an outline that is not whole in the file, the nodes that are there; with none at all, nothing."""
    found = read_features(town(tmp_path), ("amenity",), is_station)
    assert found.geometry["relation/2"] == shapely.MultiPoint([(121.221, 31.421), (121.229, 31.421)])
    assert found.geometry["relation/3"] is None


CLIPPED = """<osm version='0.6'>
  <node id='1' lat='31.410' lon='121.210'/><node id='2' lat='31.410' lon='121.212'/>
  <way id='1'><nd ref='1'/><nd ref='2'/><nd ref='98'/><nd ref='99'/><nd ref='1'/>
    <tag k='amenity' v='fire_station'/><tag k='building' v='yes'/></way>
  <way id='2'><nd ref='98'/><nd ref='99'/><tag k='amenity' v='fire_station'/></way>
</osm>"""


def test_clipped_ways(tmp_path: Path) -> None:
    """A way whose nodes are missing is one station at those that are there; without any it is still told of."""
    (tmp_path / "clipped.osm").write_text(CLIPPED)
    found = read_features(tmp_path / "clipped.osm", ("amenity",), is_station)
    assert found.geometry["way/1"] == shapely.MultiPoint([(121.21, 31.41), (121.212, 31.41), (121.21, 31.41)])
    assert found.geometry["way/2"] is None
    stations = read_facilities(tmp_path / "clipped.osm", kind="station")
    assert stations.index.tolist() == ["way/1"]
    assert [note.examples for note in stations.attrs["notes"] if note.key == "note_no_position"] == [("way/2",)]


def test_tags_are_those_of_the_object(tmp_path: Path) -> None:
    """No empty cell of another object's column becomes a tag."""
    found = read_features(town(tmp_path), ("amenity",), is_station)
    assert tags_of(found)[2] == {"amenity": "fire_station", "building": "yes", "building:levels": "3"}


def test_packed_and_broken_files(tmp_path: Path) -> None:
    """A gzip reads the same; a file that ends too early, or of another kind, is refused by name."""
    text = town(tmp_path).read_bytes()
    (tmp_path / "town.osm.gz").write_bytes(gzip.compress(text))
    assert len(read_features(tmp_path / "town.osm.gz", ("amenity",), is_station)) == 6
    (tmp_path / "cut.osm").write_bytes(text[: len(text) // 2])
    with pytest.raises(InputError, match=r"cut.osm: It cannot be read to its end"):
        read_features(tmp_path / "cut.osm", ("amenity",), is_station)
    (tmp_path / "no.osm.pbf").write_bytes(b"not a pbf at all")
    with pytest.raises(InputError, match="cannot be read"):
        read_features(tmp_path / "no.osm.pbf", ("amenity",), is_station)
    (tmp_path / "empty.osm.pbf").write_bytes(b"")
    with pytest.raises(InputError, match="0 bytes"):
        read_features(tmp_path / "empty.osm.pbf", ("amenity",), is_station)


@pytest.mark.real
def test_helsinki_station_is_a_relation(real: Callable[[str], Path]) -> None:
    """A reader of nodes alone would find no station in central Helsinki."""
    found = read_features(real("helsinki_center/Helsinki.osm.pbf"), ("amenity",), is_station)
    assert found.index.tolist() == ["relation/167018"]
    assert found.geometry.iloc[0].geom_type == "MultiPolygon"


@pytest.mark.real
def test_liechtenstein_stations(real: Callable[[str], Path]) -> None:
    """Five nodes and a way, as an independent count of the file says."""
    found = read_features(real("liechtenstein/liechtenstein-2015.osm.pbf"), ("amenity",), is_station)
    assert [osm_id.split("/")[0] for osm_id in found.index] == ["node"] * 5 + ["way"]
