"""No file, however spoiled, brings about anything but an answer or a refusal in words; a good one is read as it is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siting.inputs.vector import read_table
from tests.fuzz.mutate import spoiled
from tests.fuzz.readers import READERS
from tests.fuzz.run import cases

CASES = 30
"""Of each reader here; `make fuzz` goes on for long."""
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: text.strip()
)
DEGREES = st.tuples(st.floats(-179, 179), st.floats(-89, 89))
ROWS = st.lists(st.tuples(TEXT, DEGREES), min_size=1, max_size=5)


@pytest.mark.parametrize("name", READERS)
def test_spoiled_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    """No other error, no hang, no file that stays; every case is either."""
    assert cases(name, range(CASES), tmp_path).total() == CASES


@pytest.mark.parametrize("name", READERS)
def test_the_good_file_is_read(name: str, tmp_path: Path) -> None:
    """Or all that is spoiled would be refused for the same reason, and nothing behind it be tried."""
    path = tmp_path / READERS[name].file_name
    path.write_bytes(READERS[name].good())
    assert READERS[name].read(path) is not None


def test_spoiling_is_repeatable_and_spoils() -> None:
    """A seed names a case; nearly all differ from the good file and from each other."""
    made = [spoiled(b"a good file", (b"word",), seed) for seed in range(100)]
    assert made == [spoiled(b"a good file", (b"word",), seed) for seed in range(100)]
    assert len({*made, b"a good file"}) > 90


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_what_is_written_as_geojson_is_read(tmp_path: Path, rows: list[tuple[str, tuple[float, float]]]) -> None:
    """Any names, quotes and marks of direction among them, and any places."""
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": place}}
        for name, place in rows
    ]
    path = tmp_path / "rows.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    table = read_table(path)
    assert table["name"].tolist() == [name for name, _ in rows]
    np.testing.assert_allclose(np.c_[table.geometry.x, table.geometry.y], [place for _, place in rows])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEGREES, min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read(tmp_path: Path, places: list[tuple[float, float]]) -> None:
    """Every digit of any place."""
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("lon", "lat"), *places])
    table = read_table(path)
    np.testing.assert_allclose(np.c_[table.geometry.x, table.geometry.y], places, rtol=1e-12)
