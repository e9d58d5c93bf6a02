"""Hydrants asked for in a scenario: planned, in every file of the proposal, and held to them by `siting verify`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import siting
from siting.errors import InputError, VerificationError
from siting.verification import verify

PLAN = "[hydrants.plan]\nspacing_m = 40\nlots = { 2027 = 20, 2028 = 50 }\n[demand]"
"""The toy town needs 97 and more: the rest come after 2028."""


@pytest.fixture(scope="module")
def folder(town_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy town with its hydrants planned and no station, written once for all tests here."""
    made = tmp_path_factory.mktemp("hydrants")
    town = shutil.copytree(town_once, made / "town") / "scenario.toml"
    text = town.read_text("utf-8").replace("[[plan]]\nsites = 1\n", "").replace("[demand]", PLAN)
    town.write_text(text, "utf-8")
    return siting.propose(town).write(made / "out")


def told(folder: Path) -> dict[str, dict[str, float]]:
    rows = json.loads((folder / "summary.json").read_text("utf-8"))["hydrants"]
    return {row["measure"]: row for row in rows}


def test_nothing_is_short_afterwards(folder: Path) -> None:
    """10.4 km of street, 10.2 short today and none as proposed; both bridge heads get a hydrant; all is verified."""
    verify(folder)
    figures = told(folder)
    assert figures["road_km"]["today"] == pytest.approx(10.4, abs=0.01)
    assert figures["road_km_short"]["today"] == pytest.approx(10.4 - 0.22, abs=0.01)
    assert figures["road_km_short"]["proposed"] == 0.0
    assert (figures["n_heads_without"]["today"], figures["n_heads_without"]["proposed"]) == (2, 0)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    (plan,) = summary["plans"]
    assert plan["certificate"]["status"] == "optimal"
    assert plan["certificate"]["value"] == len(plan["added"]) > 80
    assert plan["kept"] == ["h1", "h2"]
    assert "new hydrants" in summary["headline"]
    findings = {(row["situation"], row["requirement_id"]): row["passed"] for row in summary["findings"]}
    assert findings["today", "cn-gb50974-2014/spacing"] == "no"
    assert findings["proposed", "cn-gb50974-2014/spacing"] == "yes"


def test_lots_in_every_file(folder: Path) -> None:
    """20 by 2027, 30 more by 2028, the rest after it; layer, table, workbook and memo say the same."""
    layer = gpd.read_file(folder / "proposal.gpkg", layer="hydrants")
    built = layer[layer.status == "proposed"]
    assert built.opens_in.value_counts()[["2027", "2028"]].tolist() == [20, 30]
    lots = pd.read_excel(folder / "proposal.xlsx", sheet_name="hydrant lots")
    assert lots.iloc[:, 0].astype(str).tolist() == ["2027", "2028", "2028+"]
    assert lots.iloc[:, 1].sum() == len(built)
    assert lots.iloc[:, 2].is_monotonic_decreasing or lots.iloc[2, 1] > 30
    memo = (folder / "memo.html").read_text("utf-8").replace("<td class=figure>", "<td>")
    assert all(f"<td>{year}</td><td>{built}</td>" in memo for year, built in lots.iloc[:, :2].itertuples(index=False))
    page = (folder / "map.html").read_text("utf-8")
    assert '"key":"hydrant_proposed"' in page
    assert '"key":"hydrant_gaps"' in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "DELETE FROM hydrants WHERE site_id IN (SELECT site_id FROM hydrants WHERE status = 'proposed' LIMIT 1)",
            "added",
        ),
        ("UPDATE hydrants SET status = 'candidate' WHERE site_id = 'h1'", "kept"),
        ("UPDATE hydrants SET reason = 'broken', status = 'not_used' WHERE site_id = 'h2'", "road_km_short"),
        ("DELETE FROM hydrant_gaps_today WHERE length_m > 300", "hydrant_gaps_today"),
        ("UPDATE hydrants SET metres_closed = 0 WHERE status = 'proposed'", "km_closed"),
        ("UPDATE roads SET structure = '' WHERE structure = 'bridge'", "bridge heads"),
    ],
)
def test_a_lie_is_found(folder: Path, tmp_path: Path, change: str, said: str) -> None:
    """Each changes the written file and nothing else."""
    lying = tmp_path / "lying"
    lying.mkdir()
    for name in ("summary.json", "proposal.gpkg"):
        (lying / name).write_bytes((folder / name).read_bytes())
    with sqlite3.connect(lying / "proposal.gpkg") as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        assert file.execute(change).rowcount > 0
    with pytest.raises(VerificationError, match=said):
        verify(lying)


def test_flow_and_pressure_are_converted(town: Path, edit: Callable[[str, str], None]) -> None:
    """150 gpm are 9.5 L/s and 0.5 bar are 0.05 MPa, too little; what nobody measured counts, and is noted."""
    hydrants = gpd.read_file(town.with_name("hydrants.geojson"))
    more = pd.concat([hydrants] * 2, ignore_index=True).assign(
        code=["h1", "h2", "h3", "h4"], gpm=[150, 240, None, 300], bar=[3.0, 3.0, 3.0, 0.5]
    )
    more.to_file(town.with_name("hydrants.geojson"), driver="GeoJSON")
    keys = 'flow_column = "gpm"\nflow_unit = "gpm"\npressure_column = "bar"\npressure_unit = "bar"\n'
    edit("[candidates.station]", f"{keys}[candidates.station]")
    found = siting.audit(town)
    reason = found.facilities["hydrant"].reason
    assert reason[["h2", "h3"]].tolist() == ["", ""]
    assert "15 L/s" in reason["h1"]
    assert "0.14 MPa" in reason["h4"]
    assert found.today.hydrants is not None
    assert found.today.hydrants.n_counted == 2
    assert any(note.key == "note_hydrant_unmeasured" and note.examples == ("h3",) for note in found.notes)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('flow_column = "code"', "never guessed"),
        ('flow_column = "code"\nflow_unit = "litres"', "litres"),
        ('flow_unit = "gpm"', "without flow_column"),
        ('flow_column = "code"\nflow_unit = "gpm"', "not numbers of 0 or more"),
        ('radius_column = "reach"', "reach"),
    ],
)
def test_supply_that_makes_no_sense(town: Path, edit: Callable[[str, str], None], keys: str, said: str) -> None:
    """Each is refused with what was expected."""
    edit("[candidates.station]", f"{keys}\n[candidates.station]")
    with pytest.raises(InputError, match=said):
        siting.audit(town)


def test_an_intake_serves_land_and_no_street(town: Path, edit: Callable[[str, str], None]) -> None:
    """As hydrants two serve 220 m of street; as intakes of 80 m they serve none, and land within 80 m."""
    edit("[candidates.station]", 'class = "intake"\nradius_m = 80\n[candidates.station]')
    cover = siting.audit(town).today.hydrants
    assert cover is not None
    assert cover.road_km_short == pytest.approx(cover.road_km)
    assert 0 < cover.share_area * cover.cells.shape[0] * 1e4 < 2 * 3.15 * 80**2


def test_falling_lots_are_refused(town: Path, edit: Callable[[str, str], None]) -> None:
    """What stands by 2028 cannot be less than what stands by 2027."""
    edit("[demand]", "[hydrants.plan]\nlots = { 2027 = 5, 2028 = 3 }\n[demand]")
    with pytest.raises(InputError, match="lots fall"):
        siting.audit(town)
