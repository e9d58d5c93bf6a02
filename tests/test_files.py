"""Outputs are written whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from siting.errors import OutputError
from siting.files import check_replaceable, clear_abandoned, digest, locked, whole_file, whole_folder


def test_a_folder_appears_when_complete_and_replaces_the_former(tmp_path: Path) -> None:
    """Nothing of the former proposal stays, nothing of the work in between either."""
    target = tmp_path / "out" / "proposal"
    for name in ("first", "second"):
        with whole_folder(target, holding=["a", "first", "second"]) as folder:
            (folder / name).write_text(name)
    assert [file.name for file in target.iterdir()] == ["second"]
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_run_leaves_what_stood_there(tmp_path: Path, end: type[BaseException]) -> None:
    """An error or Ctrl-C half-way leaves the former folder and file as they were."""
    target, single = tmp_path / "proposal", tmp_path / "table.csv"
    with whole_folder(target, holding=["a", "first", "second"]) as folder:
        (folder / "a").write_text("former")
    single.write_text("former")
    with pytest.raises(end), whole_folder(target, holding=["a", "first", "second"]) as folder:
        (folder / "a").write_text("half")
        raise end
    with pytest.raises(end), whole_file(single) as partial:
        partial.write_text("half")
        raise end
    assert (target / "a").read_text() == single.read_text() == "former"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["proposal", "table.csv"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file where a folder should be: true for every user, root included."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot be written.*Choose another"), whole_file(tmp_path / "file" / "x"):
        pass
    for target in ("file", "file/x"):
        with pytest.raises(OutputError, match="Choose another"), whole_folder(tmp_path / target, holding=[]):
            pass


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    """A mistyped --out must not cost a planner the data beside it."""
    (tmp_path / "thesis.docx").write_text("years of work")
    with (
        pytest.raises(OutputError, match=r"would be lost \(thesis.docx\)"),
        whole_folder(tmp_path, holding=["map.html"]),
    ):
        pass
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_digest_is_sha256(tmp_path: Path) -> None:
    """The published value for three letters."""
    (tmp_path / "abc").write_text("abc")
    assert digest(tmp_path / "abc").startswith("sha256:ba7816bf8f01cfea")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is replaced, and nothing is left beside it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with whole_folder(tmp_path / "link", holding=["a"]) as folder:
        (folder / "a").write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "a").read_text() == "new"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link", "real"]


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    """An error of the file system while writing is an output fault, and nothing is left half-written."""
    with pytest.raises(OutputError, match="No space left"), whole_folder(tmp_path / "out", holding=[]):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can be told from the dead without locks")
def test_what_the_killed_left_goes_and_what_the_living_write_stays(tmp_path: Path) -> None:
    """The next writer of a folder clears up beside it, but for what somebody holds the lock of."""
    dead, living = tmp_path / ".out.partial-dead", tmp_path / ".out.partial-living"
    for left in (dead, living):
        left.mkdir()
        (left / "half").write_text("half")
    with locked(living) as is_ours, whole_folder(tmp_path / "out", holding=["a"]) as folder:
        assert is_ours
        (folder / "a").write_text("new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".out.partial-living", "out"]


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can be told from the dead without locks")
def test_what_another_user_left_stays_and_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a folder is private to whoever made it; root, who runs tests, would be let in."""

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".out.partial-theirs").mkdir()
    monkeypatch.setattr("siting.files.os.open", refused)
    clear_abandoned(tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == [".out.partial-theirs"]


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can be told from the dead without locks")
def test_a_folder_that_lost_its_place_gets_it_back(tmp_path: Path) -> None:
    """Killed between moving the former folder away and the new one in: the former stands there again."""
    former = tmp_path / ".out.partial-dead.former"
    former.mkdir()
    (former / "a").write_text("former")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out", holding=["a"]):
        raise RuntimeError
    assert (tmp_path / "out" / "a").read_text() == "former"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")
def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """Until its holder lets go."""
    with locked(tmp_path) as first, locked(tmp_path) as second:
        assert (first, second) == (True, False)
    with locked(tmp_path) as third:
        assert third


def test_a_folder_below_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    """The file is named, not the folder that cannot be made below it."""
    file = tmp_path / "scenario.toml"
    file.write_text("")
    with pytest.raises(OutputError, match=r"scenario\.toml: is a file, not a folder"):
        check_replaceable(file / "base", ())


def test_a_place_that_no_folder_can_have_is_refused_before_any_work(tmp_path: Path) -> None:
    """A name too long for a file system, a link in a circle, a mounted disk: each told as what it is."""
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for place, said in [
        (tmp_path / ("x" * 300), "File name too long"),
        (tmp_path / "circle" / "base", "Too many levels of symbolic links"),
        (tmp_path / "circle", "Too many levels of symbolic links"),
        (Path("/"), "a disk is mounted here.*a folder in it"),
    ]:
        with pytest.raises(OutputError, match=said):
            check_replaceable(place, ())


def test_a_link_to_what_is_not_there_yet(tmp_path: Path) -> None:
    """The folder is made where the link leads."""
    (tmp_path / "link").symlink_to(tmp_path / "later")
    with whole_folder(tmp_path / "link", holding=["a"]) as folder:
        (folder / "a").write_text("new")
    assert (tmp_path / "later" / "a").read_text() == "new"


def test_what_is_open_elsewhere_is_not_replaced(tmp_path: Path) -> None:
    """A GIS or an office program keeps files of its own beside it, and would lose what was not saved."""
    for kept in ("proposal.gpkg-wal", "~$proposal.xlsx", ".~lock.memo.docx#"):
        (tmp_path / kept).write_text("unsaved")
        with pytest.raises(OutputError, match=r"open in another program .*Close it there"):
            check_replaceable(tmp_path, ["proposal.gpkg"])
        (tmp_path / kept).unlink()


def test_a_folder_that_was_looked_at_is_replaced(tmp_path: Path) -> None:
    """What a file manager leaves behind is nobody's work, in a folder of layers too."""
    (tmp_path / "out" / "layers").mkdir(parents=True)
    for left in ("out/.DS_Store", "out/Thumbs.db", "out/layers/.DS_Store"):
        (tmp_path / left).write_text("")
    with whole_folder(tmp_path / "out", holding=["a", "layers"]) as folder:
        (folder / "a").write_text("new")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")
def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As NFS answers for a folder: nobody is taken for the holder, what may be another's stays, and all is written."""

    def refused(*_: object) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr("siting.files.fcntl.flock", refused)
    left = tmp_path / ".out.partial-whose"
    left.mkdir()
    with locked(tmp_path) as is_ours:
        assert is_ours is None
    for text in ("former", "new"):
        with whole_folder(tmp_path / "out", holding=["a"]) as folder:
            (folder / "a").write_text(text)
    assert (tmp_path / "out" / "a").read_text() == "new"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [left.name, "out"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens no folders")
def test_the_disk_has_all_of_it_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after the move finds every byte: each file and folder was waited for while the former one stood."""
    synced: list[int] = []

    def fsync(handle: int) -> None:
        assert not (tmp_path / "out").exists()
        synced.append(os.fstat(handle).st_ino)

    monkeypatch.setattr("siting.files.os.fsync", fsync)
    with whole_folder(tmp_path / "out", holding=["a", "layers"]) as folder:
        (folder / "layers").mkdir()
        (folder / "a").write_text("a")
        (folder / "layers" / "b").write_text("b")
    written = [tmp_path / "out", *(tmp_path / "out").rglob("*")]
    assert sorted(synced) == sorted(path.stat().st_ino for path in written)
