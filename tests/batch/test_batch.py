"""Many files at once: every scenario answered or told, the same answers as one by one, and nothing done twice."""

from __future__ import annotations

import datetime
import errno
import json
import os
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from distributed import Client

import siting
from siting.batch import TABLE, reach_on, run_batch
from siting.batch.answer import DONE, Answered, answer, answered
from siting.batch.jobs import Job, read_jobs
from siting.errors import InputError, OutputError
from siting.files import digest, locked
from siting.network import EdgePositions
from siting.pipeline import write_table
from siting.travel_time import TravelTimes
from tests.pipeline.conftest import assert_same_answer, rewrite

NAMES = ["grow/base,plan.station.sites=1", "grow/base,plan.station.sites=2", "stay/base"]


def stamps(out: Path, names: list[str]) -> list[int]:
    """When each proposal was written."""
    return [(out / name / "summary.json").stat().st_mtime_ns for name in names]


def test_every_scenario_has_its_folder_and_its_row(towns: list[Path], here: str, tmp_path: Path) -> None:
    """Each of them done, in the order of the files; the table on disk is the one returned."""
    told: list[str] = []
    table = run_batch(towns, tmp_path / "out", scheduler=here, progress=told.append)
    assert table.scenario.tolist() == NAMES
    assert table.status.tolist() == ["done"] * 3
    assert table["share_people (share)"].tolist() == [0.95] * 3
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / TABLE), table, check_dtype=False)
    for name in NAMES:
        siting.verify(tmp_path / "out" / name)
    assert [line.split(",")[0] for line in told] == ["3 scenarios", "1 of 3", "2 of 3", "3 of 3"]
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [".batch", TABLE, "grow", "stay"]


def test_the_same_bytes_as_one_by_one(towns: list[Path], here: str, tmp_path: Path) -> None:
    """Tables of the GeoPackage and claims of the summary, whoever answered: a worker or this process."""
    run_batch(towns, tmp_path / "out", scheduler=here)
    alone = siting.propose(towns[1]).write(tmp_path / "alone", formats=["gpkg", "summary"])
    assert_same_answer(alone, tmp_path / "out" / NAMES[2])


def test_the_network_is_built_once(towns: list[Path], here: str, tmp_path: Path) -> None:
    """Every proposal names the same entry of the cache, and the scenario that they print names none."""
    run_batch(towns, tmp_path / "out", scheduler=here)
    (entry,) = (tmp_path / "out" / ".batch" / "networks").iterdir()
    for name in NAMES:
        provenance = json.loads((tmp_path / "out" / name / "summary.json").read_text("utf-8"))["provenance"]
        assert provenance["roads_from_cache"] == entry.name
        assert "cache" not in provenance["scenario"]["roads"]


def test_a_fault_stops_nobody_else(towns: list[Path], here: str, tmp_path: Path) -> None:
    """A file that is none, which is said at once, a missing input and a question without answer are rows."""
    told: list[str] = []
    text = towns[1].read_text("utf-8")
    broken = {"wrong": "nme = 1", "lost": text.replace("people.geojson", "no.geojson"),
              "many": text.replace("sites = 0", "sites = 5000")}  # fmt: skip
    for name, content in broken.items():
        towns.append(towns[0].with_name(f"{name}.toml"))
        towns[-1].write_text(content, "utf-8")
    table = run_batch(towns, tmp_path / "out", scheduler=here, progress=told.append)
    status = table.set_index("scenario").status
    assert told[0] == "5 scenarios, 0 of them finished before. Files at fault: wrong."
    assert status[NAMES].tolist() == ["done"] * 3
    assert "Did you mean 'name'?" in status["wrong"]
    assert "no.geojson" in status["lost/base"]
    assert "5000" in status["many/base"]
    assert not (tmp_path / "out" / "lost").exists()


def test_what_no_worker_can_hold_is_split(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """Searched on the workers, answered beside them: the same tables and claims, bit for bit, as one process gives."""
    alone = siting.propose(towns[1]).write(tmp_path / "alone", formats=["gpkg", "summary"])
    searched: list[int] = []

    def told(client: Client, entry: Path, sites: EdgePositions, *places: Any, **labels: Any) -> TravelTimes:
        searched.append(len(sites))
        return reach_on(client, entry, sites, *places, **labels)

    monkeypatch.setattr("siting.batch.answer._cap_mb", lambda: 100.0)
    monkeypatch.setattr("siting.batch.split.reach_on", told)
    table = run_batch(towns[1:], tmp_path / "out", scheduler=here)
    assert table.status.tolist() == ["done"]
    assert len(searched) == 1
    assert searched[0] > 1
    assert_same_answer(alone, tmp_path / "out" / NAMES[2])
    assert list((tmp_path / "out" / ".batch").iterdir()) == []


def test_what_the_machine_cannot_hold_is_refused(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """Before any search, with both figures."""
    monkeypatch.setattr("siting.batch.answer._cap_mb", lambda: 100.0)
    monkeypatch.setattr("siting.batch.split.machine_mb", lambda: 200.0)
    status = run_batch(towns[1:], tmp_path / "out", scheduler=here).status
    assert status.str.contains("MB of memory, and may take 200").all()


def test_finished_work_is_kept(towns: list[Path], here: str, tmp_path: Path) -> None:
    """Asked again nothing is written; another question, a lost report and a damaged summary are answered again."""
    out = tmp_path / "out"
    first = run_batch(towns, out, scheduler=here)
    written = stamps(out, NAMES)
    again = run_batch(towns, out, scheduler="tcp://nobody:1")  # with nothing to do nobody is asked
    assert stamps(out, NAMES) == written
    assert again.seconds.isna().all()
    pd.testing.assert_frame_equal(again.drop(columns="seconds"), first.drop(columns="seconds"))

    (out / NAMES[0] / "proposal.gpkg").unlink()
    summary = out / NAMES[1] / "summary.json"
    summary.write_text(summary.read_text("utf-8").replace('"headline"', '"haedline"'), "utf-8")
    run_batch(towns, out, scheduler=here)
    assert [now > then for now, then in zip(stamps(out, NAMES), written, strict=True)] == [True, True, False]

    written = stamps(out, NAMES)
    towns[1].write_text(towns[1].read_text("utf-8").replace("cell_m = 100", "cell_m = 200"), "utf-8")
    run_batch(towns, out, scheduler=here)
    assert [now > then for now, then in zip(stamps(out, NAMES), written, strict=True)] == [False, False, True]


def test_a_clock_that_jumps_back(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """Finished work is known by its digest: what seems written in the future stays, and what is left is answered."""
    out = tmp_path / "out"
    run_batch(towns, out, scheduler=here)
    ahead = time.time() + 1e8
    for name in NAMES:
        for file in [out / name, *(out / name).iterdir()]:
            os.utime(file, (ahead, ahead))
    (out / NAMES[1] / "proposal.gpkg").unlink()
    written = stamps(out, NAMES)
    # The one clock that our own code looks at; dask's, in the same process here, goes on.
    flat = SimpleNamespace(now=lambda zone: datetime.datetime(1999, 12, 31, tzinfo=zone))  # its battery is empty
    monkeypatch.setattr("siting.pipeline.provenance.datetime", SimpleNamespace(datetime=flat, UTC=datetime.UTC))
    assert run_batch(towns, out, scheduler=here).status.tolist() == ["done"] * 3
    assert [now == then for now, then in zip(stamps(out, NAMES), written, strict=True)] == [True, False, True]
    told = json.loads((out / NAMES[1] / "summary.json").read_text("utf-8"))["provenance"]
    assert told["created"] == "1999-12-31"
    assert not [left for left in out.rglob("*") if ".partial-" in left.name]


def test_changed_inputs_are_answered_again(towns: list[Path], here: str, tmp_path: Path) -> None:
    """The bytes of a file decide, not its name or where it lies."""
    out = tmp_path / "out"
    run_batch(towns, out, scheduler=here)
    written = stamps(out, NAMES)
    moved = shutil.move(towns[0].parent, tmp_path / "elsewhere")
    towns = [Path(moved) / path.name for path in towns]
    run_batch(towns, out, scheduler="tcp://nobody:1")
    assert stamps(out, NAMES) == written
    rewrite(Path(moved) / "people.geojson", lambda people: people.assign(people=people.people + 1))
    run_batch(towns, out, scheduler=here)
    assert all(now > then for now, then in zip(stamps(out, NAMES), written, strict=True))


def test_a_folder_that_cannot_be_written_is_a_row(towns: list[Path], here: str, tmp_path: Path) -> None:
    """A file stands where the folder of one file belongs: true for every user, root included."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "stay").write_text("mine", "utf-8")
    status = run_batch(towns, out, scheduler=here).set_index("scenario").status
    assert status[NAMES[:2]].tolist() == ["done"] * 2
    assert "is a file, not a folder" in status["stay"]
    assert (out / "stay").read_text("utf-8") == "mine"


def test_one_batch_at_a_time(towns: list[Path], here: str, tmp_path: Path) -> None:
    """A second one in the same folder is refused and touches nothing."""
    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out"), pytest.raises(OutputError, match="another batch is at work"):
        run_batch(towns, tmp_path / "out", scheduler=here)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_called_as_the_table(town: Path, here: str, tmp_path: Path) -> None:
    """Its folder would stand in the table's place: refused before anything is written."""
    with pytest.raises(InputError, match="as the table is"):
        run_batch([town.rename(town.with_name("Batch.csv.toml"))], tmp_path / "out", scheduler=here)
    assert not (tmp_path / "out").exists()


def test_an_answer_that_is_not_there(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """A worker on a machine with folders of its own wrote it there: its row says so, the others are answered."""

    def elsewhere(job: Job, cap_mb: float) -> Answered:
        return answered(job, cap_mb) if job.name in NAMES[:2] else Answered(DONE, 1.0)

    monkeypatch.setattr("siting.batch.answer.answered", elsewhere)
    status = run_batch(towns, tmp_path / "out", scheduler=here).set_index("scenario").status
    assert status[NAMES[:2]].tolist() == ["done"] * 2
    assert "workers that see the same files by the same paths" in status[NAMES[2]]


def test_a_worker_of_another_version(town: Path, tmp_path: Path) -> None:
    """It answers nothing: half a province by one version and half by another would not be told apart."""
    (job,) = read_jobs([town], tmp_path, None)[0]
    told = answer(replace(job, siting="0.0.1")).status
    assert re.fullmatch(r"The worker has siting .*, and the batch 0\.0\.1\. Install the same on both\.", told)
    assert list(tmp_path.glob("[!t]*")) == []


def test_a_file_that_many_share_is_read_once(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """Finished work is known by the bytes of its inputs, however many scenarios name the same file."""
    run_batch(towns, tmp_path / "out", scheduler=here)
    read: list[Path] = []
    monkeypatch.setattr("siting.pipeline.provenance.digest", lambda path: read.append(path) or digest(path))
    run_batch(towns, tmp_path / "out", scheduler="tcp://nobody:1")
    assert len(read) == len(set(read)) == 5


def test_a_table_that_cannot_be_written_for_a_while(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """The disk was full in between: the scenarios go on, and the table is there at the end."""
    calls: list[int] = []

    def full_twice(rows: list[dict[str, object]], path: Path) -> pd.DataFrame:
        calls.append(len(rows))
        if len(calls) <= 2:
            raise OutputError("No space left on device")
        return write_table(rows, path)

    monkeypatch.setattr("siting.batch.run._TABLE_EVERY_S", 0.0)
    monkeypatch.setattr("siting.batch.run.write_table", full_twice)
    assert run_batch(towns, tmp_path / "out", scheduler=here).status.tolist() == ["done"] * 3
    assert len(pd.read_csv(tmp_path / "out" / TABLE)) == len(NAMES)


def test_a_file_system_without_locks(towns: list[Path], here: str, tmp_path: Path, monkeypatch) -> None:
    """As NFS answers for a folder: nobody can say whether another batch is at work, and this one is answered."""

    def refused(*_: object) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr("siting.files.fcntl.flock", refused)
    assert run_batch(towns, tmp_path / "out", scheduler=here).status.tolist() == ["done"] * 3


def test_what_is_not_ours_stays(towns: list[Path], here: str, tmp_path: Path) -> None:
    """A folder with other files is a row; a planner's own table of that name is refused before any work."""
    out = tmp_path / "out"
    (out / "stay" / "base").mkdir(parents=True)
    (out / "stay" / "base" / "thesis.docx").write_text("years", "utf-8")
    status = run_batch(towns[1:], out, scheduler=here).set_index("scenario").status
    assert "thesis.docx" in status["stay"]
    assert (out / "stay" / "base" / "thesis.docx").read_text("utf-8") == "years"
    (out / TABLE).write_text("my,own\n", "utf-8")
    with pytest.raises(OutputError, match="would be lost"):
        run_batch(towns, out, scheduler=here)
    (out / TABLE).unlink()
    (out / TABLE).mkdir()
    with pytest.raises(OutputError, match="cannot be read"):
        run_batch(towns, out, scheduler=here)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"workers": 0}, "workers = 0"),
        ({"memory": "much"}, "'much' is no amount of memory"),
        ({"memory": "0"}, "more than nothing"),
        ({"scheduler": "tcp://127.0.0.1:1"}, "No scheduler answers"),
    ],
)
def test_wrong_arguments(towns: list[Path], tmp_path: Path, wrong, said: str, monkeypatch) -> None:
    """Each is told by its name, and no process is started."""
    monkeypatch.setattr("siting.batch.cluster._WAIT", "1s")
    with pytest.raises(InputError, match=said):
        run_batch(towns, tmp_path / "out", **wrong)


@pytest.mark.parametrize("name", ["...toml", "..toml", ". .toml"])
def test_a_file_of_dots_is_not_answered_elsewhere(name: str, town: Path, tmp_path: Path) -> None:
    """Without its ending it is called "..", which would lead out of the folder of the batch."""
    path = town.rename(town.with_name(name))
    (job,), refused = read_jobs([path], tmp_path / "out", None)
    assert not refused
    assert job.folder.resolve() == tmp_path / "out" / "_" / "base"


def test_files_of_one_name(town: Path, here: str, tmp_path: Path) -> None:
    """scenario.toml is known by its folder, so each county may have one; two of one name are refused."""
    folder = town.parent
    other = shutil.copytree(folder, tmp_path / "other")
    paths = [path / "scenario.toml" for path in (folder, other)]
    assert run_batch(paths, tmp_path / "out", scheduler=here).scenario.tolist() == ["town/base", "other/base"]
    with pytest.raises(InputError, match="2 files would share one folder"):
        run_batch([town, tmp_path / "x" / "TOWN.toml"], tmp_path / "out", scheduler=here)
    with pytest.raises(InputError, match="Expected at least one"):
        run_batch([], tmp_path / "out", scheduler=here)
