"""What stands in the folders of a batch: which work is finished, and the row of each in the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from siting.batch.answer import DONE, Answered
from siting.batch.jobs import SUMMARY, Job
from siting.database_url import is_database
from siting.errors import SitingError
from siting.pipeline import asked_digest
from siting.pipeline.provenance import Content, file_content
from siting.reports import WRITERS

HEAD = "scenario,status"
_BROKEN = (OSError, ValueError, KeyError, TypeError)
"""What reading a summary ends with that is not there, or not ours."""


def finished_row(job: Job, content: Content = file_content) -> dict[str, object] | None:
    """
    Its row where its folder holds every report, of exactly this scenario, these inputs and this version; or None.

    Parameters
    ----------
    content
        As in `asked_digest`.
    """
    if not all((job.folder / WRITERS[name][0]).exists() for name in job.formats if name in WRITERS):
        return None
    try:
        summary = _summary(job.folder)
        if {summary["provenance"]["asked"], *_asked_in_databases(job)} != {asked_digest(job.scenario, content)}:
            return None
        return {"scenario": job.name, "status": DONE, "seconds": None, **_figures(summary)}
    except (SitingError, *_BROKEN):  # answering it again will say what is wrong
        return None


def _asked_in_databases(job: Job) -> Iterator[str]:
    """What the proposals answer that stand in the schemas it is written into."""
    for url in filter(is_database, job.formats):
        from siting.postgis import read_provenance  # the driver is loaded where a database is named

        yield read_provenance(url)["provenance.asked"]


def row(job: Job, answered: Answered) -> dict[str, object]:
    """Its row of the table: status, and where it is done headline and key figures, read from the proposal."""
    if answered.status != DONE:
        return {"scenario": job.name, "status": answered.status}
    try:
        told = _figures(_summary(job.folder))
    except _BROKEN:
        lost = (
            f"It was answered, but is not in {job.folder}. Expected workers that see the same files by the same paths."
        )
        return {"scenario": job.name, "status": lost}
    return {"scenario": job.name, "status": DONE, "seconds": round(answered.seconds, 1), **told}


def _summary(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / WRITERS[SUMMARY][0]).read_text("utf-8")))


def _figures(summary: dict[str, Any]) -> dict[str, object]:
    figures = {f"{figure['key']} ({figure['unit']})": figure["proposed"] for figure in summary["key_figures"]}
    return {"headline": summary["headline"], **figures}
