"""The same inputs and seed give the same bytes, whoever answers, where, and however many searches run at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import siting
from tests.pipeline.conftest import PLAIN, assert_same_answer, summary_apart_from_times, tables_apart_from_times

ELSEWHERE = {
    "PYTHONHASHSEED": "7",
    "TZ": "Asia/Shanghai",
    "LC_ALL": "C",  # with the next two, a machine whose files are ASCII
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
ANSWER = "import sys, siting; siting.propose(sys.argv[1]).write(sys.argv[2], formats=sys.argv[3:])"


@pytest.fixture(scope="module")
def answered(town_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy town as one core answers it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        proposal = siting.propose(town_once / "scenario.toml")
    return proposal.write(tmp_path_factory.mktemp("answered") / "out", formats=PLAIN)


def test_one_thread_and_two(town: Path, answered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of the GeoPackage and claims of the summary, times aside."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert_same_answer(siting.propose(town).write(tmp_path / "out", formats=PLAIN), answered)


def test_another_process_on_another_machine(town_once: Path, answered: Path, tmp_path: Path) -> None:
    """Another hash seed, time zone, locale and folder, and people in another order, which means nothing; no warning."""
    town = shutil.copytree(town_once, tmp_path / "elsewhere")
    people = json.loads((town / "people.geojson").read_text("utf-8"))
    people["features"].reverse()
    (town / "people.geojson").write_text(json.dumps(people), "utf-8")
    told = [str(town / "scenario.toml"), str(tmp_path / "out"), *PLAIN]
    path = {"PYTHONPATH": str(Path(siting.__file__).parents[1])}
    environment = {**os.environ, **path, **ELSEWHERE}
    subprocess.run([sys.executable, "-W", "error", "-c", ANSWER, *told], env=environment, cwd=tmp_path, check=True)  # noqa: S603
    ours, theirs = (summary_apart_from_times(folder) for folder in (answered, tmp_path / "out"))
    for summary in (ours, theirs):  # the bytes of one file are others
        del summary["provenance"]["asked"], summary["provenance"]["inputs"]
    assert json.dumps(ours) == json.dumps(theirs)
    assert tables_apart_from_times(answered) == tables_apart_from_times(tmp_path / "out")
