"""Office files without the time of writing, so that equal proposals are equal files."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def write_timeless(stamped: io.BytesIO, path: Path) -> None:
    """Write an archive again, each of its parts dated to the first day that the format knows."""
    with ZipFile(stamped) as archive, ZipFile(path, "w") as timeless:
        for name in archive.namelist():
            timeless.writestr(ZipInfo(name), archive.read(name), ZIP_DEFLATED)
