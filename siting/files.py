"""Files written whole or not at all, and the digests that say which input an answer came from."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from siting.errors import OutputError

if sys.platform != "win32":
    import fcntl

_FORMER = ".former"


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
        Names that a former output may have; those in a folder of it as patterns, such as ``"flatgeobuf/*.fgb"``.

    Raises
    ------
    OutputError
        If `target` is a file, or a folder that holds something else.
    """
    standing = next(place for place in (target, *target.parents) if place.exists())
    if not standing.is_dir():
        raise OutputError(f"{standing}: is a file, not a folder. Choose another --out folder.")
    if not os.access(standing, os.W_OK):
        raise OutputError(f"{standing}: may not be written to. Choose another --out folder.")
    others = sorted(_others(target, holding)) if target.exists() else []
    if others:
        shown = ", ".join(others[:3]) + (f", ... ({len(others)} in all)" if len(others) > 3 else "")
        raise OutputError(
            f"{target}: holds something that would be lost ({shown}). Only a folder of former output is replaced. "
            "Choose a new --out folder."
        )


def _others(target: Path, holding: Collection[str]) -> Iterator[str]:
    """What a folder holds besides, down to the folders that a former output may have."""
    for entry in target.iterdir():
        if entry.name not in holding:
            yield entry.name
        elif entry.is_dir():
            inside = (f"{entry.name}/{part.name}" for part in entry.iterdir())
            yield from (name for name in inside if not any(fnmatchcase(name, held) for held in holding))


@contextmanager
def whole_folder(target: Path, *, holding: Collection[str]) -> Iterator[Path]:
    """
    A folder to write into that takes `target`'s place only when everything has been written.

    An error or an interrupt in between leaves what stood there before, and nothing else.

    Parameters
    ----------
    holding
        As in `check_replaceable`; a folder that holds anything else is not replaced.

    Raises
    ------
    OutputError
        If the place cannot be written to, or holds something else.
    """
    target = target.resolve()  # a link stays a link: what it points to is replaced
    clear_abandoned(target)
    check_replaceable(target, holding)
    is_begun = False
    try:
        with partial_folder(target) as partial:
            is_begun = True
            yield partial
            _swap(partial, target)
    except OSError as fault:
        if is_begun:
            raise _unwritten(target, fault) from fault
        raise OutputError(f"{target}: cannot be written ({fault.strerror}). Choose another --out folder.") from fault


@contextmanager
def partial_folder(target: Path) -> Iterator[Path]:
    """
    A folder beside `target` to write into and to rename; unless it was renamed, it is removed at the end.

    Its writer holds a lock on it, by which `clear_abandoned` tells it from what the dead left.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as lock:
        partial = _begun(target, lock)
        try:
            partial.chmod(0o755)  # mkdtemp makes it private; a proposal is to be handed on
            yield partial
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _begun(target: Path, lock: ExitStack) -> Path:
    """A new folder beside `target`, locked before anybody took it for abandoned."""
    while True:
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
        with suppress(FileNotFoundError):
            if lock.enter_context(locked(partial)) and partial.exists():
                return partial


def clear_abandoned(target: Path) -> None:
    """
    Remove what writers of a folder left beside it when they were killed, and put the former one back where it stood.

    A writer that is still at work holds a lock, and is let alone; so is what another user left.
    """
    if sys.platform == "win32":  # without locks nobody can be told from the dead
        return
    for left in target.parent.glob(f".{glob.escape(target.name)}.partial-*"):
        with suppress(FileNotFoundError, PermissionError), locked(left) as is_abandoned:
            if is_abandoned and left.suffix == _FORMER and not target.exists():
                left.replace(target)
            elif is_abandoned:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """
    Whether nobody else holds the lock of a file or folder; if so it is held until the end, or until this process dies.

    Always so on Windows, which locks no folders.
    """
    if sys.platform == "win32":
        yield True
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        yield _is_ours(handle)
    finally:
        os.close(handle)


def _is_ours(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """
    A path to write to that takes `target`'s place only when it has been written to the end.

    Raises
    ------
    OutputError
        If the place cannot be written to.
    """
    target = target.resolve()
    partial = target.with_name(f".{target.stem}.partial-{os.getpid()}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.touch()
    except OSError as fault:
        raise OutputError(f"{target}: cannot be written ({fault.strerror}). Choose another place.") from fault
    try:
        yield partial
        partial.replace(target)
    except OSError as fault:
        raise _unwritten(target, fault) from fault
    finally:
        partial.unlink(missing_ok=True)


def _swap(partial: Path, target: Path) -> None:
    """The new folder in the place of the former one, or the former one back where it was."""
    if not target.exists():
        partial.replace(target)
        return
    former = partial.with_name(partial.name + _FORMER)
    with locked(target):
        target.replace(former)
        try:
            partial.replace(target)
        except OSError:
            former.replace(target)
            raise
        shutil.rmtree(former, ignore_errors=True)


def _unwritten(target: Path, fault: OSError) -> OutputError:
    return OutputError(f"{target}: cannot be written ({fault.strerror or fault}). What stood there is as it was.")
