"""A proposal is written whole or not at all, in every format that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.errors import InputError
from siting.proposal import Proposal
from siting.reports import WRITERS, write_proposal


def test_every_format(proposal: Proposal, tmp_path: Path) -> None:
    """One file for each, and nothing else."""
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
