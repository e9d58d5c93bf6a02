"""What was downloaded is compared with the digests that were kept of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siting.errors import InputError
from siting.files import digest
from siting.inputs.fetched import RECORD, changed_since


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two fetched files with their record, and one that was put beside them."""
    for name in ("roads.graphml", "boundary.geojson", "own.csv"):
        (tmp_path / name).write_text(name)
    digests = {name: digest(tmp_path / name) for name in ("roads.graphml", "boundary.geojson")}
    (tmp_path / RECORD).write_text(json.dumps({"digests": digests}))
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.name != RECORD]


def test_a_file_that_is_not_what_was_fetched_is_told(folder: Path) -> None:
    """Once, by its name; as long as nothing changed, or nothing was fetched, there is no word."""
    assert changed_since(files(folder)) == []
    with (folder / "roads.graphml").open("a") as file:
        file.write("!")
    (note,) = changed_since([*files(folder), *files(folder)])
    assert note.message("en").startswith("1 file differs from what was fetched (roads.graphml)")
    (folder / RECORD).unlink()
    assert changed_since(files(folder)) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"digests": 5}', "[" * 100_000])
def test_a_record_that_is_none(text: str, folder: Path) -> None:
    """Refused: whoever cut it off may have cut off more."""
    (folder / RECORD).write_text(text)
    with pytest.raises(InputError, match="is not what `siting fetch` wrote"):
        changed_since(files(folder))
