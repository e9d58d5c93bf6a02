"""Roads from any file into `Ways`: the first thing the network room asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from siting.inputs.roads.classes import ROAD_CLASSES
from siting.inputs.roads.graph import ways_from_graph
from siting.inputs.roads.graphml import read_graphml
from siting.inputs.roads.osm import read_osm, read_pbf
from siting.inputs.roads.parts import Box, check_box, ways_in_box
from siting.inputs.roads.progress import Progress, silent
from siting.network.ways import Ways
from siting.tables import Faults, did_you_mean

__all__ = ["READERS", "Progress", "read_ways", "silent", "ways_from_graph"]

READERS: dict[str, Callable[[Path, Progress, Collection[str]], Ways]] = {
    ".osm.pbf": read_pbf,
    ".pbf": read_pbf,
    ".osm": read_osm,
    ".osm.gz": read_osm,
    ".osm.bz2": read_osm,
    ".graphml": read_graphml,
}
"""The reader for each file ending; the longest ending that fits decides."""


def read_ways(
    path: str | Path,
    bbox: Box | None = None,
    *,
    classes: Collection[str] = ROAD_CLASSES,
    progress: Progress = silent,
) -> Ways:
    """
    Roads of a file, longitude and latitude in WGS 84.

    Unless other `classes` are asked for, every way that could be a road for an engine is there, also what is closed,
    private or under construction: whether and how fast each is driven is for the speed profile to say. What is left out
    here, and how much, is in `notes`.

    Parameters
    ----------
    path
        File with one of the endings in `READERS`.
    bbox
        West, south, east, north in degrees. Ways with at least one node inside are kept, whole.
    classes
        Values of `highway` that are read, such as paths for whoever comes on foot.
    progress
        Called with a sentence before the file is read, and every few seconds while it is.

    Raises
    ------
    InputError
        If the file is missing, of an unknown kind, broken, or holds no road (inside `bbox`).

    Examples
    --------
    >>> import tempfile
    >>> osm = '''<osm version="0.6">
    ... <node id="1" lat="28.30" lon="117.20"/><node id="2" lat="28.31" lon="117.20"/>
    ... <way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>'''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "one_road.osm")
    ...     _ = file.write_text(osm)
    ...     ways = read_ways(file)
    >>> ways.way_id.tolist(), ways.node_id.tolist(), ways.tags.loc[0, "highway"]
    ([7], [1, 2], 'primary')
    """
    path = Path(path)
    faults = Faults(str(path))
    ending = _ending(path, faults)
    _check_file(path, faults)
    if bbox is not None:
        check_box(bbox, faults)
    faults.stop()
    progress(f"Reading {path.name} ({path.stat().st_size / 1e6:,.1f} MB).")
    ways = READERS[ending](path, progress, classes)
    return ways if bbox is None else ways_in_box(ways, bbox, str(path))


def _ending(path: Path, faults: Faults) -> str:
    name = path.name.lower()
    fitting = [ending for ending in READERS if name.endswith(ending)]
    if fitting:
        return max(fitting, key=len)
    written = "".join(path.suffixes[-2:]).lower()
    faults.add(
        f"Roads cannot be read from files ending in {written!r}.{did_you_mean(written, READERS, 0.4)} "
        f"Known: {', '.join(READERS)}. Convert the file, for example with `osmium cat` or QGIS."
    )
    return ""


def _check_file(path: Path, faults: Faults) -> None:
    if path.is_dir():
        faults.add("It is a folder. Name the road file in it.")
    elif not path.exists():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        faults.add(f"There is no such file.{did_you_mean(path.name, siblings)} Check the path.")
    elif path.stat().st_size == 0:
        faults.add("The file is empty (0 bytes). Download or export it again.")
