"""Barriers by their tags, and from a file of one's own."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting.errors import InputError
from siting.inputs.barriers import read_barriers

_WAYS = {
    1: "highway=motorway",
    2: "highway=trunk",
    3: "highway=motorway tunnel=yes",
    4: "railway=rail usage=main",
    5: "railway=rail service=yard",
    6: "railway=rail usage=industrial",
    7: "waterway=river width=300",
    8: "waterway=river width=20",
    9: "waterway=river",
    10: "waterway=canal width=60",
    11: "highway=primary",
}


def osm(folder: Path) -> Path:
    """Parallel ways from west to east, 0.01 degrees apart, and a water area 111 m wide around way 9."""
    nodes = [
        f'<node id="{way}{end}" lat="{31 + way / 100:.2f}" lon="{121 + end / 10:.1f}"/>'
        for way in _WAYS
        for end in (1, 2)
    ]
    ways = [
        f'<way id="{way}"><nd ref="{way}1"/><nd ref="{way}2"/>'
        + "".join('<tag k="{}" v="{}"/>'.format(*tag.split("=")) for tag in tags.split())
        + "</way>"
        for way, tags in _WAYS.items()
    ]
    corners = [(31.0895, 121.1), (31.0895, 121.2), (31.0905, 121.2), (31.0905, 121.1)]
    nodes += [f'<node id="90{k}" lat="{lat}" lon="{lon}"/>' for k, (lat, lon) in enumerate(corners)]
    ring = "".join(f'<nd ref="90{k}"/>' for k in (0, 1, 2, 3, 0))
    ways.append(f'<way id="20">{ring}<tag k="natural" v="water"/><tag k="water" v="river"/></way>')
    path = folder / "barriers.osm"
    path.write_text(f'<osm version="0.6">{"".join(nodes + ways)}</osm>', "utf-8")
    return path


def test_kinds_from_tags(tmp_path: Path) -> None:
    """Tunnels, yards, industrial tracks and canals bar nobody; a river is wide by its tag or the water around it."""
    found = read_barriers(osm(tmp_path))
    assert found.kind.to_dict() == {
        "way/1": "motorway",
        "way/2": "expressway",
        "way/4": "railway",
        "way/7": "river",
        "way/8": "narrow_river",
        "way/9": "river",
    }
    assert (found.geom_type == "LineString").all()


def test_a_file_of_one_s_own(tmp_path: Path) -> None:
    """Its columns are kept, and points are refused."""
    line = shapely.LineString([(121.2, 31.4), (121.2, 31.5)])
    drawn = gpd.GeoDataFrame({"kind": ["wall of the old town"], "severity": ["wall"]}, geometry=[line], crs=4326)
    drawn.to_file(tmp_path / "barriers.geojson")
    assert read_barriers(tmp_path / "barriers.geojson").severity.tolist() == ["wall"]
    drawn.set_geometry([shapely.Point(121.2, 31.4)]).to_file(tmp_path / "points.geojson")
    with pytest.raises(InputError, match="not LineString"):
        read_barriers(tmp_path / "points.geojson")


@pytest.mark.real
def test_guixi(real: Callable[[str], Path]) -> None:
    """A real Chinese town: its railways without the yards, and the river with the water area around it."""
    kinds = read_barriers(real("guixi/guixi.osm")).kind.value_counts()
    assert kinds["railway"] == 17
    assert kinds["river"] >= 1
