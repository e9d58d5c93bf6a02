"""Many scenarios of one file: a folder each, and a table to compare them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from siting.errors import InputError, OutputError, SitingError
from siting.made_by import SCHEMA_VERSION
from siting.pipeline import run, write_table


def test_a_folder_for_each_and_a_comparison(town: Path, tmp_path: Path) -> None:
    """A sweep over the number of sites, in the file's order; more sites never cover less."""
    town.write_text(town.read_text("utf-8") + '[sweep]\n"plan.station.sites" = [0, 1, 2]\n', "utf-8")
    comparison = run(town, tmp_path / "out")
    written = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert written.scenario.tolist() == [f"base,plan.station.sites={n}" for n in (0, 1, 2)]
    assert written.status.tolist() == ["done"] * 3
    assert written.schema_version.tolist() == [SCHEMA_VERSION] * 3
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


def test_no_name_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    """Names of scenarios and texts of faults stand in the table: shown behind an apostrophe, told raw to the caller."""
    told = write_table([{"scenario": "=cmd|'/c calc'!A1", "status": "\u202e+1", "people": -3.5}], tmp_path / "t.csv")
    (row,) = pd.read_csv(tmp_path / "t.csv").to_dict("records")
    assert row == {"scenario": "'=cmd|'/c calc'!A1", "status": "'+1", "people": -3.5, "schema_version": SCHEMA_VERSION}
    assert told.scenario[0].startswith("=cmd")


@pytest.mark.parametrize(
    ("variants", "said"),
    [
        ('[scenarios]\n"a/b" = []\na_b = []\n', "'a/b', 'a_b' would share one folder"),
        ("[scenarios]\nA = []\na = []\n", "would share one folder"),
        ('[scenarios]\n"comparison.csv" = []\n', "No scenario may be called"),
        (f"[scenarios]\n{'x' * 300} = []\n", "longer than"),
        (f"[scenarios]\n'{'𠮷' * 60}' = []\n", "longer than 225 bytes"),
    ],
)
def test_scenarios_that_cannot_lie_beside_each_other(town: Path, tmp_path: Path, variants: str, said: str) -> None:
    """Refused before any work, on file systems that know no upper case too."""
    town.write_text(town.read_text("utf-8") + variants, "utf-8")
    with pytest.raises(InputError, match=said):
        run(town, tmp_path / "out")


def test_somebody_elses_comparison_stays(town: Path, tmp_path: Path) -> None:
    """The planner's own table of that name is not ours to replace; a former one of ours is."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "comparison.csv").write_text("my,own\n", "utf-8")
    with pytest.raises(OutputError, match="would be lost"):
        run(town, out)
    (out / "comparison.csv").unlink()
    for _ in range(2):
        run(town, out)
    assert pd.read_csv(out / "comparison.csv").status.tolist() == ["done"]
