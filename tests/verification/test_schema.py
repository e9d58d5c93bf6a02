"""Proposals in earlier schemas are read with a warning, later ones refused."""

from __future__ import annotations

import json
from pathlib import Path

import pyogrio
import pytest

import siting
from siting.errors import InputError, SitingWarning, VerificationError
from siting.made_by import SCHEMA_VERSION, made_by
from siting.verification import verify
from siting.verification.schema import NEWEST, OLDEST
from tests.verification.damage import change_package
from tests.verification.earlier import unpacked

EARLIER = range(OLDEST, NEWEST)


def in_summary(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text("utf-8"))


@pytest.mark.parametrize("schema", EARLIER)
def test_an_earlier_proposal_is_recomputed(schema: int, tmp_path: Path) -> None:
    """Every figure that it prints agrees, and the reader is told at his own line that this will end."""
    with pytest.warns(SitingWarning, match=f"written in schema {schema}, which a later siting will refuse") as told:
        found = verify(unpacked(schema, tmp_path))
    assert {Path(warning.filename) for warning in told} == {Path(__file__)}
    assert len(found.claims) > 480
    assert ("when all engines of a full alarm are there, which schema 2 does not say" in found.not_checked) == (
        schema == 2
    )


def test_an_earlier_proposal_is_held_to_its_files(tmp_path: Path) -> None:
    """What it prints and what its files say is compared as ever."""
    change_package(unpacked(OLDEST, tmp_path), "UPDATE cells SET people = people + 1 WHERE cell_id = 3")
    with pytest.warns(SitingWarning), pytest.raises(VerificationError, match="printed figures do not agree"):
        verify(tmp_path)


def test_earlier_proposals_are_compared(tmp_path: Path) -> None:
    """Side by side, as a table and on a map."""
    folders = [unpacked(schema, tmp_path / str(schema)) for schema in EARLIER]
    with pytest.warns(SitingWarning):
        compared = siting.compare(folders)
    assert compared.table.new_stations.tolist() == [1, 1]
    with pytest.warns(SitingWarning):
        assert made_by() in compared.map().get_root().render()


def test_what_an_earlier_schema_lacks_besides_is_named(tmp_path: Path) -> None:
    """A column that it had is no column that it did not know yet."""
    change_package(unpacked(1, tmp_path), "ALTER TABLE cells DROP COLUMN people")
    message = r"no column 'people'\. \(It is written in schema 1: write it again"
    with pytest.warns(SitingWarning), pytest.raises(InputError, match=message):
        verify(tmp_path)


def test_the_newest_schema_has_all_columns(folder: Path) -> None:
    """What only earlier ones may lack is a fault."""
    change_package(folder, "ALTER TABLE cells DROP COLUMN cap_km2")
    with pytest.raises(InputError, match=r"no column 'cap_km2'\.$"):
        verify(folder)


@pytest.mark.parametrize(("version", "said"), [(99, "with a newer siting"), (0, "Write it again with `siting run`")])
def test_other_schemas_are_refused(version: int, said: str, tmp_path: Path) -> None:
    """In one sentence, with what is read and what to do."""
    told = {**in_summary(unpacked(1, tmp_path)), "schema_version": version}
    (tmp_path / "summary.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(InputError, match=f"written in schema {version}; 1 to {NEWEST} are read here.*{said}") as raised:
        verify(tmp_path)
    assert len(raised.value.faults) == 1


def test_the_newest_schema_is_the_one_that_is_written(honest: Path) -> None:
    """Two rooms that share no code agree on the number; summary and table of provenance say it."""
    assert NEWEST == SCHEMA_VERSION == in_summary(honest)["schema_version"]
    table = pyogrio.read_dataframe(honest / "proposal.gpkg", layer="table_provenance")
    assert table.value[table.entry == "schema_version"].tolist() == [str(NEWEST)]
