"""Caps of district area set by a risk assessment, from a column of the land file to the verified files."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import siting
from siting.errors import InputError, VerificationError
from siting.pipeline import SitingProposal
from tests.pipeline.conftest import PLAIN
from tests.verification.damage import change_package

ZONE_KM2 = 0.8


def zones(town: Path, cap_km2: object = ZONE_KM2) -> None:
    """The land file: the western half of town with a cap of its own, the eastern with none."""
    west, south, east, north = gpd.read_file(town.with_name("boundary.geojson")).total_bounds
    middle = (west + east) / 2
    land = gpd.GeoDataFrame(
        {"place": "urban", "cap_km2": [cap_km2, None]},
        geometry=[shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)], crs=4326,
    )  # fmt: skip
    land.to_file(town.with_name("land.geojson"), driver="GeoJSON")


@pytest.fixture
def asked(town: Path, edit) -> Path:
    """
    The fewest stations of the toy town: its own may have 1.2 km², new ones, of class two, 1.0, and less in the west.

    So a cell of the west takes another share of its own station's district than of a new one's.
    """
    zones(town)
    edit("buffer_m = 500", 'buffer_m = 500\nland = "land.geojson"')
    edit("[candidates.station]", '[candidates.station]\nclass = "二级站"')
    edit("sites = 1", 'objective = "district"\ntime_limit_s = 10.0')
    text = Path(siting.__file__).parent.joinpath("rules/data/cn-jb152-2017.toml").read_text("utf-8")
    for class_name, cap_km2 in (("一级站", 1.2), ("二级站", 1.0)):
        usual = {"一级站": 7, "二级站": 4}[class_name]
        text = text.replace(f'"{class_name}" = {usual}', f'"{class_name}" = {cap_km2}')
    town.with_name("local.toml").write_text(text.replace("cn-jb152-2017", "local"), "utf-8")
    edit('["cn-jb152-2017", "cn-gb50974-2014"]', '"local.toml"')
    return town


def lawful_by_hand(proposal: SitingProposal) -> bool:
    """Each cell's area over its own cap or its station's, added up by station."""
    answer = proposal.districts
    assert answer is not None
    held = answer.cells[answer.cells.site_id != ""]
    usual = held.site_id.map({"S": 1.2}).fillna(1.0)
    share = held.area_km2 / proposal.cells.cap_km2.loc[held.index].fillna(usual)
    return bool((share.groupby(held.site_id).sum() <= 1 + 1e-9).all())


def test_planned_judged_written_and_verified(asked: Path, tmp_path: Path) -> None:
    """Lawful by hand and by the judge, noted, equal in every file; a cap that is changed in the file is noticed."""
    proposal = siting.propose(asked)
    answer = proposal.districts
    assert answer is not None
    assert lawful_by_hand(proposal)
    assert answer.report.districts.broken.map(len).sum() == 0
    zoned_km2 = proposal.cells.area_km2[proposal.cells.cap_km2.notna()].sum()
    (told,) = (note for note in proposal.notes if note.key == "note_own_caps")
    assert told.values["km2"] == pytest.approx(zoned_km2)
    # 7 km² is still what a special station may have elsewhere
    least = zoned_km2 / ZONE_KM2 + (proposal.cells.area_km2.sum() - zoned_km2) / 7
    assert answer.readings.least_stations.tolist() == [pytest.approx(least, abs=1)] * 2
    assert proposal.plans[0].solution.bound >= 2
    districts = proposal.proposed.districts
    assert (districts.cap_km2 < districts["class"].map({"一级站": 1.2, "二级站": 1.0})).any()
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    assert all(claim.agrees for claim in siting.verify(folder).claims)
    assert change_package(folder, "UPDATE cells SET cap_km2 = 0.3 WHERE cap_km2 = 0.8") > 0
    with pytest.raises(VerificationError) as refused:
        siting.verify(folder)
    for claim in ("districts_today.cap_km2", "stations by area", "area-urban: broken by", "shortage"):
        assert claim in str(refused.value)


def test_a_cap_that_is_none_is_refused(asked: Path) -> None:
    """With the file and the rows."""
    zones(asked, cap_km2=-1)
    with pytest.raises(InputError, match=r"(?s)land.*1 values of cap_km2 \(-1\.0; rows 1\) are not a number above 0"):
        siting.propose(asked)
