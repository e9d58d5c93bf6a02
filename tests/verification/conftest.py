"""An honest proposal, and a copy of it to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from siting.reports import write_proposal
from tests.reports.handmade import make_proposal


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_proposal(make_proposal(), tmp_path_factory.mktemp("honest") / "out")


@pytest.fixture
def folder(honest: Path, tmp_path: Path) -> Path:
    shutil.copytree(honest, tmp_path / "out")
    return tmp_path / "out"
