"""What a written proposal is spoilt by, so that `verify` has something to find."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any


def entry(value: object, *path: Any) -> Callable[[dict], None]:
    """Sets one entry of a summary, found by its keys and positions."""

    def change(told: Any) -> None:
        for step in path[:-1]:
            told = told[step]
        told[path[-1]] = value

    return change


def change_package(folder: Path, sql: str) -> int:
    """Changes the GeoPackage of a folder; how many rows."""
    with sqlite3.connect(folder / "proposal.gpkg") as package:
        package.execute("PRAGMA synchronous = OFF")
        for (trigger,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            package.execute(f'DROP TRIGGER "{trigger}"')  # they call functions that only a GIS brings along
        changed = package.execute(sql).rowcount
    package.close()
    return changed
