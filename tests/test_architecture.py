"""Imports point down, in the house and inside each room; a heavy library lives in few rooms; files stay short."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "siting"

FLOORS = [  # from the ground up; a room imports from its own name and from lower floors
    {"printable"},
    {"errors", "arrays", "language", "made_by"},
    {"tables", "files", "shifted", "toml_lines", "drawing"},
    {"geoparquet", "database_url", "file_text", "sqlite_tables"},
    {"postgis"},
    {"scenario", "crs", "geofiles"},
    {"scenario_file", "cells"},
    {"study_area", "speeds"},
    {"network"},
    {"travel_time", "optimise"},
    {
        "coverage",
        "candidates",
        "toy",
        "routes",
        "lanes",
        "reached",
        "district_check",
        "shortage",
        "screening",
        "micro_places",
        "grids",
        "indicators",
    },
    {"districts", "hydrants", "calibration", "brigades", "full_alarm", "workload"},
    {"rules"},
    {"districting"},
    {"proposal"},
    {"reports", "verification", "inputs", "synthetic"},
    {"pipeline"},
    {"face", "batch", "doctor"},
    {"cli"},
]
OWNERS = {  # library -> rooms that may import it
    "osmnx": {"inputs"},
    "osmium": {"inputs", "synthetic"},
    "rasterio": {"inputs", "synthetic"},
    "pyarrow": {"geoparquet"},
    "psycopg": {"postgis"},
    "ortools": {"optimise"},
    "folium": {"drawing", "reports"},
    "matplotlib": {"reports"},
    "openpyxl": {"reports", "verification"},
    "docx": {"reports"},
    "typer": {"cli"},
    "dask": {"batch"},
    "distributed": {"batch"},
    "pydantic": {"scenario", "scenario_file"},
    "numba": {"network", "travel_time", "optimise", "districting", "hydrants", "inputs"},
}
EXPECTED_FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def imported(file: Path, *, types: bool = False) -> set[str]:
    """Full names of all that a file imports anywhere; what it needs for type checking alone where `types` ask so."""
    names: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING" and not types:
            return
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(file.read_text("utf-8")))
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_down(file: Path) -> None:
    """A file imports its own room and rooms on lower floors, nothing beside or above it."""
    room = room_of(file)
    if room == "__init__":  # the outside face loads rooms by name, when asked
        return
    assert room in EXPECTED_FLOOR, f"{room} is on no floor: put it on one"
    for name in imported(file):
        parts = name.split(".")
        if parts[0] == "siting" and len(parts) > 1 and parts[1] != room:
            assert EXPECTED_FLOOR.get(parts[1], -1) < EXPECTED_FLOOR[room], f"{file.name} imports {name}"


def test_files_of_a_room_stand_on_each_other_one_way() -> None:
    """No file needs one that needs it in turn, not even for the name of a type; a failure names the circle."""
    file_of = {module_of(file): file for file in FILES}
    needs = {}
    for module, file in file_of.items():
        names = (name if name in file_of else name.rpartition(".")[0] for name in imported(file, types=True))
        needs[module] = {name for name in names if name in file_of and room_of(file_of[name]) == room_of(file)}
    TopologicalSorter(needs).prepare()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_room(file: Path) -> None:
    """So that each can be replaced in one place, and importing the package stays quick."""
    for name in imported(file):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or room_of(file) in owners, f"{file.name} imports {name}"


def test_owners_use_what_they_own() -> None:
    """A room that gave a library up, or is no more, does not keep the right to it."""
    using = {(name.split(".")[0], room_of(file)) for file in FILES for name in imported(file)}
    assert {(library, room) for library, rooms in OWNERS.items() for room in rooms} <= using


def test_the_page_draws_the_same_house() -> None:
    """docs/architecture.md has every room once, from the top floor down."""
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8")
    rows = [re.findall(r"`(\w+)`", line.split("|")[2]) for line in page.splitlines() if line.startswith("| ")]
    drawn = [room for row in rows for room in row]
    assert sorted(drawn) == sorted(EXPECTED_FLOOR)
    highest = [max(EXPECTED_FLOOR[room] for room in row) for row in rows if row]
    assert all(above >= below for above, below in pairwise(highest))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_is_one_idea(file: Path) -> None:
    """What no longer fits on a few screens has become two ideas."""
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES
