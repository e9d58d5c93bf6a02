"""Documents that anybody may have packed: what they unpack to is looked at before it is."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

_MOST_B = 256 * 2**20
"""The largest document of ours unpacks to a tenth; a reader of spreadsheets takes a dozen times as much memory."""
_FAR_AWAY = re.compile(rb'"(?:[A-Z]+\d+:)?[A-Z]{3}\d')
"""A cell beyond column ZZ: every cell up to it would be made."""


def opened(path: Path) -> ZipFile:
    """
    A Word document or a workbook as an archive, to be closed by the caller.

    Raises
    ------
    ValueError
        If it would unpack to more than is ever written.
    BadZipFile, OSError
        If it is none.
    """
    archive = ZipFile(path)
    size = sum(part.file_size for part in archive.infolist())
    if size > _MOST_B:
        archive.close()
        raise ValueError(f"{path.name} would unpack to {size:,} bytes; it is not what was written")
    return archive


def check_workbook_cells(path: Path) -> None:
    """
    Whether a workbook can be read into memory.

    Raises
    ------
    ValueError
        If it is larger or wider than any that is written.
    BadZipFile, OSError
        If it is none.
    """
    with opened(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and _FAR_AWAY.search(archive.read(name)):
                raise ValueError(f"{path.name} has cells beyond column ZZ; it is not what was written")
