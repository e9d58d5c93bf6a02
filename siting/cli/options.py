"""Arguments and options that several commands share, and how their texts are read; `spoken` gives each its help."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from siting.language import LANGUAGES, Language
from siting.printable import visible

ScenarioPath = Annotated[Path, typer.Argument(metavar="SCENARIO")]
Out = Annotated[Path, typer.Option()]
Data = Annotated[Path | None, typer.Option()]
Lang = Annotated[str | None, typer.Option()]
NoCache = Annotated[bool, typer.Option("--no-cache")]
AllowOutside = Annotated[bool, typer.Option("--allow-outside")]
AsJson = Annotated[bool, typer.Option("--json")]
Page = Annotated[Path | None, typer.Option("--map")]


def language_of(lang: str | None) -> Language | None:
    """The language asked for, None where none was."""
    if lang is None:
        return None
    for known in LANGUAGES:
        if lang == known:
            return known
    raise typer.BadParameter(f"{lang!r} is not one of {', '.join(LANGUAGES)}.", param_hint="--lang")


def numbers(option: str, text: str, count: int | None = None) -> list[float]:
    """Numbers with commas between, `count` of them where it is given."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not found or count not in (None, len(found)):
        raise typer.BadParameter(f"{text!r} is not {count or 'some'} numbers with commas between.", param_hint=option)
    return found


def groups_of(texts: Sequence[str]) -> dict[str, list[str]]:
    """Names and the road classes that each stands for."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        name, _, classes = text.partition("=")
        if not name or not classes:
            raise typer.BadParameter(f"{text!r} is not NAME=CLASS,CLASS.", param_hint="--group")
        if name in groups:
            raise typer.BadParameter(
                f"{name!r} is given twice. Write all of its classes at once.", param_hint="--group"
            )
        groups[name] = classes.split(",")
    return groups


def say(text: object, *, to_errors: bool = False) -> None:
    """A line on stdout or stderr; what a terminal would obey shows as its escape, so do letters that it cannot show."""
    stream = sys.stderr if to_errors else sys.stdout
    known = stream.encoding or "utf-8"
    print(visible(str(text)).encode(known, "backslashreplace").decode(known), file=stream)


def told(step: str) -> None:
    """Each step on stderr as it begins, when somebody is watching."""
    if sys.stderr.isatty():
        say(f"· {step}", to_errors=True)
