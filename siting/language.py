"""Chinese or English, from one table of words (`words/`, a file for each room)."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).with_name("words").glob("*.toml")):
        for key, entry in tomllib.loads(file.read_text("utf-8")).items():
            if key in words:
                raise KeyError(f"{file.name} defines {key!r} a second time")
            words[key] = entry
    return words


class _Grammar(string.Formatter):
    """Also chooses by number: ``{n:station|stations}`` is "station" where n is 1."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if value == 1 else many
        return str(super().format_field(value, format_spec))


def word(key: str, language: Language, **values: object) -> str:
    """
    The text for a key, with `values` filled into its braces; ``{n:is|are}`` is the first where n is 1, else the second.

    Raises
    ------
    KeyError
        If the table has no such key: a missing word is a fault of ours, not of the reader.

    Examples
    --------
    >>> word("today", "en"), word("today", "zh")
    ('today', '现状')
    """
    return _Grammar().vformat(_words()[key][language], (), values)


def machine_language(environment: Mapping[str, str]) -> Language:
    """
    What a machine speaks: the first of LC_ALL, LC_MESSAGES and LANG that is set decides; English if it is not Chinese.

    Examples
    --------
    >>> machine_language({"LANG": "zh_CN.UTF-8"}), machine_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    said = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if said.startswith("zh") else "en"
