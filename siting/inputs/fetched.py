"""Whether files are still what was fetched: `siting fetch` leaves their digests beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from siting.errors import InputError
from siting.files import digest
from siting.tables import Note, noted

RECORD = "fetched.json"


def changed_since(paths: Iterable[Path]) -> list[Note]:
    """
    A note of the files that differ from what was fetched into their folder: cut off, damaged, or changed on purpose.

    Raises
    ------
    InputError
        If a record of what was fetched cannot be read.
    """
    changed = [path.name for path in dict.fromkeys(paths) if _digest_of(path) not in (None, digest(path))]
    return noted("topic_table", "note_not_as_fetched", changed, names=", ".join(changed))


def _digest_of(path: Path) -> str | None:
    """As the record beside the file has it; None where there is none."""
    record = path.with_name(RECORD)
    if not record.is_file():
        return None
    try:
        digests = json.loads(record.read_text("utf-8"))["digests"]
        return None if path.name not in digests else str(digests[path.name])
    except (ValueError, LookupError, TypeError, RecursionError) as fault:
        told = f"It is not what `siting fetch` wrote ({type(fault).__name__}). Fetch again, or take it away."
        raise InputError(str(record), [told]) from fault
