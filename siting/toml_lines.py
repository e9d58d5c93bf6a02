"""TOML that anybody may have written: what its parser lets pass, and on which line a key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any


def parsed(text: str) -> dict[str, Any]:
    """
    The content of a TOML text.

    Raises
    ------
    ValueError
        Whatever is wrong: no TOML, thousands of brackets in each other, a number of thousands of digits.

    Examples
    --------
    >>> parsed("sites = 5")
    {'sites': 5}
    """
    try:
        return tomllib.loads(text)
    except RecursionError as fault:
        raise ValueError("its brackets are nested too deep") from fault


def line_of(text: str, loc: Sequence[object]) -> int | None:
    r"""
    The line that a key stands on, or that of the nearest table around it; None for the top of the file.

    Parameters
    ----------
    loc
        Keys from the top down, an entry of a list of tables by its number from 0.

    Examples
    --------
    >>> text = "name = 1\n[[plan]]\nsites = 5\n[plan.keep]\nid = 7"
    >>> [line_of(text, loc) for loc in (["plan", 0, "sites"], ["plan", 0, "seed"], ["plan", 0, "keep", "id"], ["x"])]
    [3, 2, 5, None]
    """
    path, lines = list(loc), _lines(text)
    while path:
        if tuple(path) in lines:
            return lines[tuple(path)]
        path.pop()
    return None


@lru_cache(maxsize=8)
def _lines(text: str) -> Mapping[tuple[object, ...], int]:
    """The line of each table and key; kept, since a file is asked for hundreds of its keys."""
    table: list[object] = []
    seen: dict[str, int] = {}
    lines: dict[tuple[object, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[\[?)([^\]]+)\]", line):
            name = header[2].strip()
            keys: list[object] = [part.strip().strip("\"'") for part in name.split(".")]
            if header[1] == "[[":
                seen[name] = seen.get(name, -1) + 1
                keys.append(seen[name])
            elif keys[0] in seen:  # a table inside the entry above
                keys.insert(1, seen[str(keys[0])])
            table = keys
            lines.setdefault(tuple(table), number)
        elif entry := re.match(r"\s*([\w\"'.-]+)\s*=", line):
            names = [part.strip("\"'") for part in entry[1].split(".")]
            lines.setdefault((*table, *names), number)
    return lines
