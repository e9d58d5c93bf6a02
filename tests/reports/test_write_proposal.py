"""A proposal is written whole or not at all, in every format that is asked for."""

from __future__ import annotations

import json
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
from tests.full_disk import full_disk


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


@pytest.mark.parametrize("name", ["gpkg", "xlsx", "summary", "map", "flatgeobuf", "geoparquet"])
def test_a_disk_that_runs_full(proposal: Proposal, tmp_path: Path, name: str) -> None:
    """In the middle of a report and at the end of its longest file: said in words, and the former answer stands."""
    file, write = WRITERS[name]
    write(proposal, tmp_path / file)
    longest = max(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    out = write_proposal(proposal, tmp_path / "disk" / "out", ["summary"])
    before = (out / "summary.json").read_bytes()
    for room in (longest // 2, longest - 1):
        with full_disk(room), pytest.raises(OutputError, match=r"cannot be written .*What stood there is as it was"):
            write_proposal(proposal, out, [name])
        assert [file.name for file in out.parent.iterdir()] == ["out"]
    assert (out / "summary.json").read_bytes() == before
