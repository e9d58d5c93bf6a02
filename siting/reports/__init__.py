"""What a planner takes away: map, GeoPackage, workbook and summary, all telling the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from siting.database_url import database_url, is_database
from siting.errors import InputError
from siting.files import whole_folder
from siting.proposal import Proposal
from siting.reports.audit import audit_text
from siting.reports.district_figures import write_district_figures
from siting.reports.figures import KeyFigure, key_figures
from siting.reports.geopackage import ROW_COLUMN, plain_layers, write_geopackage
from siting.reports.headline import headline
from siting.reports.layer_folders import write_flatgeobuf, write_geoparquet
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
    "flatgeobuf": ("flatgeobuf", write_flatgeobuf),
    "geoparquet": ("geoparquet", write_geoparquet),
}
"""By format: the name of its file or folder, and the function that writes it."""
USUAL = tuple(name for name in WRITERS if name not in ("flatgeobuf", "geoparquet"))
"""What is written where nobody says: not the layers of the GeoPackage once more in other formats."""
FILES = (*(file for file, _ in WRITERS.values()), "flatgeobuf/*.fgb", "geoparquet/*.parquet")
"""What a folder of a written proposal may hold."""

__all__ = [
    "FILES",
    "USUAL",
    "WRITERS",
    "KeyFigure",
    "audit_text",
    "format_faults",
    "headline",
    "key_figures",
    "summary",
    "write_proposal",
]


def write_proposal(proposal: Proposal, folder: Path, formats: Sequence[str] = USUAL) -> Path:
    """
    Write the proposal as a whole folder, all of the formats or nothing, and return the folder.

    Parameters
    ----------
    formats
        Of `WRITERS`; also URLs of schemas of a PostGIS database, which take every layer of the GeoPackage.

    Raises
    ------
    InputError
        If a format is not known.
    OutputError
        If the folder or the database cannot be written.
    """
    strange = [*format_faults(formats)]
    if strange:
        raise InputError("outputs.write", strange)
    with whole_folder(folder, holding=FILES) as partial:
        for name in (name for name in dict.fromkeys(formats) if not is_database(name)):
            file, write = WRITERS[name]
            write(proposal, partial / file)
        # Last, when all else is written: a folder that stands there says that the database holds its layers too.
        for url in filter(is_database, dict.fromkeys(formats)):
            from siting.postgis import write_layers  # the driver is loaded where a database is named

            write_layers(url, plain_layers(proposal), ROW_COLUMN)
    return folder


def format_faults(formats: Sequence[str]) -> Iterator[str]:
    """A sentence for each format that is not known, and each URL of a database that names no schema."""
    for name in formats:
        if is_database(name):
            try:
                database_url(name, "schema")
            except InputError as fault:
                yield str(fault)
        elif name not in WRITERS:
            yield unknown(name, WRITERS)
