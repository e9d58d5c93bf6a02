"""From scenario files to jobs: one scenario each, with a name and a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from siting.database_url import is_database
from siting.errors import InputError, OutputError, SitingError
from siting.language import Language
from siting.pipeline import answer_folders
from siting.scenario import Scenario
from siting.scenario_file import read_scenarios
from siting.tables import Faults, some

TABLE = "batch.csv"
OWN = ".batch"
"""Folder below `out` for networks that several scenarios share, and for what the workers write."""
SUMMARY = "summary"
"""The report that says what was asked; a batch always writes it, because it is what finished work is recognised by."""


@dataclass(frozen=True)
class Job:
    """
    One scenario to answer.

    Attributes
    ----------
    name
        Of the file and of the scenario in it: ``north/base``.
    folder
        Where its proposal is written.
    formats
        Which reports.
    siting
        Version of who asks.
    """

    name: str
    scenario: Scenario
    folder: Path
    formats: tuple[str, ...]
    siting: str = version("siting")


def read_jobs(
    paths: Sequence[Path], out: Path, language: Language | None, *, allow_outside: bool = False
) -> tuple[list[Job], dict[str, SitingError]]:
    """
    Every scenario of every file, in their order, and the files that are wrong, each with its faults.

    Wrong, too, is a file whose folders cannot be written or hold something else.

    The folder of a scenario is ``out/FILE/SCENARIO``; a file called scenario.toml is known by the name of its folder.

    Raises
    ------
    InputError
        If no file is given, or two would share a folder.
    """
    jobs: list[Job] = []
    refused: dict[str, SitingError] = {}
    schemas: set[str] = set()
    for label, path in _labelled(paths).items():
        try:
            scenarios = read_scenarios(path, allow_outside=allow_outside)
            folders = answer_folders(path.name, out / label, scenarios)
        except (InputError, OutputError) as fault:
            refused[label] = fault
            continue
        own = [url for one in scenarios.values() for url in one.outputs.write if is_database(url)]
        shared = [url for url in own if url in schemas]
        if shared:
            told = f"An earlier file writes into the same schema of a database ({some(shared)}). Give it its own."
            refused[label] = InputError(path.name, [told])
            continue
        schemas.update(own)
        for name, folder in folders.items():
            scenario = scenarios[name].asked(language)
            here = scenario.model_copy(update={"data_folder": os.path.realpath(scenario.data_folder)})
            jobs.append(
                Job(f"{label}/{name}", here, folder, tuple({**dict.fromkeys(here.outputs.write), SUMMARY: None}))
            )
    return jobs, refused


def _labelled(paths: Sequence[Path]) -> dict[str, Path]:
    faults = Faults("batch")
    if not paths:
        faults.add("No scenario file is named. Expected at least one.")
    names = [Path(os.path.realpath(path)).parent.name if path.stem == "scenario" else path.stem for path in paths]
    labels = [name.strip(". ") or "_" for name in names]  # "...toml" has the stem "..", a folder that is not below
    by_folder: dict[str, list[Path]] = {}
    for label, path in zip(labels, paths, strict=True):
        if label.casefold() == TABLE:
            faults.add(f"{path}: its folder would be called {TABLE}, as the table is. Rename the file.")
        by_folder.setdefault(label.casefold(), []).append(path)
    for same in by_folder.values():
        if len(same) > 1:
            faults.add(f"{len(same)} files would share one folder ({some(same)}). Rename all but one.")
    faults.stop()
    return dict(zip(labels, paths, strict=True))
