"""Many scenarios of one file: a folder each, and a table to compare them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from siting.errors import SitingError
from siting.pipeline import run


def test_a_folder_for_each_and_a_comparison(town: Path, tmp_path: Path) -> None:
    """A sweep over the number of sites, in the file's order; more sites never cover less."""
    town.write_text(town.read_text("utf-8") + '[sweep]\n"plan.station.sites" = [0, 1, 2]\n', "utf-8")
    comparison = run(town, tmp_path / "out")
    written = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert written.scenario.tolist() == [f"base,plan.station.sites={n}" for n in (0, 1, 2)]
    assert written.status.tolist() == ["done"] * 3
    assert comparison["share_people (share)"].is_monotonic_increasing
    for name in written.scenario:
        assert (tmp_path / "out" / name / "summary.json").is_file()


def test_one_fault_does_not_stop_the_others(town: Path, tmp_path: Path) -> None:
    """Its row says what is wrong."""
    variants = "[overrides.many.plan.station]\nsites = 5000\n[scenarios]\nmany = ['many']\nplain = []\n"
    town.write_text(town.read_text("utf-8") + variants, "utf-8")
    comparison = run(town, tmp_path / "out").set_index("scenario")
    assert "5000" in comparison.status["many"]
    assert comparison.status["plain"] == "done"
    assert not (tmp_path / "out" / "many").exists()


def test_when_all_fail_the_fault_is_raised(town: Path, edit, tmp_path: Path) -> None:
    """With nothing written."""
    edit("sites = 1", "sites = 5000")
    with pytest.raises(SitingError, match="5000"):
        run(town, tmp_path / "out")
    assert not (tmp_path / "out").exists()
