"""Layers come from a PostGIS database and go into one, all or none, and no password is ever told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pyogrio
import pytest
import shapely

import siting
from siting.batch.jobs import Job
from siting.batch.written import finished_row
from siting.database_url import database_url
from siting.errors import InputError, OutputError, SitingWarning
from siting.geofiles import open_layer
from siting.inputs.vector import read_table
from siting.pipeline import asked_digest
from siting.pipeline.propose import only_scenario
from siting.postgis import layer_digest, read_layer, read_provenance, write_layers
from siting.reports import write_proposal
from siting.scenario_file import read_scenarios
from tests.pipeline.conftest import Edit, edit, town, town_once  # noqa: F401 - fixtures
from tests.reports.handmade import make_proposal

TOWNS = gpd.GeoDataFrame(
    {
        "名称": ["西镇", "", None, "a\tb\\N\n"],
        "people": pd.array([3, None, 0, 2**53 + 1], dtype="Int64"),
        "share": [0.1, np.nan, 1 / 3, 1e-300],
        "is_open": [True, False, True, False],
        'odd "name"': ["x"] * 4,
    },
    geometry=[shapely.Point(121.3, 31.4), shapely.box(121, 31, 121.5, 31.5), None, shapely.Point(121.1, 31.2)],
    crs="EPSG:4326",
)


def run(database: str, *commands: str) -> list[tuple[object, ...]]:
    """What the last command answers."""
    with psycopg.connect(database) as connection:
        cursor = [connection.execute(command) for command in commands][-1]
        return cursor.fetchall() if cursor.description else []


def tables(database: str, schema: str) -> dict[str, gpd.GeoDataFrame]:
    """Every table with shapes that a schema holds."""
    named = run(database, "SELECT f_table_schema, f_table_name FROM geometry_columns ORDER BY 2")
    return {str(name): read_layer(f"{database}&table={schema}.{name}") for where, name in named if where == schema}


def test_what_is_written_is_read(database: str) -> None:
    """Values to the last bit, gaps as gaps, empty text as empty text, odd names, rows in their order; and again."""
    for _ in range(2):
        write_layers(f"{database}&schema=round", [("towns", TOWNS), ("list", pd.DataFrame({"a": [1]}))], "row")
    back = open_layer(f"{database}&table=round.towns")
    assert back.index.tolist() == [1, 2, 3, 4]
    assert back.crs == "EPSG:4326"
    assert back["row"].tolist() == [1, 2, 3, 4]
    assert [None if pd.isna(name) else name for name in back["名称"]] == ["西镇", "", None, "a\tb\\N\n"]
    assert back["share"].equals(TOWNS["share"].set_axis(back.index))
    assert back["people"].isna().tolist() == [False, True, False, False]
    assert back["is_open"].tolist() == [True, False, True, False]
    assert [shapely.to_wkt(a) for a in back.geometry] == [shapely.to_wkt(a) for a in TOWNS.geometry]
    assert run(database, "SELECT people FROM round.towns WHERE row = 4") == [(2**53 + 1,)]
    assert run(database, 'SELECT count(*) FROM round.towns WHERE "odd ""name""" = \'x\'') == [(4,)]


def test_a_proposal_in_a_schema_is_the_one_in_the_geopackage(database: str, tmp_path: Path) -> None:
    """Every layer with its rows, CRS and shapes; the database's own sums are the file's."""
    folder = write_proposal(make_proposal(), tmp_path / "out", ["gpkg", f"{database}&schema=county"])
    package = folder / "proposal.gpkg"
    listed = pyogrio.read_dataframe(package, layer="layers")
    names = run(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'county'")
    assert {name for (name,) in names} == {*listed.layer, "layers"}
    for name, found in tables(database, "county").items():
        expected = pyogrio.read_dataframe(package, layer=name)
        assert found.crs == expected.crs
        assert len(found) == len(expected)
        parts = [[shapely.get_parts([a]) for a in table.geometry] for table in (found, expected)]
        assert all(np.array_equal(one, other) for one, other in zip(*parts, strict=True))
    (people,) = run(database, "SELECT sum(people) FROM county.cells WHERE proposed_is_covered")[0]
    cells = pyogrio.read_dataframe(package, layer="cells")
    assert people == cells.people[cells.proposed_is_covered].sum()


@pytest.mark.parametrize("end", [KeyboardInterrupt, "NUL", "lost"])
def test_a_fault_in_the_middle_leaves_what_stood_there(
    database: str, tmp_path: Path, end: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt, a refused text or a lost connection after three tables: the former proposal is as it was."""
    url = f"{database}&schema=middle"
    write_layers(url, [("cells", TOWNS), ("old", TOWNS)], "row")
    before = tables(database, "middle")

    def cut(proposal: object) -> Iterator[tuple[str, pd.DataFrame]]:
        for name in ("boundary", "cells", "old"):
            yield name, TOWNS.iloc[:1]
        if end == "lost":
            run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        if isinstance(end, str):
            yield "bad", pd.DataFrame({"text": ["a\x00b" if end == "NUL" else "a"]})
        raise KeyboardInterrupt

    monkeypatch.setattr("siting.reports.plain_layers", cut)
    expected = (
        pytest.raises(OutputError, match="as it was") if isinstance(end, str) else pytest.raises(KeyboardInterrupt)
    )
    with expected:
        write_proposal(make_proposal(), tmp_path / "out", ["summary", url])
    after = tables(database, "middle")
    assert list(after) == list(before)
    assert all(after[name].equals(before[name]) for name in before)
    assert not (tmp_path / "out").exists()


def test_names_that_the_server_would_cut_off(database: str) -> None:
    """Two long columns alike in their first 63 bytes get names of their own, are told, and keep the whole in words."""
    long = "出动时间" * 6
    rows = gpd.GeoDataFrame({long: [1], f"{long}二": [2], "short": [3]}, geometry=[shapely.Point(1, 2)], crs=4326)
    with pytest.warns(SitingWarning, match="whole name as comment") as told:
        write_layers(f"{database}&schema=long", [("cells", rows)], "row")
    assert len(told) == 2
    back = read_layer(f"{database}&table=long.cells")
    first, second, third = back.columns[1:4]
    assert back[[first, second, third]].iloc[0].tolist() == [1, 2, 3]
    assert (first, second, third) == (f"{long[:20]}_1", f"{long[:20]}_2", "short")
    comments = "SELECT col_description('long.cells'::regclass, n) FROM generate_series(2, 4) n"
    assert run(database, comments) == [(long,), (f"{long}二",), (None,)]


@pytest.mark.parametrize(("key", "needed"), [("schema", "schema"), ("table", "table"), ("table=t&geometry", "table")])
def test_a_long_name_in_a_url_is_refused(key: str, needed: str) -> None:
    """The server would cut it off, and another schema's tables would be looked at, or another table read."""
    name = "区" * 22
    database_url(f"postgresql://h/d?{key}={name[:-1]}", needed, ("geometry",))
    with pytest.raises(InputError, match="off after 63 bytes"):
        database_url(f"postgresql://h/d?{key}={name}", needed, ("geometry",))


def test_a_schema_of_somebody_else_is_not_replaced(database: str) -> None:
    """A table, a view or a sequence that no proposal wrote is named and stays, and so does all else."""
    url = f"{database}&schema=theirs"
    write_layers(url, [("cells", TOWNS)], "row")
    run(database, "CREATE TABLE theirs.thesis (years int)")
    with pytest.raises(OutputError, match=r"holds something that would be lost \(thesis\)"):
        write_layers(url, [("cells", TOWNS.iloc[:1])], "row")
    run(database, "DROP TABLE theirs.thesis", "CREATE VIEW public.of_cells AS SELECT * FROM theirs.cells")
    with pytest.raises(OutputError, match="depend"):
        write_layers(url, [("cells", TOWNS.iloc[:1])], "row")
    assert len(read_layer(f"{database}&table=theirs.cells")) == 4


def test_tables_as_others_make_them(database: str) -> None:
    """By primary key or sorted; decimals, dates and lists; geography, curves and heights; a view; one of two shapes."""
    run(
        database,
        "CREATE TABLE made (id int PRIMARY KEY, flow numeric, day date, tags text[], place geography(Point), "
        "area geometry(CurvePolygon, 4547))",
        "INSERT INTO made VALUES (2, 1.5, '2026-01-02', '{a,b}', 'POINT(121 31)', "
        "'SRID=4547;CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))'), (1, NULL, NULL, NULL, NULL, NULL)",
        "CREATE VIEW seen AS SELECT id, ST_Force3D(place::geometry) AS place FROM made ORDER BY id DESC",
    )
    made = read_layer(f"{database}&table=public.made&geometry=place")
    assert made["id"].tolist() == [1, 2]
    assert made["flow"].tolist()[1] == 1.5
    assert made["day"].dropna().to_dict() == {2: "2026-01-02"}
    assert made["tags"].dropna().to_dict() == {2: "{a,b}"}
    assert made.crs == "EPSG:4326"
    area = read_layer(f"{database}&table=made&geometry=area")
    assert area.crs.to_epsg() == 4547
    assert area.geometry.iloc[1].area == pytest.approx(8 * np.pi, rel=0.01)
    assert read_layer(f"{database}&table=seen")["id"].tolist() == [1, 2]
    first = layer_digest(f"{database}&table=made&geometry=area")
    run(database, "UPDATE made SET id = id + 0")  # moves rows about
    assert layer_digest(f"{database}&table=made&geometry=area") == first
    run(database, "UPDATE made SET flow = 1.6 WHERE id = 2")
    assert layer_digest(f"{database}&table=made&geometry=area")[0] != first[0]


@pytest.mark.parametrize(
    ("made", "key", "said"),
    [
        ("SELECT 1", "table=nowhere.none", r"no table 'nowhere\.none' in it, or nobody may see it. It has .*"),
        ("CREATE TABLE plain (a int)", "table=plain", "a table without geometry"),
        ("CREATE TABLE two (a geometry, b geometry)", "table=two", r"2 columns of shapes \(a, b\)\. Add &geometry"),
        ("CREATE TABLE other (a geometry)", "table=other&geometry=c", "no column of shapes 'c'"),
        (
            "CREATE TABLE mixed AS SELECT ST_Point(1, 2, 4326) AS g UNION ALL SELECT ST_Point(1, 2, 4547)",
            "table=mixed",
            "2 CRS",
        ),
        ("CREATE TABLE bare (g geometry)", "table=bare", "no row"),
        ("SELECT 1", "tabel=plain", r"does not say which table .*\?table=NAME"),
        ("SELECT 1", "table=a&table=b", "says table twice"),
        ("SELECT 1", "table=a;DROP TABLE plain", "no table"),
    ],
)
def test_faults_of_a_table(database: str, made: str, key: str, said: str) -> None:
    """Each with the URL and what to do."""
    run(database, made)
    with pytest.raises(InputError, match=said):
        read_table(f"{database}&{key}")


def test_a_wrong_password_and_no_server(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said with the driver's reason, and without the password."""
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    with pytest.raises(InputError, match="authentication failed") as refused:
        read_layer(f"{database}&table=x")
    assert "hunter2" not in str(refused.value)
    with pytest.raises(InputError, match="cannot be read"):
        read_layer("postgresql://planner@127.0.0.1:1/x?table=y")
    with pytest.raises(OutputError, match="as it was"):
        write_layers("postgresql://planner@127.0.0.1:1/x?schema=y", [], "row")


@pytest.mark.parametrize("url", ["postgresql://me:hunter2@h/d?{}", "postgres://h/d?user=me&password=hunter2&{}"])
def test_a_password_in_a_url_is_refused_and_not_repeated(town: Path, url: str, edit: Edit) -> None:  # noqa: F811
    """Wherever it stands: by the reader, by the writer, by the scenario, whatever else is wrong there."""
    with pytest.raises(InputError, match="PGPASSWORD") as refused:
        database_url(url.format("table=x"), "table")
    assert "hunter2" not in str(refused.value)
    edit('"roads.osm"', f'"{url.format("table=x")}"')
    with pytest.raises(InputError, match="PGPASSWORD") as refused:
        read_scenarios(town)
    assert "hunter2" not in str(refused.value)
    edit("cell_m = 100", f'cell_m = "{url.format("table=x")}"')
    with pytest.raises(InputError, match="should be a valid number") as refused:
        read_scenarios(town)
    assert "hunter2" not in str(refused.value)


def test_a_scenario_from_and_into_a_database(database: str, town: Path, tmp_path: Path, edit: Edit) -> None:  # noqa: F811
    """The plan that its files give; the digest follows the rows; the password is in no file and no table."""
    quick = '[outputs]\nwrite = ["gpkg", "summary"]\n'
    town.write_text(town.read_text("utf-8") + quick, "utf-8")
    plain = siting.propose(town).write(tmp_path / "plain", formats=["summary"])
    for name in ("boundary", "people", "stations", "hydrants"):
        write_layers(f"{database}&schema=in_{name}", [(name, gpd.read_file(town.with_name(f"{name}.geojson")))], "row")
        edit(f'"{name}.geojson"', f'"{database}&table=in_{name}.{name}"')
    edit('write = ["gpkg", "summary"]', f'write = ["gpkg", "summary", "{database}&schema=out"]')
    asked = only_scenario(town, allow_outside=True)
    folder = siting.propose(asked).write(tmp_path / "out", formats=asked.outputs.write)
    here, there = (json.loads((one / "summary.json").read_text("utf-8")) for one in (folder, plain))
    assert here["key_figures"] == there["key_figures"]
    assert [plan["added"] for plan in here["plans"]] == [plan["added"] for plan in there["plans"]]
    assert read_provenance(f"{database}&schema=out")["provenance.asked"] == asked_digest(asked)
    secret = os.environ["PGPASSWORD"]
    assert not [file for file in folder.iterdir() if secret.encode() in file.read_bytes()]
    assert secret not in str(run(database, "SELECT entry, value FROM out.table_provenance"))
    assert here["provenance"]["asked"] == asked_digest(asked)
    job = Job("town/base", asked, folder, tuple(asked.outputs.write))
    assert finished_row(job) is not None
    run(database, "DROP SCHEMA out CASCADE")
    assert finished_row(job) is None  # a batch writes it again
    run(database, "UPDATE in_people.people SET people = people + 1 WHERE row = 1")
    assert here["provenance"]["asked"] != asked_digest(asked)


def test_two_scenarios_for_one_schema(town: Path, edit: Edit) -> None:  # noqa: F811
    """The second would replace the first: refused before any work."""
    more = '[outputs]\nwrite = ["postgresql://h/d?schema=s"]\n[sweep]\n"plan.station.sites" = [0, 1]\n'
    town.write_text(town.read_text("utf-8") + more, "utf-8")
    with pytest.raises(InputError, match=r"2 scenarios .* would write into one schema"):
        siting.run(town, town.parent / "out", allow_outside=True)
