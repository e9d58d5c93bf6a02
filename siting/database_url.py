"""URLs of PostgreSQL databases, as scenario files name them: never with a password, so that they can be printed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from siting.errors import InputError
from siting.tables import some

SCHEMES = ("postgresql://", "postgres://")
LEAVE_IT_OUT = (
    "A password stands in the URL of a database. Leave it out there: it is taken from the environment's PGPASSWORD, or "
    "from the file that PGPASSFILE names (~/.pgpass)."
)
LONGEST_NAME_B = 63
"""Of a PostgreSQL server as it is built; what is longer it cuts off, with a word to nobody."""
_USUAL = {"connect_timeout": "10", "require_auth": "!password"}
"""Of libpq, unless the URL says otherwise: no endless wait, and no password in plain text to whom a file names."""


@dataclass(frozen=True)
class DatabaseUrl:
    """
    A database, and what is meant in it.

    Attributes
    ----------
    shown
        The URL as it was given.
    connection
        The part that the database driver understands.
    own
        The keys that mean something here: table, geometry, schema.
    """

    shown: str
    connection: str
    own: Mapping[str, str]


def is_database(name: str | Path) -> bool:
    """
    Whether a name is the URL of a database and not that of a file.

    Examples
    --------
    >>> is_database("postgresql://planner@db/fire?table=stations"), is_database("stations.gpkg")
    (True, False)
    """
    return isinstance(name, str) and name.lower().startswith(SCHEMES)


def holds_password(url: str) -> bool:
    """
    Whether the URL of a database says a password, in either of the two places that are allowed for it.

    Examples
    --------
    >>> holds_password("postgresql://planner@db/fire"), holds_password("postgresql://planner:secret@db/fire")
    (False, True)
    """
    user, at, _ = url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")
    keys = [key for key, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)]
    return bool(at and ":" in user) or any("password" in key.lower() for key in keys)


def database_url(url: str, needed: str, allowed: Collection[str] = ()) -> DatabaseUrl:
    """
    The parts of a URL.

    Parameters
    ----------
    needed, allowed
        Keys of ours after the question mark: the one that has to be there, and others that may. All others are the
        driver's, such as host, sslmode or service.

    Raises
    ------
    InputError
        If it holds a password, which is not printed, lacks the key, says one twice, or means something by a name that
        the server would cut off.
    """
    if holds_password(url):
        raise InputError("the URL of a database", [LEAVE_IT_OUT])
    try:
        parts = urlsplit(url)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as fault:
        raise InputError(url, [f"It is not a URL of a database ({fault})."]) from fault
    twice = {key for key, _ in given if [name for name, _ in given].count(key) > 1}
    if twice:
        raise InputError(url, [f"It says {some(sorted(twice))} twice. Leave one out."])
    keys = dict(given)
    if not keys.get(needed):
        advice = f"Expected {SCHEMES[0]}USER@HOST/DATABASE?{needed}=NAME."
        raise InputError(url, [f"It does not say which {needed} is meant. {advice}"])
    own = {key: keys.pop(key) for key in (needed, *allowed) if key in keys}
    names = [name for key, value in own.items() for name in (value.split(".", 1) if key == "table" else [value])]
    too_long = [name for name in names if len(name.encode()) > LONGEST_NAME_B]
    if too_long:
        told = f"PostgreSQL would cut {some(too_long)} off after {LONGEST_NAME_B} bytes. Choose a shorter name."
        raise InputError(url, [told])
    return DatabaseUrl(url, urlunsplit(parts._replace(query=urlencode({**_USUAL, **keys}))), own)
