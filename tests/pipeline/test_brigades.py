"""Townships without a brigade, brigades far below the standard, and all forces in one picture."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import siting
from siting.brigades import strengths
from siting.errors import InputError, VerificationError
from siting.pipeline import check, only_scenario
from siting.verification import verify
from tests.pipeline.conftest import PLAIN, points, write_halves

ASKED = """\
[[facilities]]
kind = "station"
file = "brigades.geojson"
id_column = "code"
class_column = "class"
force_column = "force"
[[grid]]
level = "large"
file = "towns.geojson"
id_column = "code"
[brigades]
reach_s = 200
land_column = "land"
staff_column = "staff"
"""
RULES = """\
id = "ours"
edition = "1"
extends = "cn-jb152-2017"
[sources]
plan = "our plan"
[[figure]]
id = "force-national"
title = { zh = "国家队", en = "National" }
clause = "1"
source = ["plan"]
severity = "should"
confidence = "high"
values = { first_response_share = 1.0 }
[[figure]]
id = "force-volunteer"
title = { zh = "志愿队", en = "Volunteers" }
clause = "2"
source = ["plan"]
severity = "should"
confidence = "high"
values = { first_response_share = 0.0 }
"""


@pytest.fixture
def towns(town: Path) -> Path:
    """Brigade B stands in the west beside station S; the east has neither."""
    folder = town.parent
    write_halves(folder / "towns.geojson")
    brigades = points({"B": (400.0, 0.0)}, code=["B"], force=["full_time"], land=[300.0], staff=[6.0],
                      **{"class": ["二级乡镇专职消防队"]})  # fmt: skip
    brigades.to_file(folder / "brigades.geojson", driver="GeoJSON")
    (folder / "ours.toml").write_text(RULES, "utf-8")
    text = town.read_text("utf-8").split("[[plan]]")[0].replace('"cn-jb152-2017"', '"ours.toml", "cn-gbt35547-2017"')
    town.write_text(text.split("[candidates.station]")[0] + ASKED, "utf-8")
    return town


def test_the_east_is_missing_one_and_what_it_would_gain(towns: Path, tmp_path: Path) -> None:
    """The gain is that of driving from the seat, computed once more for every cell."""
    proposal = siting.propose(towns)
    units = proposal.brigades.units
    assert units.state_today.to_dict() == {"west": "has_one", "east": "missing"}
    assert units.share_in_reach["east"] == pytest.approx(1 / 3)  # d3 of d3, d5 and d6
    assert units["rank"].to_dict() == {"west": pytest.approx(np.nan, nan_ok=True), "east": 1}
    seat = proposal.brigades.seats
    cells, before = proposal.cells, proposal.today.cells.response_time_s
    times = siting.travel_times(proposal.network, seat, cells.set_geometry(gpd.points_from_xy(cells.x, cells.y)),
                                limit_s=140.0, snap_limit_m=100.0).to_frame()  # fmt: skip
    newly = [cell for cell in times.demand_id if before[cell] > 200.0]
    assert units.people_gained["east"] == pytest.approx(cells.people[newly].sum())
    assert units.people_gained["east"] > 0
    judged = {finding.requirement.id.partition("/")[2]: finding for finding in proposal.findings_today}
    assert (judged["every-township"].measured, judged["every-township"].worst[0][0]) == (0.5, "east")
    assert (judged["strength"].measured, judged["strength"].worst[0][0]) == (1.0, "B")
    claims = {claim.name for claim in verify(proposal.write(tmp_path / "out", formats=PLAIN)).claims}
    assert {f"finding cn-gbt35547-2017/{name}, today: measured" for name in ("every-township", "strength")} <= claims


def test_a_brigade_far_below_the_standard_is_flagged(towns: Path) -> None:
    """A second-class brigade has 700 m² and 10 people (GB/T 35547-2017 as read): 300 are below half, 6 are not."""
    row = siting.propose(towns).brigades.strengths.loc["B"]
    assert row[["least_land_m2", "land_judged", "least_persons", "persons_judged"]].tolist() == [
        700,
        "below",
        10,
        "enough",
    ]


def test_at_half_the_standard_nobody_is_flagged_and_unknown_is_unknown() -> None:
    """Exactly half is not below half; no figure, or no class that is known, is not judged."""
    teams = pd.DataFrame(
        {"name": "", "class": ["一级队", "一级队", "其他"], "land_m2": [500.0, np.nan, 1.0], "staff": 1.0}
    )
    table = strengths(teams, {"一级": {"least_land_m2": 1000.0}}, 0.5)
    assert table.land_judged.tolist() == ["enough", "not_known", "not_known"]
    assert set(table.persons_judged) == {"not_known"}


def test_each_force_with_what_it_counts_for(towns: Path, tmp_path: Path) -> None:
    """The rule set counts the national station, refuses volunteers, and says nothing of full-time brigades."""
    proposal = siting.propose(towns)
    forces = proposal.brigades.forces.set_index("force")
    assert forces.counts.to_dict() == {"national": "yes", "full_time": "not_said", "enterprise": "not_said",
                                       "volunteer": "no", "micro_first": "not_said", "micro": "not_said"}  # fmt: skip
    assert forces.standing_today.to_dict() == {**dict.fromkeys(forces.index, 0), "national": 1, "full_time": 1}
    assert (forces.share_people_counted == forces.share_people["national"]).all()
    assert proposal.today.share_people >= forces.share_people.max()
    folder = proposal.write(tmp_path / "out")
    sheet = pd.read_excel(folder / "proposal.xlsx", sheet_name="forces")
    assert sheet["force"].tolist()[:2] == ["national service", "government full-time brigade"]
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    summary["brigades"]["brigades"][1]["state_today"] = "in_reach"
    summary["brigades"]["forces"][0]["standing_today"] = 3
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(VerificationError, match=r"brigades, state_today[\s\S]*forces, national: standing_today"):
        verify(folder)


@pytest.mark.parametrize(
    ("former", "new", "told"),
    [
        ('level = "large"\nfile', 'level = "small"\nfile', "no grid level 'large'"),
        ('staff_column = "staff"', 'staff_column = "crew"', "No column 'crew'"),
        ('staff_column = "staff"', 'staff_column = "force"', "values of force are not numbers of 0 or more"),
        ('force_column = "force"', 'force_column = "class"', "二级乡镇专职消防队"),
    ],
)
def test_faults_are_told(towns: Path, former: str, new: str, told: str) -> None:
    """A level without a file, a column that is not there or holds words, a force that nobody knows: before a plan."""
    text = towns.read_text("utf-8")
    assert former in text
    towns.write_text(text.replace(former, new), "utf-8")
    with pytest.raises(InputError, match=told):
        check(only_scenario(towns))
