"""Screening from the scenario to the written proposal, on the toy town with a school beside one of its candidates."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import siting
from siting.errors import InputError, VerificationError
from siting.verification import verify
from tests.pipeline.conftest import PLAIN, points

SCREENING = """
[protected]
file = "protected.geojson"
[screening]
lot_column = "lot"
{override}
[[facilities]]
kind = "station"
file = "lots.geojson"
role = "candidate"
id_column = "code"
class_column = "class"
[[plan]]
"""
OVERRIDE = '[[screening.override]]\nsite = "L1"\nnote = "The school <b>moves</b>."'


def ask(town: Path, edit, override: str = "") -> None:
    """Three lots on South Street: L1 30 m from a school and too small, L2 far enough, L3 of unknown size."""
    points({"s": (100.0, 30.0)}, kind=["school"], name=["School"]).to_file(town.with_name("protected.geojson"))
    lots = points({"a": (100.0, 0.0), "b": (300.0, 0.0), "c": (350.0, 0.0)}, code=["L1", "L2", "L3"],
                  **{"class": ["小型站"] * 3, "lot": [500.0, 700.0, None]})  # fmt: skip
    lots.to_file(town.with_name("lots.geojson"))
    edit("[candidates.station]\nspacing_m = 200\n", "")
    edit('highway = ["residential", "tertiary", "secondary", "primary", "unclassified"]\n', "")
    edit("[[plan]]\n", SCREENING.format(override=override))


def test_every_reason_in_every_file(town: Path, edit, tmp_path: Path) -> None:
    """L1 is rejected by the exit and told of its small lot, a default: both in table, layer and counts; not planned."""
    ask(town, edit)
    proposal = siting.propose(town)
    assert proposal.screened is not None
    assert proposal.screened[["site_id", "clause_id", "rejects"]].to_numpy().tolist() == [
        ["L1", "cn-jb152-2017/exits", True], ["L1", "cn-jb152-2017/lot", False]]  # fmt: skip
    assert proposal.screened.measured.tolist() == pytest.approx([30, 500], abs=0.01)
    stations = proposal.facilities["station"]
    assert stations.status["L1"] == "not_used"
    assert stations.reason["L1"].endswith("30 m, limit 50 m (School)")
    assert "500 m², limit 600 m² (小型站) (an editable default)" in proposal.screened.reason[1]
    assert [note.examples for note in proposal.notes if note.key == "note_screened_default"] == [("L1",)]
    assert "L1" not in proposal.plans[0].added
    unknown = [note for note in proposal.notes if note.key == "note_screen_unknown"]
    assert [note.examples for note in unknown if "Area of the lot" in note.message("en")] == [("L3",)]
    folder = proposal.write(tmp_path / "out")
    assert verify(folder).claims
    told = json.loads((folder / "summary.json").read_text("utf-8"))["screening"]
    assert told == {"by_clause": {"cn-jb152-2017/exits": 1, "cn-jb152-2017/lot": 1}, "set_aside": 1, "overridden": {}}
    layer = gpd.read_file(folder / "proposal.gpkg", layer="candidates_screened")
    assert layer[["site_id", "is_rejected"]].to_numpy().tolist() == [["L1", True]]
    assert len(pd.read_excel(folder / "proposal.xlsx", sheet_name="candidates screened")) == 2


def test_a_default_rejects_nobody(town: Path, edit, tmp_path: Path) -> None:
    """Away from the school and too small by a default: a candidate still, and the small lot is told."""
    ask(town, edit)
    points = gpd.read_file(town.with_name("protected.geojson"))
    points.assign(geometry=points.geometry.translate(0.01)).to_file(town.with_name("protected.geojson"))
    proposal = siting.propose(town)
    assert proposal.facilities["station"].status["L1"] in ("candidate", "proposed")
    assert proposal.screened is not None
    assert proposal.screened[["clause_id", "rejects"]].to_numpy().tolist() == [["cn-jb152-2017/lot", False]]
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    assert verify(folder).claims
    assert not gpd.read_file(folder / "proposal.gpkg", layer="candidates_screened").is_rejected.any()


def test_override_reaches_the_reports(town: Path, edit, tmp_path: Path) -> None:
    """Kept all the same: a candidate like any other, its rejections and the planner's note in every file."""
    ask(town, edit, OVERRIDE)
    proposal = siting.propose(town)
    assert proposal.facilities["station"].status["L1"] in ("candidate", "proposed")
    assert any("moves" in note.message("en") for note in proposal.notes)
    folder = proposal.write(tmp_path / "out")
    path = folder / "summary.json"
    told = json.loads(path.read_text("utf-8"))
    assert (told["screening"]["overridden"], told["screening"]["set_aside"]) == ({"L1": "The school <b>moves</b>."}, 0)
    told["screening"]["set_aside"] = 3
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(VerificationError, match=r"screening\.set_aside"):
        verify(folder)


@pytest.mark.parametrize(
    ("former", "new", "said"),
    [
        ('site = "L1"', 'site = "L11"', "'L11' is no candidate that could be used. Did you mean 'L1'"),
        ('"lot"', '"lots"', "No column 'lots'"),
        ('lot_column = "lot"', 'lot_column = "class"', r"3 values of class are not numbers of 0 or more"),
        ("[screening]", 'hazards = ["gas"]\n[screening]', "hazards: the kind 'gas' is not known"),
    ],
)
def test_faults(town: Path, edit, former: str, new: str, said: str) -> None:
    """A site, a column, a kind of hazard that is not there; areas that are no numbers."""
    ask(town, edit, OVERRIDE)
    edit(former, new)
    with pytest.raises(InputError, match=said):
        siting.propose(town)
