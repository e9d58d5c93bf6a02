"""The same number on every paper: summary, GeoPackage tables, workbook, map."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from siting.language import word
from siting.verification.claim import Claim, same
from siting.verification.written import Written

_TABLES = ("summary", "stations", "districts", "units", "findings", "plan", "hydrants", "notes", "certificate",
           "provenance")  # fmt: skip


def check_headline(written: Written) -> Iterator[Claim]:
    """The headline prints the shares of the key figures, and is the same on the map and in the workbook."""
    summary = written.summary
    share = next(row for row in summary["key_figures"] if row["key"] == "share_people")
    shares = ["today", "proposed"] if summary["plans"] else ["today"]
    found = re.findall(r"\d+\.\d %", summary["headline"])
    for label in shares:
        text = share[f"{label}_text"]
        yield Claim(f"headline, share {label}", ", ".join(found), text, text in found)
    page, book = written.folder / "map.html", written.folder / "proposal.xlsx"
    if page.is_file():
        told = re.search(r'"headline":("(?:[^"\\]|\\.)*")', page.read_text("utf-8"))
        yield same("map headline", told and json.loads(told[1]), summary["headline"])
    if book.is_file():
        first = pd.read_excel(book, header=None, nrows=1)
        yield same("workbook headline", first.iloc[0, 0], summary["headline"])


def check_tables(written: Written) -> Iterator[Claim]:
    """Numbers of summary.json and of the workbook against the GeoPackage's tables, cell by cell."""
    for key in ("districts", "units", "findings", "hydrants"):
        yield _against(f"summary.json {key}", pd.DataFrame(written.summary[key]), written.layers[f"table_{key}"])
    yield _against("summary.json key_figures", pd.DataFrame(written.summary["key_figures"]),
                   written.layers["table_summary"])  # fmt: skip
    path = written.folder / "proposal.xlsx"
    if not path.is_file():
        return
    sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object)
    for key in _TABLES:
        table = written.layers[f"table_{key}"]
        body = sheets[word(f"sheet_{key}", written.summary["language"])].tail(len(table))
        yield _against(f"workbook {key}", body.set_axis(table.columns, axis=1).reset_index(drop=True), table)


def _against(name: str, printed: pd.DataFrame, table: pd.DataFrame) -> Claim:
    """Every column that both have as numbers; rows in the same order."""
    if len(printed) != len(table):
        return Claim(f"{name}: rows", len(printed), len(table), agrees=False)
    for label in table.columns.intersection(printed.columns):
        if not pd.api.types.is_numeric_dtype(table[label]):
            continue
        a, b = (pd.to_numeric(one[label], errors="coerce").astype("float64") for one in (printed, table))
        wrong = ~((a - b).abs() <= 1e-9 * b.abs().clip(lower=1.0)) & ~(a.isna() & b.isna())
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            return Claim(f"{name}, {label}, row {row + 1}", _told(a.iloc[row]), _told(b.iloc[row]), agrees=False)
    return Claim(name, f"{len(table)} rows", f"{len(table)} rows", agrees=True)


def _told(value: Any) -> object:
    return None if pd.isna(value) else value
