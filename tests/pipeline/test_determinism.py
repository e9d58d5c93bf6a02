"""The same inputs and seed give the same bytes, however many searches run at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import siting
from tests.pipeline.conftest import assert_same_answer


def test_one_thread_and_two(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of the GeoPackage and claims of the summary, times aside."""
    folders = []
    for cores in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        folders.append(siting.propose(town).write(tmp_path / str(cores), formats=["gpkg", "summary"]))
    assert_same_answer(*folders)
