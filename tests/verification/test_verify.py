"""A written proposal agrees with itself; any one figure changed in any of its files is caught and named."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from openpyxl import load_workbook

from siting.errors import InputError, VerificationError
from siting.reports import write_proposal
from siting.verification import packed, verify
from siting.verification.hydrant_checks import check_hydrants
from siting.verification.written import read_written
from tests.reports.handmade import make_proposal
from tests.verification.damage import change_package, entry


def test_an_honest_proposal_agrees(honest: Path) -> None:
    """Every claim agrees, there are many, and the answer says how many."""
    verification = verify(honest)
    assert len(verification.claims) > 80
    assert all(claim.agrees for claim in verification.claims)
    assert str(verification).startswith(f"{len(verification.claims)} printed figures recomputed")
    assert "Not checked" in str(verification)


def test_an_honest_audit_agrees(tmp_path: Path) -> None:
    """Without a plan only today is held to its files."""
    assert all(claim.agrees for claim in verify(write_proposal(make_proposal(audit=True), tmp_path / "out")).claims)


def test_in_chinese(tmp_path: Path) -> None:
    """Headline and workbook are found in either language."""
    assert all(claim.agrees for claim in verify(write_proposal(make_proposal(language="zh"), tmp_path / "out")).claims)


def figure(key: str, column: str, value: object) -> Callable[[dict], None]:
    def change(told: dict) -> None:
        next(row for row in told["key_figures"] if row["key"] == key)[column] = value

    return change


SUMMARY = {
    "share of people": figure("share_people", "proposed", 0.97),
    "share of people today": figure("share_people", "today", 0.28),
    "share of land": figure("share_area", "proposed", 0.9),
    "people not covered": figure("people_not_covered", "proposed", 49.0),
    "worst drive": figure("worst_travel_s", "today", 200.0),
    "mean response": figure("mean_response_s", "proposed", 119.0),
    "stations": figure("stations", "proposed", 3.0),
    "districts over cap": figure("districts_over_cap", "today", 0.0),
    "shortage": figure("station_shortage", "today", 0.0),
    "hydrant share": figure("hydrant_share_area", "proposed", 0.05),
    "optimality gap": figure("optimality_gap", "proposed", 0.01),
    "printed share rounded up": figure("share_people", "proposed_text", "95.3 %"),
    "headline": lambda told: told.update(headline=told["headline"].replace("95.2", "96.2")),
    "demand inside": entry(1051.0, "demand", "inside"),
    "demand outside": entry(0.0, "demand", "outside"),
    "area": entry(5.1, "study_area", "area_km2"),
    "cells": entry(6, "study_area", "cells"),
    "plan value": entry(1050.0, "plans", 0, "certificate", "value"),
    "plan bound": entry(900.0, "plans", 0, "certificate", "bound"),
    "plan gap": entry(0.5, "plans", 0, "certificate", "optimality_gap"),
    "plan added": entry(["C"], "plans", 0, "added"),
    "unit people": entry(1.0, "units", 0, "people"),
    "unit covered": entry(1.0, "units", 3, "people_covered"),
    "unit stations": entry(5, "units", 0, "stations"),
    "district area": entry(2.5, "districts", 1, "area_km2"),
    "finding measured": entry(2.0, "findings", 0, "measured"),
    "finding passed": entry("yes", "findings", 0, "passed"),
    "hydrants counted": entry(3.0, "hydrants", 2, "proposed"),
    "clock": entry(30.0, "rule_set", "clock", "turnout_s"),
}


def everywhere(key: str, value: object, *, kind: str = "shortage") -> Callable[[dict], None]:
    def change(told: dict) -> None:
        for row in told["findings"]:
            if row["kind"] == kind:
                row[key] = value

    return change


DERIVED: dict[str, tuple[str, Callable[[dict], Any]]] = {
    "people as text": ("people_not_covered, proposed: text", figure("people_not_covered", "proposed_text", "5")),
    "worst drive as text": ("worst_travel_s, today: text", figure("worst_travel_s", "today_text", "1 min")),
    "stations as text": ("stations, proposed: text", figure("stations", "proposed_text", "1")),
    "label": ("share_people: label", figure("share_people", "label", "people within 1 min of driving")),
    "unit of a figure": ("share_people: unit", figure("share_people", "unit", "gap")),
    "travel budget": ("travel_budget_s: printed 240", entry(240.0, "travel_budget_s")),
    "travel budget of a plan": ("plan 1: travel_budget_s", entry(240.0, "plans", 0, "travel_budget_s")),
    "travel budget of the clock": ("clock.travel_budget_s", entry(240.0, "rule_set", "clock", "travel_budget_s")),
    "unit of a plan": ("plan 1: unit", entry("jobs", "plans", 0, "unit")),
    "width of cells": ("study_area.cell_m", entry(500.0, "study_area", "cell_m")),
    "crs": ("study_area.crs", entry("EPSG:32651", "study_area", "crs")),
    "severity of one": ("as the rule set has it", entry("may", "findings", 0, "severity")),
    "kind of one": ("as the rule set has it", entry("district_time", "findings", 0, "kind")),
    "required of all": ("finding count, today: required", everywhere("required", 1.0)),
    "limit of all": ("districts_today.cap_km2", everywhere(
        "values", {"place": "urban", "cap_km2": {"一级站": 9.0}, "default_class": "一级站"}, kind="district_area")),
    "situation of one": ("findings proposed: how many", entry("proposed", "findings", 0, "situation")),
    "another situation": ("findings: situations", entry("tomorrow", "findings", 0, "situation")),
    "a finding less": ("findings proposed: how many", lambda told: told["findings"].pop()),
    "a finding twice": ("today: each once", lambda told: told["findings"].insert(0, told["findings"][0])),
    "left open": ("finding count, today: can be judged", lambda told: [
        row.update(measured=None, passed="") for row in told["findings"] if row["kind"] == "shortage"]),
    "micro stations judged without any": ("no micro stations in the summary", entry(
        "micro_reach", "findings", 0, "kind")),
    "not judged": ("finding count, today: judged", entry("", "findings", 0, "passed")),
    "stations in the headline": ("headline: printed 9 new", lambda told: told.update(
        headline=told["headline"].replace("1 new station", "9 new stations"))),
    "proof in the headline": ("headline: printed", lambda told: told["plans"][0]["certificate"].update(
        status="feasible")),
    "sites that the plan may add": ("sites chosen", lambda told: told["plans"][0]["certificate"].update(
        settings={"sites": 0})),
    "a note": ("table_notes, message", entry("nothing", "notes", 0, "message")),
    "a digest": ("table_provenance, value", entry("sha256:2", "provenance", "inputs", 0, "digest")),
}  # fmt: skip


@pytest.mark.parametrize("name", DERIVED)
def test_summary_is_held_to_the_layers_alone(name: str, folder: Path) -> None:
    """Also without map and workbook beside it, each figure is told from what the layers give, by its own name."""
    message, change = DERIVED[name]
    (folder / "map.html").unlink()
    (folder / "proposal.xlsx").unlink()
    file = folder / "summary.json"
    told = json.loads(file.read_text("utf-8"))
    change(told)
    damaged(file, json.dumps(told))
    with pytest.raises(VerificationError, match=message):
        verify(folder)


@pytest.mark.parametrize("name", SUMMARY)
def test_summary_changed(name: str, folder: Path) -> None:
    """One number or text of summary.json."""
    file = folder / "summary.json"
    told = json.loads(file.read_text("utf-8"))
    SUMMARY[name](told)
    file.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(VerificationError, match="printed figures do not agree"):
        verify(folder)


PACKAGE = {
    "people of a cell": "UPDATE cells SET people = people + 1 WHERE cell_id = 2",
    "people moved between cells": "UPDATE cells SET people = 300 - people WHERE cell_id < 2",
    "area of a cell": "UPDATE cells SET area_km2 = 0.9 WHERE cell_id = 0",
    "first due": "UPDATE cells SET proposed_site_id = 'A' WHERE cell_id = 3",
    "travel time": "UPDATE cells SET proposed_travel_time_s = 29 WHERE cell_id = 3",
    "response time": "UPDATE cells SET today_response_time_s = 91 WHERE cell_id = 0",
    "covered": "UPDATE cells SET today_is_covered = 1 WHERE cell_id = 2",
    "depth": "UPDATE cells SET proposed_depth = 2 WHERE cell_id = 0",
    "unreachable called reached": "UPDATE cells SET today_travel_time_s = 10, today_site_id = 'A' WHERE cell_id = 4",
    "position of a cell": "UPDATE cells SET fraction = 0.1 WHERE cell_id = 1",
    "status of a station": "UPDATE stations SET status = 'candidate' WHERE site_id = 'B'",
    "another station open": "UPDATE stations SET status = 'existing' WHERE site_id = 'C'",
    "place of a station": "UPDATE stations SET fraction = 0.5 WHERE site_id = 'B'",
    "turnout of a station": "UPDATE stations SET turnout_s = 50 WHERE site_id = 'A'",
    "speed of a road": "UPDATE roads SET forward_s = 50 WHERE edge = 1",
    "a road closed": "UPDATE roads SET backward_s = NULL WHERE edge = 3",
    "district people": "UPDATE districts_proposed SET people = 1 WHERE site_id = 'A'",
    "district area": "UPDATE districts_today SET area_km2 = 3 WHERE site_id = 'A'",
    "district over cap": "UPDATE districts_today SET is_over_cap = 0 WHERE site_id = 'A'",
    "district worst": "UPDATE districts_proposed SET worst_s = 80 WHERE site_id = 'A'",
    "district shape": "UPDATE districts_proposed SET geometry = (SELECT geometry FROM districts_today)",
    "hydrant counted": "UPDATE hydrants SET reason = '' WHERE site_id = 'h3'",
    "hydrant gap": "UPDATE hydrant_gaps SET length_m = 100",
    "table of units": "UPDATE table_units SET people_covered = 0",
    "table of figures": "UPDATE table_summary SET proposed = 1 WHERE key = 'share_people'",
}  # fmt: skip


PLACES = {
    "place of a station": ("stations.snap_m", "UPDATE stations SET geometry = (SELECT geometry FROM hydrants LIMIT 1)"),
    "distance of a station": ("stations.snap_m", "UPDATE stations SET snap_m = 7 WHERE site_id = 'B'"),
    "fraction of a hydrant": ("hydrants: snap_m to", "UPDATE hydrants SET fraction = 0.4 WHERE site_id = 'h1'"),
    "point of a cell": ("x, y inside the cell", "UPDATE cells SET x = x + 2000 WHERE cell_id = 1"),
    "point in a cell": ("cells: snap_m to the place", "UPDATE cells SET x = x + 20 WHERE cell_id = 1"),
    "distance of a cell": ("cells.snap_m", "UPDATE cells SET snap_m = 5 WHERE cell_id = 1"),
    "row of a cell": ("one lattice", "UPDATE cells SET col = 2 WHERE cell_id = 1"),
    "kind of land": ("districts_today.cap_km2", "UPDATE cells SET place = 'other'"),
    "reason": ("cells.today_reason", "UPDATE cells SET today_reason = 'unreachable' WHERE cell_id = 2"),
    "no reason": ("cells.proposed_reason", "UPDATE cells SET proposed_reason = '' WHERE cell_id = 4"),
    "hydrants in a cell": ("cells.today_hydrant_share", "UPDATE cells SET today_hydrant_share = 0.5 WHERE cell_id = 1"),
    "pieces": ("districts_today.parts", "UPDATE districts_today SET parts = 2"),
    "class of a district": ("districts_today.class", "UPDATE districts_today SET class = '二级站'"),
    "class of a station": ("districts_today.class", "UPDATE stations SET class = '小型站' WHERE site_id = 'A'"),
    "name of a station": ("table_stations, name", "UPDATE stations SET name = 'two' WHERE site_id = 'B'"),
    "length of a gap": ("hydrant_gaps.length_m", "UPDATE hydrant_gaps SET length_m = length_m + 0.1"),
    "length of a road": ("roads.length_m", "UPDATE roads SET length_m = length_m + 1 WHERE edge = 2"),
    "faster than its speed": ("forward_s at no more", "UPDATE roads SET speed_kph = 50 WHERE edge = 2"),
    "site of a plan": ("table_plan, site_id", "UPDATE table_plan SET site_id = 'C' WHERE decision = 'added'"),
    "entry of a certificate": ("table_certificate", "UPDATE table_certificate SET value = 'x' WHERE entry = 'status'"),
    "not used without a reason": ("for a reason only", "UPDATE hydrants SET reason = '' WHERE site_id = 'h3'"),
    "name of a unit": ("table_units name", "UPDATE grid_units SET name = 'East'"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_layers_are_held_to_their_shapes(name: str, folder: Path) -> None:
    """Positions, lengths, pieces, classes and reasons, each told by its own name."""
    message, sql = PLACES[name]
    assert change_package(folder, sql) > 0
    with pytest.raises(VerificationError, match=message):
        verify(folder)


@pytest.mark.parametrize("name", PACKAGE)
def test_geopackage_changed(name: str, folder: Path) -> None:
    """One value of one layer."""
    assert change_package(folder, PACKAGE[name]) > 0
    with pytest.raises(VerificationError, match="printed figures do not agree"):
        verify(folder)


def test_workbook_changed(folder: Path) -> None:
    """One number of the workbook."""
    book = load_workbook(folder / "proposal.xlsx")
    book["districts"]["E2"] = 3.9
    book.save(folder / "proposal.xlsx")
    with pytest.raises(VerificationError, match=r"workbook districts, area_km2, row 1: printed 3\.9, recomputed 4\.0"):
        verify(folder)


@pytest.mark.parametrize("part", ["zip", "xml"])
def test_workbook_damaged(part: str, folder: Path) -> None:
    """Bytes that do not unpack, and a part that is no XML, are told as a difference and never a traceback."""
    path = folder / "proposal.xlsx"
    with ZipFile(path) as archive:
        book, parts = archive.getinfo("xl/workbook.xml"), {name: archive.read(name) for name in archive.namelist()}
    if part == "zip":
        raw = bytearray(path.read_bytes())
        raw[book.header_offset + 30 + len(book.filename)] |= 0b110  # a kind of block that there is not
        path.write_bytes(raw)
    else:
        with ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content[:-9])
    with pytest.raises(
        VerificationError, match=r"workbook: printed what cannot be computed with \((error|XMLSyntaxError|ParseError): "
    ):
        verify(folder)


@pytest.mark.parametrize(
    ("sheet", "before", "after", "message"),
    [
        ("findings", "no", "yes", "workbook findings, passed"),
        ("findings", "shall", "may", "workbook findings, severity"),
        ("summary", "95.2 %", "99.9 %", "workbook summary, proposed_text"),
        ("stations", "proposed", "existing", "workbook stations, status"),
        ("certificate", "optimal", "feasible", "workbook certificate, value"),
        ("districts", "area (km²)", "area limit (km²)", "workbook districts: headers"),
        ("units", "West", "East", "workbook units, name"),
    ],
)
def test_words_of_the_workbook_changed(sheet: str, before: str, after: str, message: str, folder: Path) -> None:
    """Every cell of a sheet that says one thing says another."""
    book = load_workbook(folder / "proposal.xlsx")
    changed = [cell for row in book[sheet].iter_rows() for cell in row if cell.value == before]
    assert changed
    for cell in changed:
        cell.value = after
    book.save(folder / "proposal.xlsx")
    with pytest.raises(VerificationError, match=message):
        verify(folder)


@pytest.mark.parametrize("name", ["memo.docx", "memo.html"])
def test_memo_changed(name: str, folder: Path) -> None:
    """The share in the headline and in the table of key figures, in either form of the memo."""
    path = folder / name
    if name == "memo.docx":
        with ZipFile(path) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"95.2 %", b"99.2 %")
        with ZipFile(path, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
    else:
        path.write_text(path.read_text("utf-8").replace("95.2 %", "99.2 %"), "utf-8")
    with pytest.raises(VerificationError, match=rf"texts of {name}: printed all but .*95\.2 %"):
        verify(folder)


@pytest.mark.parametrize(("name", "keep"), [("memo.docx", 5000), ("memo.html", 1200)])
def test_memo_cut_off(name: str, keep: int, folder: Path) -> None:
    """One line that says which file, what is wrong with it, and how much of it should be there."""
    (folder / name).write_bytes((folder / name).read_bytes()[:keep])
    with pytest.raises(VerificationError) as raised:
        verify(folder)
    (line,) = [line for line in str(raised.value).splitlines() if name in line]
    if name == "memo.docx":
        assert line.startswith(
            "  - texts of memo.docx, which cannot be opened (File is not a zip file) and may have been"
        )
        assert re.search(r"cut off: printed none, recomputed \d+$", line)
    else:
        assert re.search(r"texts of memo\.html: printed all but '.*', \.\.\. \(\d+ in all\), recomputed \d+$", line)


def test_map_changed(folder: Path) -> None:
    """The headline of the map."""
    page = folder / "map.html"
    page.write_text(page.read_text("utf-8").replace("95.2 %", "99.2 %"), encoding="utf-8")
    with pytest.raises(VerificationError, match="map headline"):
        verify(folder)


def test_documents_that_would_take_all_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is looked at before it is unpacked; the rest is still checked."""
    monkeypatch.setattr(packed, "_MOST_B", 5000)
    with pytest.raises(VerificationError) as raised:
        verify(folder)
    for name in ("memo.docx", "proposal.xlsx"):
        assert f"{name} would unpack to" in str(raised.value)


def test_a_workbook_as_wide_as_can_be(folder: Path) -> None:
    """A kilobyte that says seventeen thousand million cells: nobody makes them."""
    file = folder / "proposal.xlsx"
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            wide = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content)
            archive.writestr(name, wide if name.startswith("xl/worksheets/") else content)
    with pytest.raises(VerificationError, match="beyond column ZZ"):
        verify(folder)


def test_a_package_that_computes_what_it_holds(folder: Path) -> None:
    """It might go on for ever."""
    change_package(folder, "CREATE VIEW endless AS SELECT 1")
    with pytest.raises(InputError, match="It computes endless"):
        verify(folder)


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 19, "1e999", "NaN", "9" * 5000])
def test_numbers_that_nothing_can_be_computed_with(number: str, folder: Path) -> None:
    """JSON has no largest number, arrays have."""
    file = folder / "summary.json"
    text, changed = re.subn(r'"turnout_s": [\d.]+', f'"turnout_s": {number}', file.read_text("utf-8"), count=1)
    assert changed
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"is not a number that can be computed with|It is not JSON"):
        verify(folder)


def test_every_difference_is_listed(folder: Path) -> None:
    """The message names each figure with both values."""
    file = folder / "summary.json"
    told = json.loads(file.read_text("utf-8"))
    SUMMARY["demand outside"](told)
    SUMMARY["worst drive"](told)
    file.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(VerificationError) as raised:
        verify(folder)
    assert "demand.read: printed 1060.0, recomputed 1050.0" in str(raised.value)
    assert "key figure worst_travel_s, today: printed 200.0, recomputed 210.0" in str(raised.value)


def test_a_folder_without_a_proposal(tmp_path: Path) -> None:
    """What is missing is named."""
    with pytest.raises(InputError, match=r"no summary\.json and no proposal\.gpkg"):
        verify(tmp_path)


def test_a_town_in_one_cell_is_no_false_alarm(tmp_path: Path) -> None:
    """Shares of people are exact: all of them in a cell that a circle cuts are no reason to doubt an honest file."""
    proposal = make_proposal()
    everybody = np.array([1050.0, 0, 0, 0, 0])
    cells, hydrants = proposal.cells.assign(people=everybody), proposal.today.hydrants
    assert hydrants is not None
    cover = replace(hydrants, share_people=float(hydrants.cells.share_within[0]))
    told = replace(proposal, cells=cells, today=replace(proposal.today, hydrants=cover))
    written = read_written(write_proposal(told, tmp_path / "out"))
    claims = [claim for claim in check_hydrants(written) if "share_people, today" in claim.name]
    assert [claim.agrees for claim in claims] == [True]


def damaged(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


DAMAGE: dict[str, tuple[str, str, Callable[[Path], Any]]] = {
    "cut": ("summary.json", "not JSON", lambda file: damaged(file, file.read_text("utf-8")[:999])),
    "binary": ("summary.json", "not JSON", lambda file: file.write_bytes(b"\xff\x00")),
    "not a number": ("summary.json", "NaN is not a number", lambda file: damaged(file, '{"a": NaN}')),
    "a list": ("summary.json", r"The file is \[\]; expected entries by name", lambda file: damaged(file, "[]")),
    "empty": ("summary.json", "headline is missing", lambda file: damaged(file, "{}")),
    "garbage": ("proposal.gpkg", "cannot be read as a GeoPackage", lambda file: damaged(file, "garbage" * 99)),
    "cut package": ("proposal.gpkg", r"proposal\.gpkg", lambda file: file.write_bytes(file.read_bytes()[:5000])),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_files_are_named(name: str, folder: Path) -> None:
    """What cannot be read is refused with the name of the file and what is wrong with it."""
    file, message, damage = DAMAGE[name]
    damage(folder / file)
    with pytest.raises(InputError, match=message) as raised:
        verify(folder)
    assert raised.value.where.endswith(file)


def every_path(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from every_path(value, (*path, key))


@pytest.mark.parametrize(("first", "damage"), list(enumerate([{}, [], "x", -1, None])), ids=str)
def test_no_entry_of_the_summary_crashes_it(first: int, damage: object, folder: Path) -> None:
    """Any entry replaced by anything is refused or told, never a traceback; every one at the top, and one in fifty."""
    file = folder / "summary.json"
    honest = file.read_text("utf-8")
    paths = list(every_path(json.loads(honest)))
    for path in [path for path in paths if len(path) == 1] + paths[50 * first :: 250]:
        told = json.loads(honest)
        entry(damage, *path)(told)
        damaged(file, json.dumps(told))
        with contextlib.suppress(InputError, VerificationError):
            verify(folder)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE roads SET forward_s = -5 WHERE edge = 1", "seconds below 0"),
        ("DELETE FROM roads WHERE edge = 1", "rows are missing: 1"),
        ("DELETE FROM roads WHERE edge = 3", "rows are missing: 3"),
        ("UPDATE roads SET edge = 1000000000000 WHERE edge = 3", "rows are missing: 3"),
        ("UPDATE roads SET from_node = 1000000000000 WHERE edge = 3", "what cannot be computed with"),
        ("DELETE FROM roads", "'roads' is empty"),
        ("DROP TABLE cells", "(no layer|no column)"),
        ("ALTER TABLE cells DROP COLUMN people", "no column 'people'"),
        ("UPDATE cells SET cell_id = 1", "holds a value twice"),
        ("UPDATE cells SET geometry = NULL", "do not agree"),
        ("UPDATE stations SET edge = NULL", "."),
    ],
)
def test_damaged_layers_are_named(sql: str, message: str, folder: Path) -> None:
    """Rows, columns and layers that are gone, and seconds that Dijkstra would never come back from."""
    change_package(folder, sql)
    with pytest.raises((InputError, VerificationError), match=message):
        verify(folder)


SHARED = {"errors", "language", "tables", "files", "sqlite_tables", "verification"}


def test_it_shares_no_code_with_the_answer() -> None:
    """Only errors, language and tables of ours are imported: never a kernel, a solver or a report."""
    for file in (Path(__file__).parents[2] / "siting" / "verification").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("siting."):
                assert node.module.split(".")[1] in SHARED, file.name


def test_who_is_asked_about_when_lost(folder: Path) -> None:
    """Every station that the plan was free to choose, and none that is required."""
    file = folder / "summary.json"
    told = json.loads(file.read_text("utf-8"))
    told["plans"][0]["asked"]["if_lost"] = True
    file.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    with pytest.raises(VerificationError, match=r"if lost: sites asked about: printed \['B'\], recomputed \[\]"):
        verify(folder)
    assert change_package(folder, "UPDATE stations SET role = 'required' WHERE site_id = 'B'") == 1
    assert verify(folder).claims
