"""
Messages of .osm.pbf blocks, byte by byte: fields, texts, and the groups of nodes, ways and relations.

What is wrong with a message is a `ValueError`; behind it stands `SPARE`, so that a number that is cut off ends.

References
----------
https://wiki.openstreetmap.org/wiki/PBF_Format and Protocol Buffers' encoding: a field is a tag (number and kind of
value) and a value; whole numbers are varints, seven bits to a byte, lowest first.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from siting.arrays import Ids, Positions32

Bytes = NDArray[np.uint8]
SPARE = bytes(16)
"""Behind each block, so that a varint that is cut off ends within the array."""


@njit(cache=True, nogil=True)
def _varint(data: Bytes, at: int) -> tuple[np.uint64, int]:
    value, shift = np.uint64(0), np.uint64(0)
    while True:
        byte = data[at]
        at += 1
        value |= np.uint64(byte & 127) << shift
        shift += np.uint64(7)
        if byte < 128 or shift > 63:
            return value, at


@njit(cache=True, nogil=True)
def _zigzag(data: Bytes, at: int) -> tuple[np.int64, int]:
    """A signed number: 0, -1, 1, -2, ... are written as 0, 1, 2, 3, ..."""
    code, at = _varint(data, at)
    return np.int64(code >> np.uint64(1)) ^ -np.int64(code & np.uint64(1)), at


@njit(cache=True, nogil=True)
def field(data: Bytes, at: int, end: int) -> tuple[np.int64, np.int64, np.uint64, int, int]:
    """
    Number and kind of a field, its value if that is a number, where it starts, and where the next field does.

    Raises
    ------
    ValueError
        If it is of an unknown kind or longer than its message.
    """
    tag, at = _varint(data, at)
    number, kind, value, start = np.int64(tag >> np.uint64(3)), np.int64(tag & np.uint64(7)), np.uint64(0), at
    if kind == 0:
        value, at = _varint(data, at)
    elif kind == 2:
        size, start = _varint(data, at)
        if start > end or size > np.uint64(end - start):
            raise ValueError("a field is longer than its message")
        at = int(np.int64(start) + np.int64(size))
    elif kind == 1 or kind == 5:
        at += 8 if kind == 1 else 4
    else:
        raise ValueError("a field of an unknown kind")
    if at > end:
        raise ValueError("a field is longer than its message")
    return number, kind, value, start, at


@njit(cache=True, nogil=True)
def listed(data: Bytes, at: int, end: int) -> tuple[Ids, Ids]:
    """Where each text of a string table starts and ends."""
    first, last = np.empty((end - at) // 2 + 1, np.int64), np.empty((end - at) // 2 + 1, np.int64)
    n = 0
    while at < end:
        _, _, _, first[n], at = field(data, at, end)
        last[n] = at
        n += 1
    return first[:n], last[:n]


@njit(cache=True, nogil=True)
def _count(data: Bytes, start: int, end: int) -> int:
    """How many varints there are: each ends with a byte below 128."""
    n = 0
    for byte in data[start:end]:
        n += byte < 128
    return n


@njit(cache=True, nogil=True)
def nodes_of(data: Bytes, at: int, end: int, column: Ids, n_columns: int) -> tuple[Ids, Ids, Ids, Ids, Positions32]:
    """Nodes of a group: ids, raw latitudes and longitudes, ids of those with a key, and their values."""
    place = np.zeros((11, 2), np.int64)
    while at < end:
        number, _, _, start, at = field(data, at, end)
        if number == 1:
            raise ValueError("nodes one by one")
        if number == 2:
            inner = start
            while inner < at:
                number, kind, _, start, inner = field(data, inner, at)
                if number < 11 and kind == 2:
                    place[number, 0], place[number, 1] = start, inner
    n = _count(data, place[1, 0], place[1, 1])
    if _count(data, place[8, 0], place[8, 1]) != n or _count(data, place[9, 0], place[9, 1]) != n:
        raise ValueError("coordinates are missing")
    numbers = np.empty((3, n), np.int64)
    for k, part in enumerate((1, 8, 9)):
        position, so_far = place[part, 0], np.int64(0)
        for i in range(n):
            step, position = _zigzag(data, position)
            so_far += step
            numbers[k, i] = so_far
    values, tagged, n_tagged = np.zeros((n, n_columns), np.uint32), np.empty(n, np.int64), 0
    i, position, is_tagged = 0, place[10, 0], False
    while position < place[10, 1] and i < n:
        key, position = _varint(data, position)
        if key == 0:
            if is_tagged:
                tagged[n_tagged] = numbers[0, i]
                n_tagged += 1
            i, is_tagged = i + 1, False
            continue
        value, position = _varint(data, position)
        if key >= np.uint64(column.size) or value >= np.uint64(column.size):
            raise ValueError("a text is missing")
        if column[np.int64(key)] >= 0:
            values[n_tagged, column[np.int64(key)]] = value
            is_tagged = True
    return numbers[0], numbers[1], numbers[2], tagged[:n_tagged], values[:n_tagged]


@njit(cache=True, nogil=True)
def _entries(data: Bytes, at: int, end: int, wanted: int) -> int:
    """How many fields of a group have this number."""
    n = 0
    while at < end:
        number, _, _, _, at = field(data, at, end)
        n += number == wanted
    return n


@njit(cache=True, nogil=True)
def _places(data: Bytes, at: int, end: int, place: Ids) -> np.int64:
    """Where each field of a way or relation begins and ends, written into `place` by its number; the id."""
    place[:] = 0
    found = np.int64(0)
    while at < end:
        number, kind, value, start, at = field(data, at, end)
        if number == 1:
            found = np.int64(value)
        if kind == 2 and number < len(place):
            place[number, 0], place[number, 1] = start, at
    return found


@njit(cache=True, nogil=True)
def _tags(data: Bytes, place: Ids, column: Ids, row: Positions32) -> tuple[bool, bool]:
    """The values of the wanted keys, written into `row`; whether there is any, and whether there is the first."""
    key_at, value_at, row[:] = place[2, 0], place[3, 0], 0
    has_any = has_first = False
    while key_at < place[2, 1] and value_at < place[3, 1]:
        key, key_at = _varint(data, key_at)
        value, value_at = _varint(data, value_at)
        if key >= np.uint64(column.size) or value >= np.uint64(column.size):
            raise ValueError("a text is missing")
        if column[np.int64(key)] >= 0:
            row[column[np.int64(key)]] = value
            has_any = True
            has_first |= column[np.int64(key)] == 0
    return has_any, has_first


@njit(cache=True, nogil=True)
def ways_of(data: Bytes, at: int, end: int, column: Ids, n_columns: int) -> tuple[Ids, Ids, Ids, Positions32]:
    """Ways of a group that have the first key: ids, number of nodes, nodes one after the other, values of the keys."""
    n = _entries(data, at, end, 3)
    way_id, n_refs, ref = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(end - at if n else 0, np.int64)
    values = np.zeros((n, n_columns), np.uint32)
    n_ways = n_ref = 0
    place = np.zeros((9, 2), np.int64)
    while at < end:
        number, _, _, inner, at = field(data, at, end)
        if number != 3:
            continue
        way_id[n_ways] = _places(data, inner, at, place)
        _, has_first = _tags(data, place, column, values[n_ways])
        if not has_first:
            continue
        position, so_far, before = place[8, 0], np.int64(0), n_ref
        while position < place[8, 1]:
            step, position = _zigzag(data, position)
            so_far += step
            ref[n_ref] = so_far
            n_ref += 1
        n_refs[n_ways] = n_ref - before
        n_ways += 1
    return way_id[:n_ways], n_refs[:n_ways], ref[:n_ref].copy(), values[:n_ways]


@njit(cache=True, nogil=True)
def relations_of(data: Bytes, at: int, end: int, column: Ids, n_columns: int) -> tuple[Ids, Ids, Ids, Positions32]:
    """Relations of a group that have a key: ids, number of members, members one after the other, values of the keys."""
    n = _entries(data, at, end, 4)
    relation_id, n_members, member = np.empty(n, np.int64), np.empty(n, np.int64), np.empty((0, 3), np.int64)
    values = np.zeros((n, n_columns), np.uint32)
    n_relations = n_member = 0
    place = np.zeros((11, 2), np.int64)
    while at < end:
        number, _, _, inner, at = field(data, at, end)
        if number != 4:
            continue
        relation_id[n_relations] = _places(data, inner, at, place)
        has_any, _ = _tags(data, place, column, values[n_relations])
        if not has_any:
            continue
        role_at, ref_at, kind_at, so_far, before = place[8, 0], place[9, 0], place[10, 0], np.int64(0), n_member
        size = _count(data, place[9, 0], place[9, 1])
        member = np.concatenate((member[:n_member], np.empty((size, 3), np.int64)))
        while role_at < place[8, 1] and ref_at < place[9, 1] and kind_at < place[10, 1]:
            role, role_at = _varint(data, role_at)
            step, ref_at = _zigzag(data, ref_at)
            kind_of, kind_at = _varint(data, kind_at)
            if role >= np.uint64(column.size) or kind_of > np.uint64(2):
                raise ValueError("a role is missing")
            if n_member == len(member):  # a number longer than ten bytes is read as several
                raise ValueError("a member is no number")
            so_far += step
            member[n_member, 0], member[n_member, 1], member[n_member, 2] = kind_of, so_far, role
            n_member += 1
        n_members[n_relations] = n_member - before
        n_relations += 1
    return relation_id[:n_relations], n_members[:n_relations], member[:n_member], values[:n_relations]
