"""Files written whole or not at all, and the digests that say which input an answer came from."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from siting.errors import OutputError

if sys.platform != "win32":
    import fcntl

_FORMER = ".former"
_OF_FILE_MANAGERS = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Left in a folder that somebody looked at; nobody's loss."""
_OF_OPEN_FILES = ("*-wal", "*-shm", "*-journal", "~$*", ".~lock.*#")
"""Kept beside a file for as long as it is open in a GIS (SQLite), in Microsoft Office, in LibreOffice."""


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
        If `target` is a file, no place for a folder, or a folder that holds something else.
    """
    target = Path(os.path.realpath(target))
    try:
        standing = next(place for place in (target, *target.parents) if _is_there(place))
        others = sorted(_others(target, holding)) if standing == target and target.is_dir() else []
    except OSError as fault:  # a name too long, a link in a circle, a folder that may not be looked into
        raise OutputError(f"{target}: cannot be written ({fault.strerror}). Choose another --out folder.") from fault
    if not standing.is_dir():
        raise OutputError(f"{standing}: is a file, not a folder. Choose another --out folder.")
    if not os.access(standing, os.W_OK):
        raise OutputError(f"{standing}: may not be written to. Choose another --out folder.")
    if os.path.ismount(target):
        raise OutputError(f"{target}: a disk is mounted here, so no folder can take its place. Name a folder in it.")
    _check_lost(target, others)


def _check_lost(target: Path, others: Sequence[str]) -> None:
    """Refuse to replace a folder with these things in it that are not a former output's."""
    shown = ", ".join(others[:3]) + (f", ... ({len(others)} in all)" if len(others) > 3 else "")
    if others and all(any(fnmatchcase(name, kept) for kept in _OF_OPEN_FILES) for name in others):
        raise OutputError(
            f"{target}: a file in it is open in another program ({shown}). Close it there. What a program has left "
            "that ended badly may be removed."
        )
    if others:
        raise OutputError(
            f"{target}: holds something that would be lost ({shown}). Only a folder of former output is replaced. "
            "Choose a new --out folder."
        )


def _is_there(place: Path) -> bool:
    """Whether anything stands in a place that may be looked at; what may not, or cannot be, is an OSError."""
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _others(target: Path, holding: Collection[str]) -> Iterator[str]:
    """What a folder holds besides, down to the folders that a former output may have."""
    for entry in target.iterdir():
        if entry.name in _OF_FILE_MANAGERS:
            continue
        if entry.name not in holding:
            yield entry.name
        elif entry.is_dir():
            held = [*holding, *(f"{entry.name}/{name}" for name in _OF_FILE_MANAGERS)]
            inside = (f"{entry.name}/{part.name}" for part in entry.iterdir())
            yield from (name for name in inside if not any(fnmatchcase(name, pattern) for pattern in held))


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
    target = Path(os.path.realpath(target))  # a link stays a link: what it points to is replaced
    clear_abandoned(target)
    check_replaceable(target, holding)
    is_begun = False
    try:
        with partial_folder(target) as partial:
            is_begun = True
            yield partial
            _keep(partial)
            _swap(partial, target)
    except OutputError:
        raise
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
            if lock.enter_context(locked(partial)) is not False and partial.exists():
                return partial


def clear_abandoned(target: Path) -> None:
    """
    Remove what writers of a folder left beside it when they were killed, and put the former one back where it stood.

    A writer that is still at work holds a lock, and is let alone; so is what another user left, and everything where
    there are no locks.
    """
    for left in target.parent.glob(f".{glob.escape(target.name)}.partial-*"):
        with suppress(FileNotFoundError, PermissionError), locked(left) as is_abandoned:
            if is_abandoned and left.suffix == _FORMER and not target.exists():
                left.replace(target)
            elif is_abandoned:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def locked(path: Path) -> Iterator[bool | None]:
    """
    Whether nobody else holds the lock of a file or folder; if so it is held until the end, or until this process dies.

    None where nobody can know: Windows locks no folders, and neither do some file systems, NFS among them.
    """
    if sys.platform == "win32":
        yield None
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        yield _is_ours(handle)
    finally:
        os.close(handle)


def _is_ours(handle: int) -> bool | None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
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
    target = Path(os.path.realpath(target))
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


def _keep(folder: Path) -> None:
    """Wait until the disk has all of a folder, or a power cut later leaves names without what was written to them."""
    if sys.platform == "win32":  # which opens no folders
        return
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
