"""The same inputs and seed give the same bytes, however many searches run at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

import siting
from tests.pipeline.conftest import layers_apart_from_times, summary_apart_from_times


def test_one_thread_and_two(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of the GeoPackage and claims of the summary, times aside."""
    folders = []
    for cores in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        folders.append(siting.propose(town).write(tmp_path / str(cores), formats=["gpkg", "summary"]))
    one, two = (json.dumps(summary_apart_from_times(folder)) for folder in folders)
    assert one == two
    of_one, of_two = map(layers_apart_from_times, folders)
    assert list(of_one) == list(of_two)
    for layer in of_one:
        pd.testing.assert_frame_equal(of_one[layer], of_two[layer], check_exact=True)
