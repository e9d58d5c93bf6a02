"""A proposal is written whole or not at all, in every format that is asked for."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import docx
import pyogrio
import pytest

from siting.errors import InputError, OutputError
from siting.made_by import SCHEMA_VERSION, made_by
from siting.proposal import Proposal
from siting.reports import WRITERS, write_proposal
from siting.verification.basis_checks import check_requirements
from siting.verification.written import read_written


def test_every_format(proposal: Proposal, tmp_path: Path) -> None:
    """One file for each, and nothing else; each says which siting made it, in which schema."""
    folder = write_proposal(proposal, tmp_path / "out")
    assert {file.name for file in folder.iterdir()} == {
        "map.html",
        "proposal.gpkg",
        "proposal.xlsx",
        "memo.docx",
        "memo.html",
        "summary.json",
        "districts.png",
    }
    assert json.loads((folder / "summary.json").read_text("utf-8"))["schema_version"] == SCHEMA_VERSION
    assert [file.name for file in folder.iterdir() if made_by().encode() not in content(file)] == ["summary.json"]


def content(file: Path) -> bytes:
    """The bytes of a file, or of the parts of an archive."""
    if not is_zipfile(file):
        return file.read_bytes()
    with ZipFile(file) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_a_rule_set_without_requirements(proposal: Proposal, tmp_path: Path) -> None:
    """A clock alone: an empty table of findings in the files, no table without a cell in the memo, nothing in doubt."""
    bare = replace(
        proposal, findings_today=(), findings_proposed=(), ruleset=replace(proposal.ruleset, requirements=())
    )
    folder = write_proposal(bare, tmp_path / "out", formats=["gpkg", "xlsx", "memo", "summary"])
    assert "requirement_id" in pyogrio.read_dataframe(folder / "proposal.gpkg", layer="table_findings")
    assert all(row.cells for table in docx.Document(str(folder / "memo.docx")).tables for row in table.rows)
    assert all(claim.agrees for claim in check_requirements(read_written(folder)))


def test_unknown_format(proposal: Proposal, tmp_path: Path) -> None:
    """Refused before anything is written, with the nearest name."""
    with pytest.raises(InputError, match=r"'gpgk' is not known\. Did you mean 'gpkg'\? Known: .*summary"):
        write_proposal(proposal, tmp_path / "out", ["gpgk"])
    assert not (tmp_path / "out").exists()


def test_a_broken_run_leaves_what_stood_there(
    proposal: Proposal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the last writer fails, the former proposal is untouched and no part of the new one is left."""

    def fail(proposal: Proposal, path: Path) -> None:
        raise KeyboardInterrupt

    write_proposal(proposal, tmp_path / "out", ["summary"])
    monkeypatch.setitem(WRITERS, "xlsx", ("proposal.xlsx", fail))
    with pytest.raises(KeyboardInterrupt):
        write_proposal(proposal, tmp_path / "out", ["gpkg", "xlsx"])
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["summary.json"]
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes a disk of so many kB, for as long as the test takes."""
    made: list[Path] = []

    def make(kb: int) -> Path:
        place = tmp_path / f"disk-{kb}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={kb}k", "siting-test", str(place)]
        if subprocess.run(command, check=False, capture_output=True).returncode != 0:  # noqa: S603 - our own
            pytest.skip("only root may mount a small disk")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 - our own


def test_a_disk_that_runs_full(proposal: Proposal, tmp_path: Path, disk: Callable[[int], Path]) -> None:
    """At the first byte of the GeoPackage, in its middle, at its end: said in words, and the former answer stands."""
    whole_kb = (write_proposal(proposal, tmp_path / "whole", ["gpkg"]) / "proposal.gpkg").stat().st_size // 1024
    for kb in (16, whole_kb // 2, whole_kb - 8):
        out = disk(kb) / "out"
        write_proposal(proposal, out, ["summary"])
        before = (out / "summary.json").read_bytes()
        with pytest.raises(OutputError, match=r"cannot be written .*What stood there is as it was"):
            write_proposal(proposal, out, ["gpkg"])
        assert (out / "summary.json").read_bytes() == before
        assert [file.name for file in out.parent.iterdir()] == ["out"]
