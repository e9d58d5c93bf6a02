"""A document as plain data: what it says, apart from the file format that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from siting.language import Language

_FIGURE = re.compile(r"-?\d[\d,]*(\.\d+)?(?![\w.,])")
_NONE_OR_FIGURE = re.compile(rf"–?$|{_FIGURE.pattern}")


@dataclass(frozen=True)
class Paragraph:
    """Running text; `is_lead` is the sentence to read first."""

    text: str
    is_lead: bool = False


@dataclass(frozen=True)
class Points:
    """A list without an order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table of texts, its caption above it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def are_figures(self) -> list[bool]:
        """
        Which columns hold figures alone, with or without a unit: they stand to the right.

        Examples
        --------
        >>> Grid("", ("station", "clause", "land"), (("S1", "7.2.5", "17.9 km²"), ("2", "7.2.6", "–"))).are_figures()
        [False, False, True]
        """
        columns = zip(*self.rows, strict=True)
        return [any(map(_FIGURE.match, texts)) and all(map(_NONE_OR_FIGURE.match, texts)) for texts in columns]


@dataclass(frozen=True)
class Picture:
    """A PNG with what it shows below it; `width` is its share of the text's width."""

    png: bytes
    caption: str
    width: float = 1.0


Block: TypeAlias = Paragraph | Points | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A titled part; level 1 is a chapter, level 2 a part of the chapter before it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True)
class Document:
    """
    Attributes
    ----------
    title, subtitle, notice
        Above everything; `notice` is printed on every output, "" if none.
    language, created
        For fonts and numbering; ISO date.
    """

    title: str
    subtitle: str
    notice: str
    language: Language
    created: str
    sections: tuple[Section, ...]


def grid(caption: str, table: pd.DataFrame) -> Grid:
    """A table of texts as a block; its index is not shown."""
    rows = tuple(tuple(map(str, row)) for row in table.itertuples(index=False))
    return Grid(caption, tuple(map(str, table.columns)), rows)


def numbered(sections: Iterable[Section], language: Language) -> list[tuple[str, Section]]:
    """
    Each section with its number as a memo of that language writes it.

    Examples
    --------
    >>> parts = [Section("Summary", ()), Section("Proposal", ()), Section("Site 1", (), level=2)]
    >>> [number for number, _ in numbered(parts, "en")], [number for number, _ in numbered(parts, "zh")]
    (['1', '2', '2.1'], ['一、', '二、', '（一）'])
    """
    told, chapter, part = [], 0, 0
    for section in sections:
        chapter, part = (chapter + 1, 0) if section.level == 1 else (chapter, part + 1)
        if language == "en":
            number = f"{chapter}" if section.level == 1 else f"{chapter}.{part}"
        else:
            number = f"{_chinese(chapter)}、" if section.level == 1 else f"（{_chinese(part)}）"
        told.append((number, section))
    return told


def _chinese(number: int) -> str:
    """A number up to 99 in Chinese letters."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
