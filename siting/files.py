"""Files written whole or not at all, and the digests that say which input an answer came from."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from siting.errors import OutputError


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as ``sha256:...``."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """
    A folder to write into that takes `target`'s place only when everything has been written.

    An error or an interrupt in between leaves what stood there before, and nothing else.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    except OSError as fault:
        raise OutputError(f"{target}: cannot be written ({fault.strerror}). Choose another --out folder.") from fault
    try:
        yield partial
        partial.chmod(0o755)  # mkdtemp makes it private; a proposal is to be handed on
        former = partial.with_name(partial.name + ".former")
        if target.exists():
            target.replace(former)
        partial.replace(target)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """
    A path to write to that takes `target`'s place only when it has been written to the end.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """
    target = target.absolute()
    partial = target.with_name(f".{target.stem}.partial-{os.getpid()}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.touch()
    except OSError as fault:
        raise OutputError(f"{target}: cannot be written ({fault.strerror}). Choose another place.") from fault
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
