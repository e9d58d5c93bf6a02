"""The toy town twice, and a cluster inside this process: what a batch does, without waiting for processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.pipeline.conftest import OUTPUTS, edit, town, town_once  # noqa: F401 - fixtures

collect_ignore = ["loaded.py"]


@pytest.fixture
def towns(town: Path) -> list[Path]:  # noqa: F811
    """Two scenario files beside the same data: one site more or two, and nothing more."""
    text = town.read_text("utf-8") + OUTPUTS
    two, none = town.with_name("grow.toml"), town.with_name("stay.toml")
    two.write_text(text + '[sweep]\n"plan.station.sites" = [1, 2]\n', "utf-8")
    none.write_text(text.replace("sites = 1", "sites = 0"), "utf-8")
    return [two, none]


@pytest.fixture(scope="session")
def here() -> Iterator[str]:
    """Address of a scheduler inside this process, with one worker."""
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address
