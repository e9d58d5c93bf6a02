"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from siting.synthetic import demo_folder
from tests.postgis_server import postgis_server

REAL = Path(os.environ.get("SITING_REAL_DATA", Path(__file__).parents[2] / "shared" / "data" / "real"))

settings.register_profile("pinned", derandomize=True, database=None)
settings.register_profile("drawn", derandomize=False)
settings.load_profile("pinned")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long proofs first, so that in the end no process is busy with one while the other has nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looked through for garbage again and again it takes a thirtieth."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _networks_are_cached_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """So that no test reads or writes the user's own cache of networks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITING_CACHE", str(tmp_path_factory.mktemp("networks")))
        yield


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """
    The path of a real file by its name below the data folder; skips where the folder is absent.

    A folder that is there but lacks the file is a fault, not a reason to skip.
    """

    def path(name: str) -> Path:
        if not REAL.is_dir():
            pytest.skip(f"real extracts are not on this machine (looked in {REAL}; set SITING_REAL_DATA)")
        found = REAL / name
        assert found.exists(), f"{found} is missing from the real data"
        return found

    return path


@pytest.fixture(scope="session")
def coarse_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in district in cells of 800 m, for what is about every step and not about the figures."""
    folder = shutil.copytree(demo_folder(), tmp_path_factory.mktemp("coarse") / "demo")
    scenario = folder / "scenario.toml"
    text = scenario.read_text("utf-8")
    assert text.count("cell_m = 200") == 1
    scenario.write_text(text.replace("cell_m = 200", "cell_m = 800"), "utf-8")
    return folder


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """URL of a database, whose password stands in the environment; skips where there is no server."""
    with postgis_server() as (url, password), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", password)
        yield url
