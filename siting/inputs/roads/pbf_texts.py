"""A look at the texts of an .osm.pbf before libosmium reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numba import njit

from siting.errors import InputError
from siting.inputs.roads.pbf import UnusualFileError, blobs, unpacked
from siting.inputs.roads.pbf_kernels import SPARE, Bytes, field, listed


def check_texts(path: Path) -> None:
    """
    Refuse a file with a text that holds a zero byte: libosmium ends it there, and reads on beyond its memory.

    Raises
    ------
    InputError
        If there is one, or if the file is too broken to tell. A blob that is packed in another way than zlib is left
        to libosmium as it is.
    """
    try:
        for number, (kind, blob) in enumerate(blobs(path), start=1):
            if kind == b"OSMData" and _is_cut_short(_content(blob)):
                fault = f"A text in its blob {number} holds a zero byte, which no text of OpenStreetMap does. "
                raise InputError(str(path), [fault + "Download or export it again."])
    except InputError:
        raise
    except ValueError as fault:
        message = (
            f"It cannot be read as an OpenStreetMap file ({fault}). It may be cut off; download or export it again."
        )
        raise InputError(str(path), [message]) from fault


def _content(blob: bytes) -> bytes:
    try:
        return unpacked(blob)
    except UnusualFileError as fault:
        if "not zlib" in str(fault):
            return b""
        raise


def _is_cut_short(message: bytes) -> bool:
    return bool(_has_zero(np.frombuffer(message + SPARE, np.uint8), len(message)))


@njit(cache=True, nogil=True)
def _has_zero(data: Bytes, end: int) -> bool:
    """Whether a text of the string tables of a block holds a zero."""
    at = 0
    while at < end:
        number, kind, _, start, at = field(data, at, end)
        if number == 1 and kind == 2:
            first, last = listed(data, start, at)
            for a, b in zip(first, last):  # noqa: B905 - numba has no strict
                if (data[a:b] == 0).any():
                    return True
    return False
