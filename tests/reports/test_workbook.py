"""The workbook holds numbers as numbers and text as text."""

from __future__ import annotations

import datetime
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from siting.proposal import Proposal
from siting.reports import headline
from siting.reports.sheets import SHEETS, hydrant_lots
from siting.reports.workbook import safe_text, write_workbook
from tests.reports.handmade import make_proposal


def test_sheets_headers_and_numbers(proposal: Proposal, tmp_path: Path) -> None:
    """One sheet for each table; the headline on top; header row frozen and filtered; shares unrounded."""
    write_workbook(proposal, tmp_path / "p.xlsx")
    book = load_workbook(tmp_path / "p.xlsx")
    assert len(book.sheetnames) == len(SHEETS)
    first = book.worksheets[0]
    assert first["A1"].value == headline(proposal)
    assert first["A2"].value == "SYNTHETIC"
    assert first["E5"].value == 1000 / 1050
    districts = book["districts"]
    assert districts.freeze_panes == "A2"
    assert districts.auto_filter.ref == "A1:L4"
    assert "area (km²)" in [cell.value for cell in districts[1]]
    assert districts["E2"].value == 4


def test_numbered_lots_stand_in_order_of_their_numbers() -> None:
    """1, 2, ..., 10, 11, what comes later last; and the same of years."""
    for named in ([*map(str, range(1, 12)), "11+"], ["2027", "2028", "2028+"]):
        table = pd.DataFrame(
            {"opens_in": named[::-1], "status": "proposed", "weight_closed": 0.0, "metres_closed": 0.0}
        )
        assert hydrant_lots(table).opens_in.tolist() == named


def test_chinese(tmp_path: Path) -> None:
    """Sheets and headers in the language of the proposal."""
    write_workbook(make_proposal(language="zh"), tmp_path / "p.xlsx")
    book = load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames[:3] == ["摘要", "消防站", "辖区"]
    assert "面积 (km²)" in [cell.value for cell in book["辖区"][1]]


def test_codes_are_words(tmp_path: Path) -> None:
    """What a finding or a plan says in codes is Chinese in a Chinese workbook; numbers and the caller's words stay."""
    write_workbook(make_proposal(language="zh"), tmp_path / "p.xlsx")
    book = load_workbook(tmp_path / "p.xlsx")
    said = {cell.value for sheet in book for row in sheet for cell in row}
    assert {"现状", "应", "高", "否", "座", "新增", "最大覆盖 (mclp)", "新建", "保护半径 (m)", "标准 · 版本"} <= said
    assert not {"today", "shall", "high", "no", "added", "proposed", "radius_m"} & said


def test_demand_is_not_always_people(tmp_path: Path, proposal: Proposal) -> None:
    """Headers name what the demand counts."""
    write_workbook(replace(proposal, demand={**proposal.demand, "unit": "km²"}), tmp_path / "p.xlsx")
    heads = [cell.value for cell in load_workbook(tmp_path / "p.xlsx")["units"][1]]
    assert heads[4:7] == ["land (km²)", "area (km²)", "land covered (km²)"]


def test_equal_proposals_are_equal_files(tmp_path: Path, proposal: Proposal) -> None:
    """Neither the properties nor the archive tell the time of writing; they tell the proposal's date."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(proposal, tmp_path / name)
        time.sleep(1.1 if name == "a.xlsx" else 0)  # the format stamps whole seconds
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert load_workbook(tmp_path / "a.xlsx").properties.modified == datetime.datetime.fromisoformat("2026-01-02")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_text_runs_as_a_formula(start: str, tmp_path: Path, proposal: Proposal) -> None:
    """A name that a spreadsheet would run is shown instead, behind an apostrophe, even after a control character."""
    assert safe_text(f"{start}1+1") == f"'{start}1+1"
    assert safe_text(f"\x01{start}1+1") == f"'{start}1+1"
    proposal.today.stations.loc["A", "name"] = proposal.proposed.stations.loc["A", "name"] = f"{start}cmd()"
    write_workbook(proposal, tmp_path / "p.xlsx")
    cells = [cell for sheet in load_workbook(tmp_path / "p.xlsx") for line in sheet for cell in line]
    assert all(cell.data_type != "f" for cell in cells)
    assert any("cmd()" in str(cell.value) for cell in cells)


def test_marks_of_direction_and_what_is_no_character_stay_out() -> None:
    """A name reads as it is written, and Excel opens the file: XML has no such characters."""
    assert safe_text("Main \u202eteertS\ufffe\ud800\x85") == "Main teertS"


def test_a_place_may_be_called_like_an_error(tmp_path: Path, proposal: Proposal) -> None:
    """A name is text, whatever it means to a spreadsheet."""
    proposal.today.stations.loc["A", "name"] = proposal.proposed.stations.loc["A", "name"] = "#N/A"
    write_workbook(proposal, tmp_path / "p.xlsx")
    cells = [cell for sheet in load_workbook(tmp_path / "p.xlsx") for line in sheet for cell in line]
    assert {cell.data_type for cell in cells if cell.value == "#N/A"} == {"s"}


def test_the_longest_text_fits(tmp_path: Path, proposal: Proposal) -> None:
    """A cell holds 32,767 characters; more would make the file unreadable."""
    assert len(safe_text("=" * 40_000)) <= 32_767


@pytest.mark.parametrize("language", ["en", "zh"])
def test_verdicts_are_coloured(language: str, tmp_path: Path) -> None:
    """What is not met stands on red, in the words of the sheet; a district above its limit on amber."""
    write_workbook(make_proposal(language=language), tmp_path / "p.xlsx")
    book = load_workbook(tmp_path / "p.xlsx")
    findings, districts = book.worksheets[4], book.worksheets[2]
    rules = {rule.formula[0]: rule for found in findings.conditional_formatting for rule in found.rules}
    said = {cell.value for row in findings.iter_rows() for cell in row}
    no = {"en": '"no"', "zh": '"否"'}[language]
    assert rules[no].dxf.fill.bgColor.rgb == "00F4C4B8"
    assert no.strip('"') in said
    (over,) = (rule for found in districts.conditional_formatting for rule in found.rules)
    assert over.formula == ["TRUE"]
