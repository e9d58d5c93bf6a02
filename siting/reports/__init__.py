"""What a planner takes away: map, GeoPackage, workbook and summary, all telling the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from siting.errors import InputError
from siting.files import whole_folder
from siting.proposal import Proposal
from siting.reports.audit import audit_text
from siting.reports.district_figures import write_district_figures
from siting.reports.figures import KeyFigure, key_figures
from siting.reports.geopackage import write_geopackage
from siting.reports.headline import headline
from siting.reports.map import write_map
from siting.reports.memo import write_memo_html, write_memo_word
from siting.reports.summary import summary, write_summary
from siting.reports.workbook import write_workbook
from siting.tables import unknown

WRITERS: dict[str, tuple[str, Callable[[Proposal, Path], None]]] = {
    "map": ("map.html", write_map),
    "gpkg": ("proposal.gpkg", write_geopackage),
    "xlsx": ("proposal.xlsx", write_workbook),
    "summary": ("summary.json", write_summary),
    "memo": ("memo.docx", write_memo_word),
    "memo_html": ("memo.html", write_memo_html),
    "figures": ("districts.png", write_district_figures),
}
"""By format: the file's name, and the function that writes it."""
FILES = tuple(file for file, _ in WRITERS.values())
"""What a folder of a written proposal may hold."""

__all__ = ["FILES", "WRITERS", "KeyFigure", "audit_text", "headline", "key_figures", "summary", "write_proposal"]


def write_proposal(proposal: Proposal, folder: Path, formats: Sequence[str] = tuple(WRITERS)) -> Path:
    """
    Write the proposal as a whole folder, all of the formats or nothing, and return the folder.

    Raises
    ------
    InputError
        If a format is not known.
    OutputError
        If the folder cannot be written.
    """
    strange = [name for name in formats if name not in WRITERS]
    if strange:
        raise InputError("outputs.write", [unknown(name, WRITERS) for name in strange])
    with whole_folder(folder, holding=FILES) as partial:
        for name in formats:
            file, write = WRITERS[name]
            write(proposal, partial / file)
    return folder
