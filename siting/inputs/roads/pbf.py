"""
Blocks of .osm.pbf files, decoded here: several times faster than pyosmium's objects one by one, with the same result.

A file is a row of blobs that stand for themselves, so threads unpack them side by side. Of each, only ways with a
`highway` tag, nodes with one of `NODE_TAGS`, relations with certain tags, and where nodes lie are kept. Whatever is
unusual (another compression, nodes one by one, history) is left to libosmium by raising `UnusualFileError`.

References
----------
https://wiki.openstreetmap.org/wiki/PBF_Format
"""

from __future__ import annotations

import os
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from siting.arrays import Ids, Positions32
from siting.inputs.roads.pbf_kernels import SPARE, field, listed, nodes_of, relations_of, ways_of

_LONGEST_B = 32 * 2**20
"""Of a blob, packed and unpacked, as the format has it."""
_KNOWN_FEATURES = {b"OsmSchema-V0.6", b"DenseNodes"}


class UnusualFileError(ValueError):
    """The file is not of the common kind, or broken: another reader must look at it."""


class Texts(NamedTuple):
    """Values of tags: `value` [object, key] points into `texts`, 0 (the empty one) where there is no such tag."""

    value: Positions32
    texts: list[str]


class Block(NamedTuple):
    """What a blob holds, in its order; coordinates in 1e-7 degrees, members as kind (0 to 2), id and role (a text)."""

    node_id: Ids
    lon: Ids
    lat: Ids
    tagged_id: Ids
    node_tags: Texts
    way_id: Ids
    n_refs: Ids
    ref: Ids
    way_tags: Texts
    relation_id: Ids
    n_members: Ids
    member: Ids
    relation_tags: Texts


def blocks(
    path: Path, way_keys: tuple[str, ...], node_keys: tuple[str, ...], relation_keys: tuple[str, ...]
) -> Iterator[Block]:
    """
    All blocks of a file in its order; ways with the first of `way_keys`, nodes and relations with any of theirs.

    Raises
    ------
    UnusualFileError
        See above.
    """
    threads = os.cpu_count() or 1
    running: deque[Future[Block]] = deque()
    try:
        with ThreadPoolExecutor(threads) as pool:
            for blob in _blobs(path):
                running.append(pool.submit(_block, blob, way_keys, node_keys, relation_keys))
                if len(running) > 2 * threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
    except ValueError as fault:
        raise UnusualFileError(str(fault)) from fault


def _blobs(path: Path) -> Iterator[bytes]:
    """The blobs of data as they are in the file."""
    for kind, blob in blobs(path):
        if kind == b"OSMData":
            yield blob
        elif kind == b"OSMHeader":
            unknown = {value for key, value in _fields(unpacked(blob)) if key == 4} - _KNOWN_FEATURES
            if unknown:
                raise UnusualFileError(f"it needs {unknown}")


def blobs(path: Path) -> Iterator[tuple[bytes | int, bytes]]:
    """All blobs of a file, each with its kind."""
    with path.open("rb") as file:
        while size := file.read(4):
            header = dict(_fields(_exactly(file, int.from_bytes(size))))
            yield header.get(1, b""), _exactly(file, int(header.get(3, -1)))


def _exactly(file: BinaryIO, size: int) -> bytes:
    if not 0 <= size <= _LONGEST_B:
        raise UnusualFileError(f"one of its blobs is {size} bytes long")
    content = file.read(size)
    if len(content) != size:
        raise UnusualFileError("it is cut off")
    return content


def unpacked(blob: bytes) -> bytes:
    """
    The message in a blob.

    Raises
    ------
    UnusualFileError
        If it is packed otherwise than by zlib, cut off, or longer than the format allows.
    """
    fields = dict(_fields(blob))
    content = fields.get(3, fields.get(1))
    if not isinstance(content, bytes):
        raise UnusualFileError("its compression is not zlib")
    if 3 not in fields:
        return content
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(content, _LONGEST_B)
    except zlib.error as fault:
        raise UnusualFileError(str(fault)) from fault
    if not unpacking.eof:
        raise UnusualFileError(f"one of its blobs is cut off or longer than {_LONGEST_B} bytes")
    return whole


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Numbers of fields and their values; for messages of a few fields."""
    data, at = np.frombuffer(message + SPARE, np.uint8), 0
    while at < len(message):
        number, kind, value, start, at = field(data, at, len(message))
        yield int(number), message[start:at] if kind == 2 else int(value)


def _block(blob: bytes, way_keys: tuple[str, ...], node_keys: tuple[str, ...], relation_keys: tuple[str, ...]) -> Block:
    message = unpacked(blob)
    data = np.frombuffer(message + SPARE, np.uint8)
    numbers = {17: 100, 19: 0, 20: 0}  # granularity, offsets of latitude and longitude
    groups, texts = [], [""]
    at = 0
    while at < len(message):
        number, kind, value, start, at = field(data, at, len(message))
        if number == 1:
            first, last = listed(data, start, at)
            texts = ["", *(message[a:b].decode() for a, b in zip(first[1:].tolist(), last[1:].tolist(), strict=True))]
        elif number == 2:
            groups.append((start, at))
        elif kind == 0:
            numbers[int(number)] = _signed(int(value))
    way_column, node_column, relation_column = (_columns(texts, keys) for keys in (way_keys, node_keys, relation_keys))
    nodes = _joined([nodes_of(data, *group, node_column, len(node_keys)) for group in groups])
    ways = _joined([ways_of(data, *group, way_column, len(way_keys)) for group in groups])
    relations = _joined([relations_of(data, *group, relation_column, len(relation_keys)) for group in groups])
    lat, lon = (_hundredths(raw * numbers[17] + numbers[offset]) for raw, offset in ((nodes[1], 19), (nodes[2], 20)))
    return Block(
        nodes[0], lon, lat, nodes[3], Texts(nodes[4], texts), ways[0], ways[1], ways[2], Texts(ways[3], texts),
        relations[0], relations[1], relations[2], Texts(relations[3], texts),
    )  # fmt: skip


def _columns(texts: list[str], keys: tuple[str, ...]) -> Ids:
    """The column of each text that is one of the keys, else -1."""
    column = np.full(len(texts), -1)
    place = {text: at for at, text in enumerate(texts)}
    for k, key in enumerate(keys):
        if key in place:
            column[place[key]] = k
    return column


def _joined(parts: list[tuple[NDArray, ...]]) -> list[NDArray]:
    if not parts:
        raise UnusualFileError("a block is empty")
    return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]


def _hundredths(nanodegrees: Ids) -> Ids:
    """Whole 1e-7 degrees, cut off towards 0 as libosmium does."""
    return np.sign(nanodegrees) * (np.abs(nanodegrees) // 100)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value
