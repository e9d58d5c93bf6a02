"""GeoPackages are databases, which may compute what they seem to hold: without end, or a gigabyte from a byte."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from siting.errors import InputError
from siting.tables import some

_SCHEMA = "pragma_table_list" if sqlite3.sqlite_version_info >= (3, 37) else "sqlite_master"
"""The former tells what a view is by how it is read, the latter by what its row says."""
_NAMES = f"SELECT name FROM {_SCHEMA} WHERE type = ?"  # noqa: S608 - our own words
_HAS_COMPUTED = "SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden > 1"


def check_stored(path: Path) -> None:
    """
    Whether a GeoPackage is all tables with values in them: GDAL looks at each when it opens one.

    Raises
    ------
    InputError
        If there is a view or a computed column, or the file is no database.
    """
    try:
        with closing(_opened(path)) as database:
            computed = _names(database, "view")
            computed += [name for name in _names(database, "table") if _has_computed(database, name)]
    except (sqlite3.Error, UnicodeDecodeError) as fault:  # the latter where it quotes what it cannot read
        told = f"It cannot be read as a GeoPackage ({fault}). Is it complete? Export it again."
        raise InputError(str(path), [told]) from fault
    if computed:
        told = f"It computes {some(computed)} whenever it is read (a view, or a column). Export that as a layer."
        raise InputError(str(path), [told])


def _names(database: sqlite3.Connection, kind: str) -> list[str]:
    return [str(row[0], errors="replace") for row in database.execute(_NAMES, [kind])]


def _has_computed(database: sqlite3.Connection, table: str) -> bool:
    return bool(database.execute(_HAS_COMPUTED, [table]).fetchone()[0])


def _opened(path: Path) -> sqlite3.Connection:
    """To read only; where nothing may be written beside it, as it stands."""
    where = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        database = _connected(where)
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        database = _connected(f"{where}&immutable=1")
    return database


def _connected(where: str) -> sqlite3.Connection:
    database = sqlite3.connect(where, uri=True)
    database.text_factory = bytes
    return database
