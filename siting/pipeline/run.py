"""Every scenario of a file: a folder for each, and one table to compare them."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from siting.database_url import is_database
from siting.errors import OutputError, SitingError
from siting.files import check_replaceable, whole_file
from siting.inputs.roads import Progress, silent
from siting.language import Language
from siting.made_by import SCHEMA_VERSION
from siting.pipeline.memory import machine_mb
from siting.pipeline.propose import propose
from siting.pipeline.search_line import finishing_aloud
from siting.printable import unformulaic
from siting.reports import FILES, format_faults, headline, key_figures
from siting.scenario import Scenario
from siting.scenario_file import read_scenarios
from siting.tables import Faults, some

COMPARISON = "comparison.csv"
NOT_BEGUN = "not begun: stopped by Ctrl-C"
"""Status of a scenario after the one in which Ctrl-C came."""
LONGEST_NAME_B = 225
"""Of a scenario's folder, 75 Chinese letters; file systems take 255, and what is half-written has a longer name."""


def run(
    path: Path,
    out: Path,
    *,
    data_folder: Path | None = None,
    allow_outside: bool = False,
    language: Language | None = None,
    use_cache: bool = True,
    progress: Progress = silent,
) -> pd.DataFrame:
    """
    Answer every scenario of a file and write each proposal into ``out/NAME``, with ``out/comparison.csv`` beside them.

    A fault in one scenario does not stop the others: its row says what is wrong. So it is where one would take more
    memory than the machine has, by an estimate that is made before its plans are searched for.

    Ctrl-C after a search has begun does stop them: that scenario is written with the best plan so far, and the rows of
    those not begun say so.

    Returns
    -------
    DataFrame
        A row for each scenario: scenario, status ("done", the fault or `NOT_BEGUN`), headline, the key figures with
        their units.

    Raises
    ------
    InputError
        If the file itself is wrong, or every scenario of it failed.
    OutputError
        If a folder that would be replaced holds something else.
    """
    scenarios = read_scenarios(path, data_folder=data_folder, allow_outside=allow_outside)
    folders = answer_folders(path.name, out, scenarios)  # what is wrong is known before an hour of work
    check_table(out / COMPARISON, "scenario,status")

    rows, faults, stop = [], [], threading.Event()
    for name, given in scenarios.items():
        scenario = given.asked(language, use_cache=use_cache)
        row: dict[str, object] = {"scenario": name}
        if stop.is_set():  # in the scenario before
            rows.append({**row, "status": NOT_BEGUN})
            continue
        try:
            with finishing_aloud(scenario.outputs.language) as stop:
                said = partial(_named, progress, name)
                proposal = propose(scenario, memory_cap_mb=machine_mb(), progress=said)
                proposal.write(folders[name], formats=scenario.outputs.write)
        except SitingError as fault:
            faults.append(fault)
            left = " Its folder still holds an earlier answer." if folders[name].exists() else ""
            rows.append({**row, "status": f"{fault}{left}"})
            continue
        figures = {f"{figure.key} ({figure.unit})": figure.proposed for figure in key_figures(proposal)}
        rows.append({**row, "status": "done", "headline": headline(proposal), **figures})
    if len(faults) == len(scenarios):
        raise faults[0]
    return write_table(rows, out / COMPARISON)


def answer_folders(where: str, out: Path, scenarios: Mapping[str, Scenario]) -> dict[str, Path]:
    """
    The folder of each scenario's proposal, below `out`.

    Raises
    ------
    InputError
        If scenarios would share a folder or a schema of a database, or ask for a report that is not known.
    OutputError
        If a folder that would be replaced holds something else.
    """
    faults = Faults(where)
    asked = [(written, name) for name, one in scenarios.items() for written in dict.fromkeys(one.outputs.write)]
    for told in format_faults(sorted({written for written, _ in asked})):
        faults.add(f"outputs.write: {told}")
    for url in dict.fromkeys(written for written, _ in asked if is_database(written)):
        names = [name for written, name in asked if written == url]
        if len(names) > 1:
            told = f"{len(names)} scenarios ({some(names)}) would write into one schema of a database ({url})."
            faults.add(f"outputs.write: {told} Give each its own in [overrides].")
    by_folder: dict[str, list[str]] = {}
    for name in scenarios:
        by_folder.setdefault(folder_name(name).casefold(), []).append(name)
        if len(folder_name(name).encode()) > LONGEST_NAME_B:
            told = f"The scenario name {name[:40]!r}... is longer than {LONGEST_NAME_B} bytes"
            faults.add(f"{told} (a Chinese letter is 3). Shorten it.")
    for names in by_folder.values():
        if len(names) > 1:
            faults.add(f"The scenarios {some(map(repr, names))} would share one folder. Name them apart.")
    if COMPARISON in by_folder:
        faults.add(f"No scenario may be called {COMPARISON!r}.")
    faults.stop()
    folders = {name: out / folder_name(name) for name in scenarios}
    for folder in folders.values():
        check_replaceable(folder, FILES)
    return folders


def write_table(rows: Sequence[Mapping[str, object]], path: Path) -> pd.DataFrame:
    """The rows as CSV, whole or not at all; no text in it runs when a spreadsheet opens it."""
    table = pd.DataFrame(rows).assign(schema_version=SCHEMA_VERSION)
    shown = table.map(lambda value: unformulaic(value) if isinstance(value, str) else value)
    with whole_file(path) as target:
        shown.to_csv(target, index=False, encoding="utf-8-sig")  # Excel reads Chinese only with the mark
    return table


def check_table(former: Path, head: str) -> None:
    """
    Refuse to replace a table that is not a former one of ours.

    Parameters
    ----------
    head
        What ours begin with.

    Raises
    ------
    OutputError
        If it begins with something else, or cannot be read.
    """
    try:
        is_ours = former.read_text("utf-8-sig", errors="replace").startswith(head)
    except FileNotFoundError:
        return
    except OSError as fault:
        raise OutputError(f"{former}: cannot be read ({fault.strerror}). Choose another --out folder.") from fault
    if not is_ours:
        raise OutputError(f"{former}: is not a table of ours and would be lost. Choose another --out folder.")


def _named(progress: Progress, scenario: str, step: str) -> None:
    progress(f"{scenario}: {step}")


def folder_name(scenario: str) -> str:
    """
    A scenario's name as a folder that every file system takes.

    Examples
    --------
    >>> folder_name("base,plan.station.sites=3"), folder_name("a/b")
    ('base,plan.station.sites=3', 'a_b')
    """
    return re.sub(r"[^\w,.=+ -]", "_", scenario).strip(". ") or "_"
