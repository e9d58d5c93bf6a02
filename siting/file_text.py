"""The text of vector files where GDAL alone would lose it: encodings that nobody named, letters it cannot unescape."""

from __future__ import annotations

import mmap
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
from pandas.api.types import is_object_dtype

from siting.tables import Note, noted

BROKEN_ZIP = (zipfile.BadZipFile, RuntimeError, ValueError, zlib.error, EOFError, OSError)
"""What `zipfile` raises: broken, locked by a password or packed in a way it does not know, damaged, cut off."""
_UNSAID_LANGUAGES = (0x00, 0x57)
"""Language byte of a dBASE table that leaves the encoding to the reader: none, and "ANSI"."""
_ENOUGH_BYTES = 1_000_000
_MOST_LETTERS = 0.8
"""Of the text, to tell its encoding by: a long value may be cut within a letter, a rare name use a rare one."""
_ESCAPED = re.compile(rb"(?<!\\)((?:\\\\)*)\\u([dD][89aAbB][37bBfF][67])\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""The two halves of a letter whose last 16 bits look like a half themselves, not behind a backslash of the text."""


@contextmanager
def whole_letters(path: Path) -> Iterator[Path]:
    """
    A GeoJSON file as GDAL reads it rightly: itself, or for a time a copy with some escaped letters written out.

    GDAL takes the letters from U+2D800 to U+2DFFF (of Chinese names, CJK extension F), and those at the same places of
    other planes, for broken ones when they are escaped as two halves, which is how Python writes JSON.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        mended = None if _ESCAPED.search(content) is None else _ESCAPED.sub(_letter, content)
    if mended is None:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        copy.write_bytes(mended)
        yield copy


def _letter(found: re.Match[bytes]) -> bytes:
    before, *halves = found.groups()
    return before + b"".join(int(half, 16).to_bytes(2, "big") for half in halves).decode("utf-16-be").encode()


def lost_letters(rows: pd.DataFrame) -> list[Note]:
    """A note of the rows in whose text a letter could not be told: half of one in the file, or lost before."""
    is_lost = _in_text(rows, "\N{REPLACEMENT CHARACTER}")
    return noted("topic_table", "note_lost_letters", rows.index[is_lost.any(axis=1)])


def _in_text(rows: pd.DataFrame, letter: str) -> pd.DataFrame:
    """Whether a letter stands in each text of a table."""
    texts = rows.loc[:, [is_object_dtype(dtype) or isinstance(dtype, pd.StringDtype) for dtype in rows.dtypes]]
    return texts.apply(lambda column: column.astype(str).str.contains(letter, regex=False))


def rows_with_zeros(rows: pd.DataFrame) -> pd.Index:
    """Rows in whose text there is a zero character: every other format would cut it off there."""
    return rows.index[_in_text(rows, "\0").any(axis=1)]


def unsaid_encoding(path: Path) -> str | None:
    """UTF-8 or GB 18030 where the text of a Shapefile is so and nothing says it; None where GDAL knows better."""
    text = _unsaid_text(path)
    for encoding, usual in (("utf-8", "utf-8"), ("gb18030", "gb2312")):
        letters = [letter for letter in text.decode(encoding, errors="replace") if not letter.isascii()]
        read = "".join(letters).replace("\ufffd", "").encode(usual, errors="ignore").decode(usual)
        if len(read) > _MOST_LETTERS * len(letters):
            return encoding
    return None


def _unsaid_text(path: Path) -> bytes:
    """Column names and values of a Shapefile's dBASE table, as far as is enough; none where its encoding is said."""
    start_of_table = b""
    if path.suffix.lower() == ".shp":
        parts = [part for part in path.parent.iterdir() if part.stem == path.stem]
        names = [part.suffix.lower() for part in parts]
        if names.count(".dbf") == 1 and ".cpg" not in names:
            with parts[names.index(".dbf")].open("rb") as table:
                start_of_table = table.read(_ENOUGH_BYTES)
    elif path.suffix.lower() == ".zip":
        with suppress(*BROKEN_ZIP), zipfile.ZipFile(path) as packed:  # GDAL says what is wrong
            names = [Path(name).suffix.lower() for name in packed.namelist()]
            if names.count(".dbf") == 1 and ".cpg" not in names:
                with packed.open(packed.namelist()[names.index(".dbf")]) as table:
                    start_of_table = table.read(_ENOUGH_BYTES)
    if len(start_of_table) < 32 or start_of_table[29] not in _UNSAID_LANGUAGES:
        return b""
    values = int.from_bytes(start_of_table[8:10], "little")
    columns = (start_of_table[at : at + 11] for at in range(32, values - 1, 32))
    return b" ".join([*columns, start_of_table[values:]])
