"""
The toy town of `tests/pipeline/conftest.py` in cells of 200 m as the last siting of each schema wrote it.

GeoPackage, workbook and summary, by commit 796309b in schema 1 and by 696be6b in schema 2, there with a full alarm.
"""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile


def unpacked(schema: int, folder: Path) -> Path:
    """The proposal of a schema, in a folder."""
    with ZipFile(Path(__file__).with_name(f"schema_{schema}.zip")) as kept:
        kept.extractall(folder)
    assert json.loads((folder / "summary.json").read_text("utf-8"))["schema_version"] == schema
    return folder
