"""Mutants that live and change no answer: which they are, and why, stands in `explained.toml`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from tests.mutants.make import Mutant

ROOT = Path(__file__).parents[2]
EXPLAINED: list[dict[str, str]] = tomllib.loads(Path(__file__).with_name("explained.toml").read_text("utf-8"))["alive"]
"""Each with its file, the lines as they are and with the fault, and the reason."""


def entry(file: Path, mutant: Mutant) -> dict[str, str]:
    """What names a mutant in `explained.toml`; no number of a line, for that moves."""
    return {"file": file.relative_to(ROOT).as_posix(), "was": mutant.was, "now": mutant.now}


def is_explained(file: Path, mutant: Mutant) -> bool:
    """Whether the list has this mutant."""
    return any(entry(file, mutant).items() <= explained.items() for explained in EXPLAINED)


def as_toml(file: Path, mutant: Mutant) -> str:
    """
    The entry to put into the list, but for its reason.

    Examples
    --------
    >>> from tests.mutants.make import mutants
    >>> print(as_toml(ROOT / "siting" / "clock.py", next(mutants("late = drive_s > 240", "clock.py"))))
    [[alive]]
    file = 'siting/clock.py'
    was = 'late = drive_s > 240'
    now = 'late = drive_s >= 240'
    reason = ''
    """
    fields = entry(file, mutant) | {"reason": ""}
    quoted = {key: f"'{text}'" if "'" not in text else json.dumps(text) for key, text in fields.items()}
    return "\n".join(["[[alive]]", *(f"{key} = {text}" for key, text in quoted.items())])
