"""What stands in the folders of a batch: which work is finished, and the row of each in the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from siting.batch.answer import DONE, Answered
from siting.batch.jobs import SUMMARY, Job
from siting.errors import SitingError
from siting.pipeline import asked_digest
from siting.reports import WRITERS

HEAD = "scenario,status"


def is_finished(job: Job) -> bool:
    """Whether its folder holds every report, of exactly this scenario, these inputs and this version."""
    if not all((job.folder / WRITERS[name][0]).exists() for name in job.formats if name in WRITERS):
        return False
    try:
        return bool(_summary(job.folder)["provenance"]["asked"] == asked_digest(job.scenario))
    except (OSError, SitingError, ValueError, KeyError, TypeError):  # answering it again will say what is wrong
        return False


def row(job: Job, answered: Answered | None) -> dict[str, object]:
    """
    Its row of the table: status, and where it is done headline and key figures, read from the proposal.

    Parameters
    ----------
    answered
        None where an earlier run finished it.
    """
    told: dict[str, object] = {"scenario": job.name, "status": answered.status if answered else DONE}
    if told["status"] != DONE:
        return told
    summary = _summary(job.folder)
    figures = {f"{figure['key']} ({figure['unit']})": figure["proposed"] for figure in summary["key_figures"]}
    seconds = round(answered.seconds, 1) if answered else None
    return {**told, "seconds": seconds, "headline": summary["headline"], **figures}


def _summary(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / WRITERS[SUMMARY][0]).read_text("utf-8")))
