"""Helsinki's centre: underground hydrants as OpenStreetMap has them, judged and completed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import siting
from siting.verification import verify

pytestmark = pytest.mark.real
SCENARIO = """\
name = "Helsinki"
rules = ["cn-jb152-2017", "cn-gb50974-2014"]
[study_area]
bbox = [24.9352, 60.1642, 24.9534, 60.1791]
cell_m = 100
[roads]
file = "Helsinki.osm.pbf"
[demand]
source = "land"
[[facilities]]
kind = "station"
file = "Helsinki.osm.pbf"
[[facilities]]
kind = "hydrant"
file = "Helsinki.osm.pbf"
[hydrants.plan]
lots = [20, 20]
[outputs]
write = ["gpkg", "summary"]
"""


def test_underground_hydrants_are_judged_and_completed(real: Callable[[str], Path], tmp_path: Path) -> None:
    """All 37 count; the fewest new ones close every gap, in lots whose sums are the plan's; the files agree."""
    (tmp_path / "helsinki.toml").write_text(SCENARIO, "utf-8")
    folder = real("helsinki_center/Helsinki.osm.pbf").parent
    proposal = siting.propose(siting.read_scenarios(tmp_path / "helsinki.toml", data_folder=folder)["base"])
    today, proposed = proposal.today.hydrants, proposal.proposed.hydrants
    assert today is not None
    assert proposed is not None
    assert (today.n_counted, today.n_not_counted) == (37, 0)
    assert 0.7 < today.road_km_short / today.road_km < 0.95
    (plan,) = proposal.plans
    assert (plan.solution.status, plan.solution.value) == ("optimal", len(plan.added))
    assert plan.solution.bound == len(plan.added)
    assert proposed.road_km_short < 0.01 * proposed.road_km
    lots = proposal.facilities["hydrant"].opens_in.value_counts()
    assert lots[["1", "2"]].tolist() == [20, 20]
    assert len(verify(proposal.write(tmp_path / "out")).claims) > 100
