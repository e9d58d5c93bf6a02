"""Bad input gets one clear message that names the file, the fault, how much and which, and what to do."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

import siting
from siting.errors import InputError, OutputError
from siting.pipeline import check, only_scenario
from siting.reports import write_proposal
from tests.pipeline.conftest import rewrite, twice


def message(town: Path) -> str:
    with pytest.raises(InputError) as refused:
        siting.propose(town)
    return str(refused.value)


def test_missing_crs(town: Path, edit) -> None:
    """A CSV with columns x and y says nothing of its CRS, and none is guessed."""
    (town.parent / "stations.csv").write_text("code,x,y\nS,499000,3469800\n", "utf-8")
    edit('file = "stations.geojson"', 'file = "stations.csv"\nlon = "x"\nlat = "y"')
    said = message(town)
    assert "stations.csv" in said
    assert "coordinate reference system" in said


def test_swapped_lon_lat(town: Path) -> None:
    """Latitude 121 does not exist; the message says what probably happened."""
    boundary = town.parent / "boundary.geojson"
    rewrite(boundary, lambda table: table.set_geometry(shapely.transform(table.geometry, lambda xy: xy[:, ::-1])))
    said = message(town)
    assert "boundary.geojson" in said
    assert "swapped" in said


def test_every_missing_file_is_told_at_once(town: Path) -> None:
    """Before anything is read, with the nearest name that is there."""
    town.with_name("people.geojson").unlink()
    town.with_name("boundary.geojson").rename(town.with_name("boundry.geojson"))
    said = message(town)
    assert "study_area.boundary: " in said
    assert "Did you mean 'boundry.geojson'?" in said
    assert "demand.file: " in said


def test_boundary_outside_the_roads(town: Path) -> None:
    """Both extents are given."""
    boundary = town.parent / "boundary.geojson"
    rewrite(boundary, lambda table: table.set_geometry(table.translate(xoff=2.0)))
    said = message(town)
    assert "roads.osm" in said
    assert "121." in said  # where the boundary is
    assert "119." in said  # where the roads are


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x86"], ids=["empty", "truncated"])
def test_broken_pbf(town: Path, edit, content: bytes) -> None:
    """Said in words, with the file's name."""
    (town.parent / "roads.osm.pbf").write_bytes(content)
    edit("roads.osm", "roads.osm.pbf")
    assert "roads.osm.pbf: " in message(town)
    assert "download or export it again" in message(town).lower()


def test_weights_that_are_not_people(town: Path) -> None:
    """An empty and a negative weight, both named at once."""

    def spoil(table: gpd.GeoDataFrame) -> None:
        table.loc[0, "people"] = np.nan
        table.loc[1, "people"] = -5.0

    rewrite(town.parent / "people.geojson", spoil)
    said = message(town)
    assert "people.geojson: 2 faults" in said
    assert "1 values of people are negative" in said


def test_duplicate_ids(town: Path) -> None:
    """With the id."""
    rewrite(town.parent / "stations.geojson", twice)
    said = message(town)
    assert "stations.geojson" in said
    assert "more than once (S)" in said


def test_more_sites_than_candidates(town: Path, edit) -> None:
    """Both numbers."""
    edit("sites = 1", "sites = 5000")
    assert "5000" in message(town).replace(",", "")


def test_a_question_that_cannot_be_asked(town: Path, edit) -> None:
    """Known to `check` before any plan is made; what its own words show, before anything is read."""
    edit("sites = 1", 'sites = 5000\nkeep = ["S", "X9"]')
    with pytest.raises(InputError, match=r"(?s)X9.*sites = 5000"):
        check(only_scenario(town))
    town.with_name("roads.osm").write_text("")
    edit("sites = 5000\n", "differ = 2\n")
    with pytest.raises(InputError, match=r"(?s)needs the key sites.*differ is given"):
        check(only_scenario(town))
    edit("differ = 2\n", 'objective = "lscp"\nsites = 3\n')
    with pytest.raises(InputError, match="sites is given, but lscp does not take it"):
        check(only_scenario(town))


def test_raster_elsewhere(town: Path, edit) -> None:
    """Both extents; and a unit is never guessed."""
    with rasterio.open(
        town.parent / "people.tif", "w", driver="GTiff", width=4, height=4, count=1, dtype="float32",
        crs="EPSG:4326", transform=rasterio.Affine(0.025, 0.0, 10.0, 0.0, -0.025, 50.1),
    ) as raster:  # fmt: skip
        raster.write(np.ones((1, 4, 4), dtype="float32"))
    edit('source = "table"\nfile = "people.geojson"\nweight = "people"\nid = "place"',
         'source = "raster"\nfile = "people.tif"')  # fmt: skip
    assert "needs 'unit'" in message(town)
    edit('file = "people.tif"', 'file = "people.tif"\nunit = "people_per_cell"')
    said = message(town)
    assert "people.tif" in said
    assert "119." in said
    assert "10." in said


def test_keys_of_another_source(town: Path, edit) -> None:
    """A unit means nothing to a table."""
    edit('id = "place"', 'unit = "people_per_cell"')
    assert "The source 'table' takes no 'unit'" in message(town)


def test_unknown_names_with_the_nearest(town: Path, edit) -> None:
    """Objective, speed profile and rule set."""
    edit("sites = 1", 'sites = 1\nobjective = "mlcp"')
    assert "mclp" in message(town)
    edit('objective = "mlcp"', 'objective = "mclp"')
    edit('"flat-40"', '"flat-4"')
    assert "flat-40" in message(town)
    edit('"cn-jb152-2017"', '"cn-jb152"')
    assert "cn-jb152-2017" in message(town)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('objective = "expected"\nsites = 1', "expected needs the key busy_share: expected: share of the time"),
        (
            'objective = "backup"\nsites = 1\nfloor = 0.5',
            "backup does not take it. It takes sites. Remove floor, or ask",
        ),
        ("sites = 1\ncost_budget = 3.0", "one of them, not both"),
        ("keep = 'all'", "one of them, not none"),
        ('objective = "equity"\nsites = 1', "equity needs the key floor or station_in_each_unit"),
        ('objective = "equity"\nsites = 1\nfloor = 0.5', "by grid unit, and there is none"),
        ("cost_budget = 3.0\ncurve = 2", "curve count stations"),
        ("sites = 1\ndiffer = 2", "differ is given without alternatives"),
        ("phases = {2027 = 2, 2030 = 1}", "1 new stations stand by 2030, 2 by 2027"),
        ("sites = 3\nphases = [1, 1]", "sites = 3, but the last phase has 2"),
        ('objective = "robust"\nsites = 1\nstates = {usual = 0.5}', "states names 'usual'"),
        ('objective = "robust"\nsites = 1\nstates = {jam = 0.5}\nchance = {jam = 1.0}', "Expected each of jam, usual"),
        ('objective = "lscp"\ncost_column = "price"', "no table of stations has a column 'price'"),
        ('objective = "lscp"\ncost_column = "name"', "values of 'name' are not numbers of 0 or more (sites S, "),
        (
            'objective = "expected"\nsites = 1\nbusy_share = 0.3\nbusy_share_column = "busy"',
            "busy_share_column: no table of stations has a column 'busy'",
        ),
        (
            'objective = "expected"\nsites = 1\nbusy_share = 0.3\nbusy_share_column = "crews"',
            "values of 'crews' are not numbers from 0 to below 1 (sites S)",
        ),
        ("sites = 1\ncurve = 5000", "curve = 5000, but only"),
        ("cost_budget = inf", "plan.0.cost_budget: Input should be a finite number (it says inf)"),
        ("sites = 1\nseed = -1", "plan.0.seed: Input should be greater than or equal to 0 (it says -1)"),
    ],
)
def test_keys_that_do_not_fit_the_question(town: Path, edit, keys: str, said: str) -> None:
    """Each says what is wrong and what to do, before any plan is made."""
    edit("sites = 1", keys)
    with pytest.raises(InputError) as refused:
        check(only_scenario(town))
    assert said in str(refused.value)


def test_phases_are_years(town: Path, edit) -> None:
    """A phase that is none is refused with its line."""
    edit("sites = 1", "phases = {soon = 2}")
    assert "phases" in message(town)


def test_no_station_at_all(town: Path, edit) -> None:
    """Nothing to judge and nothing to plan with."""
    edit('kind = "station"\nfile = "stations.geojson"', 'kind = "micro_station"\nfile = "stations.geojson"')
    edit("[candidates.station]\nspacing_m = 200\n", "")
    edit('highway = ["residential", "tertiary", "secondary", "primary", "unclassified"]\n', "")
    assert "No station and no candidate" in message(town)


def test_rules_without_a_clock(town: Path, edit) -> None:
    """Hydrants alone give no travel budget; the message names rule sets that do."""
    edit('["cn-jb152-2017", "cn-gb50974-2014"]', '"cn-gb50974-2014"')
    assert "cn-jb152-2017" in message(town)


def test_no_writable_output(town: Path, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(OutputError, match="Choose another"):
        siting.propose(town).write(tmp_path / "out" / "proposal")


@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError("disk full")])
def test_an_interrupted_write_leaves_nothing(town: Path, tmp_path: Path, monkeypatch, end) -> None:
    """Whatever ends it, no half-written proposal is left, and a former one stays whole."""
    from siting import reports

    proposal = siting.propose(town)
    proposal.write(tmp_path / "out", formats=["summary"])
    before = (tmp_path / "out" / "summary.json").read_bytes()

    def fail(*_: object) -> None:
        raise end

    monkeypatch.setitem(reports.WRITERS, "gpkg", ("proposal.gpkg", fail))
    with pytest.raises((KeyboardInterrupt, OSError)):
        write_proposal(proposal, tmp_path / "out", ["map", "gpkg"])
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["summary.json"]
    assert (tmp_path / "out" / "summary.json").read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out", "town"]
