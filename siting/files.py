"""Files written whole or not at all, and the digests that say which input an answer came from."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from siting.errors import OutputError


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as ``sha256:...``."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def check_replaceable(target: Path, holding: Collection[str]) -> None:
    """
    Refuse to replace a folder that holds anything but former outputs.

    Parameters
    ----------
    holding
        Names that a former output may have.

    Raises
    ------
    OutputError
        If `target` is a file, or a folder that holds something else.
    """
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target}: is a file, not a folder. Choose another --out folder.")
    others = sorted(entry.name for entry in target.iterdir() if entry.name not in holding) if target.exists() else []
    if others:
        shown = ", ".join(others[:3]) + (f", ... ({len(others)} in all)" if len(others) > 3 else "")
        raise OutputError(
            f"{target}: holds something that would be lost ({shown}). Only a folder of former output is replaced. "
            "Choose a new --out folder."
        )


@contextmanager
def whole_folder(target: Path, *, holding: Collection[str]) -> Iterator[Path]:
    """
    A folder to write into that takes `target`'s place only when everything has been written.

    An error or an interrupt in between leaves what stood there before, and nothing else.

    Parameters
    ----------
    holding
        Names of the files that are written; a folder that holds any other is not replaced.

    Raises
    ------
    OutputError
        If the place cannot be written to, or holds something else.
    """
    target = target.absolute()
    check_replaceable(target, holding)
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
