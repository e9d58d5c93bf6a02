"""
OpenStreetMap files: .osm.pbf as it is, whatever else after libosmium has rewritten it.

One decoder (`pbf`) reads all. What it does not know (XML, packed XML, PBF of unusual kinds) goes through libosmium into
a plain .osm.pbf of all nodes, the ways with a `highway` tag and the relations that restrict turns; no object of it is
seen by Python, which takes a fifth of the time of reading them one by one. Libosmium also says what is wrong with a
broken file; entities in XML it refuses.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

import osmium
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import NODE, RELATION, WAY

from siting.errors import InputError
from siting.inputs.roads.classes import ROAD_CLASSES
from siting.inputs.roads.pbf import UnusualFileError
from siting.inputs.roads.pbf_texts import check_texts
from siting.inputs.roads.plain import read_plain_pbf
from siting.inputs.roads.progress import Progress, silent, told
from siting.inputs.roads.restrictions import RELATION_TAGS
from siting.network.ways import Ways


def read_pbf(path: Path, progress: Progress = silent, classes: Collection[str] = ROAD_CLASSES) -> Ways:
    """
    Roads of an .osm.pbf file of these classes, in the file's order.

    Raises
    ------
    InputError
        As `read_osm`.
    """
    try:
        return read_plain_pbf(path, path, progress, classes)
    except UnusualFileError as fault:
        progress(f"{path.name} is read through pyosmium, for {fault}.")
        return read_osm(path, progress, classes)


def read_osm(path: Path, progress: Progress = silent, classes: Collection[str] = ROAD_CLASSES) -> Ways:
    """
    Roads of these classes of an OpenStreetMap file of any kind, in its order; the copy is in the folder for temporary
    files.

    Raises
    ------
    InputError
        If the file is broken, or no OpenStreetMap file, or holds no road, or none of the roads' nodes.
    """
    if path.suffix.lower() == ".pbf":
        check_texts(path)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.osm.pbf"
        try:
            _rewrite(path, plain, progress)
            return read_plain_pbf(plain, path, progress, classes)
        except InputError:
            raise
        except (RuntimeError, ValueError, osmium.InvalidLocationError) as fault:  # libosmium's, and UnusualFileError
            message = f"It cannot be read as an OpenStreetMap file ({fault}). It may be cut off or of another kind; "
            raise InputError(str(path), [message + "download or export it again."]) from fault


def _rewrite(path: Path, plain: Path, progress: Progress) -> None:
    endings = [suffix.lower() for suffix in path.suffixes[-2:]]
    kind = "".join(suffix for suffix in endings if suffix in {".osm", ".pbf", ".gz", ".bz2"})
    file = osmium.io.File(str(path), kind)  # by itself pyosmium does not know .OSM
    processor = osmium.FileProcessor(file, NODE | WAY | RELATION)
    for entity, keys in ((WAY, ("highway",)), (RELATION, RELATION_TAGS[:2])):
        wanted = KeyFilter(*keys)
        wanted.enable_for(entity)
        processor.with_filter(wanted)
    copy = osmium.io.File(str(plain), "pbf,pbf_compression=none,add_metadata=none")
    with osmium.SimpleWriter(copy) as writer:
        processor.with_filter(writer).with_filter(EntityFilter(WAY))
        for _ in told(processor, f"ways of {path.name} read", progress):
            pass
