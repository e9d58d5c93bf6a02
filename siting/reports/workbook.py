"""proposal.xlsx: the tables of a proposal, for people who work in a spreadsheet."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from siting.language import word
from siting.made_by import made_by
from siting.printable import unformulaic
from siting.proposal import Proposal
from siting.reports.cell_words import header, in_words
from siting.reports.headline import headline
from siting.reports.plain import as_json, as_text
from siting.reports.sheets import sheets
from siting.reports.shown import text_width
from siting.reports.timeless import write_timeless

LONGEST_TEXT = 32_767
"""Characters a cell can hold."""
COLORED = {
    "passed": {"passed_yes": "CFE5D6", "passed_no": "F4C4B8"},
    "is_over_cap": {"TRUE": "F0C868"},
    "is_rejected": {"TRUE": "F4C4B8"},
}
"""By column: the ground of a cell that says this word, or this truth."""
_CODES_AS_WORDS = {"passed_yes", "passed_no"}
_HEAD = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="1F3A5F")


def write_workbook(proposal: Proposal, path: Path) -> None:
    """Write one sheet for each table; numbers are numbers, headers carry their unit, text never runs as a formula."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets(proposal):
        sheet = book.create_sheet(word(f"sheet_{name}", proposal.language))
        first_row = 1
        if name == "summary":
            lines = (headline(proposal), str(proposal.provenance.get("notice", "")))
            for line in filter(None, lines):
                _put(sheet.cell(first_row, 1), line)
                sheet.cell(first_row, 1).font = Font(bold=True, size=13)
                first_row += 1
            first_row += 1
        table = in_words(rows, proposal.language)
        _color(sheet, table, first_row, proposal)
        demand = str(proposal.demand["unit"])
        _fill(
            sheet, table.set_axis([header(str(name), proposal.language, demand) for name in table], axis=1), first_row
        )
    _save(book, path, str(proposal.provenance.get("created", "1980-01-01")))


def _color(sheet: Worksheet, table: pd.DataFrame, first_row: int, proposal: Proposal) -> None:
    """Requirements met or not, districts above their limit: red and green that follow when a cell is edited."""
    language, last = proposal.language, first_row + len(table)
    for position, column in enumerate(table, start=1):
        if column in COLORED and len(table):
            letter, colors = get_column_letter(position), COLORED[column]
            cells = f"{letter}{first_row + 1}:{letter}{last}"
            for key, color in colors.items():
                shown = f'"{word(key, language)}"' if key in _CODES_AS_WORDS else key
                fill = PatternFill("solid", bgColor=color)
                sheet.conditional_formatting.add(cells, CellIsRule(operator="equal", formula=[shown], fill=fill))


def _save(book: Workbook, path: Path, created: str) -> None:
    """Save without the time of writing, so that equal proposals are equal files."""
    book.properties.description = made_by()
    book.properties.created = book.properties.modified = datetime.datetime.fromisoformat(created[:10])
    stamped = io.BytesIO()
    with ZipFile(stamped, "w") as archive:
        ExcelWriter(book, archive).save()
    write_timeless(stamped, path)


def _fill(sheet: Worksheet, table: pd.DataFrame, first_row: int) -> None:
    for column, label in enumerate(table.columns, start=1):
        head = sheet.cell(first_row, column)
        _put(head, str(label))
        head.font, head.fill, head.alignment = _HEAD, _HEAD_FILL, Alignment(wrap_text=True, vertical="top")
        widest = max(map(text_width, [label, *table.iloc[:, column - 1].head(200)]))
        sheet.column_dimensions[get_column_letter(column)].width = min(60, widest + 4)
    for row, values in enumerate(table.itertuples(index=False), start=first_row + 1):
        for column, value in enumerate(values, start=1):
            _put(sheet.cell(row, column), value)
    sheet.freeze_panes = sheet.cell(first_row + 1, 1)
    if len(table):
        sheet.auto_filter.ref = f"A{first_row}:{get_column_letter(len(table.columns))}{first_row + len(table)}"


def _put(cell: Cell, value: Any) -> None:
    plain = as_json(value)
    if isinstance(plain, list | dict):
        plain = as_text(plain)
    if isinstance(plain, str):
        cell.value = safe_text(plain)
        cell.data_type = "s"  # a place called #N/A is no error
    else:
        cell.value = plain


def safe_text(text: str) -> str:
    """Text that a cell can hold, shows and never runs."""
    return unformulaic(text)[:LONGEST_TEXT]
