"""A written proposal agrees with itself; any one figure changed in any of its files is caught and named."""

from __future__ import annotations

import ast
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from siting.errors import InputError, VerificationError
from siting.reports import write_proposal
from siting.verification import verify
from tests.reports.handmade import make_proposal


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_proposal(make_proposal(), tmp_path_factory.mktemp("honest") / "out")


@pytest.fixture
def folder(honest: Path, tmp_path: Path) -> Path:
    shutil.copytree(honest, tmp_path / "out")
    return tmp_path / "out"


def test_an_honest_proposal_agrees(honest: Path) -> None:
    """Every claim agrees, there are many, and the answer says how many."""
    verification = verify(honest)
    assert len(verification.claims) > 80
    assert all(claim.agrees for claim in verification.claims)
    assert str(verification).startswith(f"{len(verification.claims)} printed figures recomputed")


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


def entry(value: object, *path: Any) -> Callable[[dict], None]:
    def change(told: Any) -> None:
        for step in path[:-1]:
            told = told[step]
        told[path[-1]] = value

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


@pytest.mark.parametrize("name", PACKAGE)
def test_geopackage_changed(name: str, folder: Path) -> None:
    """One value of one layer."""
    with sqlite3.connect(folder / "proposal.gpkg") as package:
        package.execute("PRAGMA synchronous = OFF")
        for (trigger,) in package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            package.execute(f'DROP TRIGGER "{trigger}"')  # they call functions that only a GIS brings along
        assert package.execute(PACKAGE[name]).rowcount > 0
    package.close()
    with pytest.raises(VerificationError, match="printed figures do not agree"):
        verify(folder)


def test_workbook_changed(folder: Path) -> None:
    """One number of the workbook."""
    book = load_workbook(folder / "proposal.xlsx")
    book["districts"]["E2"] = 3.9
    book.save(folder / "proposal.xlsx")
    with pytest.raises(VerificationError, match=r"workbook districts, area_km2, row 1: printed 3\.9, recomputed 4\.0"):
        verify(folder)


def test_map_changed(folder: Path) -> None:
    """The headline of the map."""
    page = folder / "map.html"
    page.write_text(page.read_text("utf-8").replace("95.2 %", "99.2 %"), encoding="utf-8")
    with pytest.raises(VerificationError, match="map headline"):
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
    with pytest.raises(InputError, match=r"summary\.json and proposal\.gpkg is missing"):
        verify(tmp_path)


def test_it_shares_no_code_with_the_answer() -> None:
    """Only errors, language and tables of ours are imported: never a kernel, a solver or a report."""
    for file in (Path(__file__).parents[2] / "siting" / "verify").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("siting."):
                assert node.module.split(".")[1] in {"errors", "language", "tables", "files", "verify"}, file.name
