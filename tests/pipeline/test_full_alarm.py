"""The full alarm by hand on the toy town, and from a scenario, held to its files."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import siting
from siting import toy
from siting.errors import InputError, VerificationError
from siting.full_alarm import alarm_measures, engines_there
from siting.network.place import with_place
from siting.verification import verify
from tests.pipeline.conftest import points, rewrite
from tests.verification.damage import change_package

ASKED = """\
[full_alarm]
engines = 3
first_s = 100
all_s = 150
engines_column = "crews"
[[facilities]]
kind = "station"
file = "required.geojson"
role = "required"
id_column = "code"
"""


def test_engines_by_the_table_of_times() -> None:
    """S sends 2, N 3, E 1. d3 is 126 s from S, 72 from N, 162 from E: within 150 s five engines, within 100 s three."""
    stations = with_place(toy.stations(), toy.sites())
    cells = with_place(gpd.GeoDataFrame({"people": toy.weight(), "area_km2": 1.0}, geometry=[None] * 6), toy.demand())
    engines = np.array([2.0, 3.0, 1.0])
    there = engines_there(toy.network(), stations, engines, cells, 100.0, 150.0, 3)
    assert there["first"].tolist() == [2, 2, 3, 3, 0, 0]
    assert there.engines.tolist() == [5, 2, 5, 3, 3, 0]
    assert there.all_there_s.tolist() == [144, 180, 72, 54, 108, np.inf]  # S waits for N; N alone sends enough
    six = engines_there(toy.network(), stations, engines, cells, 100.0, 130.0, 6)  # looked at until 260 s
    assert six.all_there_s.tolist() == [162, 198, 162, 252, np.inf, np.inf]
    assert alarm_measures(there, cells, 3)["share_people_both"] == pytest.approx(0.6)  # d1, d3 and d4
    by_times = toy.travel_time_s()
    for column, limit_s in (("first", 100.0), ("engines", 150.0)):
        assert there[column].tolist() == ((by_times <= limit_s) @ engines).tolist()


def test_nobody_stands() -> None:
    """Without a station no engine comes."""
    stations = with_place(toy.stations(), toy.sites()).iloc[:0]
    cells = with_place(gpd.GeoDataFrame({"people": toy.weight()}, geometry=[None] * 6), toy.demand())
    there = engines_there(toy.network(), stations, np.empty(0), cells, 100.0, 150.0, 3)
    assert not there[["first", "engines"]].to_numpy().any()
    assert np.isinf(there.all_there_s).all()


def test_from_a_scenario(town: Path, tmp_path: Path) -> None:
    """A station that every plan builds sends one engine, no column says more; a changed share is found."""
    town.write_text(town.read_text("utf-8") + ASKED, "utf-8")
    points({"R": (400.0, 0.0)}, code=["R"]).to_file(town.parent / "required.geojson", driver="GeoJSON")
    proposal = siting.propose(town)
    answer = proposal.full_alarm
    assert answer is not None
    assert answer.cells.today_engines.max() == 2
    assert answer.cells.proposed_engines.max() == 3
    shares = answer.table.set_index("measure")
    assert shares.today["share_people_all"] == 0.0 < shares.proposed["share_people_all"]
    folder = proposal.write(tmp_path / "out", formats=["gpkg", "summary"])
    assert verify(folder).claims
    assert change_package(folder, "UPDATE cells SET proposed_all_there_s = 1 WHERE proposed_all_there_s > 100")
    with pytest.raises(VerificationError, match=r"cells\.proposed_all_there_s"):
        verify(folder)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    summary["full_alarm"]["measures"][0]["proposed"] = 0.99
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    with pytest.raises(VerificationError, match="full_alarm, share_people_first, proposed"):
        verify(folder)


def test_engines_are_numbers(town: Path) -> None:
    """A column of other things is refused."""
    town.write_text(town.read_text("utf-8") + ASKED, "utf-8")
    points({"R": (400.0, 0.0)}, code=["R"]).to_file(town.parent / "required.geojson", driver="GeoJSON")
    rewrite(town.parent / "stations.geojson", lambda table: table.assign(crews="two"))
    with pytest.raises(InputError, match="not engines of 0 or more"):
        siting.propose(town)
