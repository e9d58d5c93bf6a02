"""Imports point down: each room may import only rooms below it, and a heavy library lives in one room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "siting"

FLOORS = [  # from the ground up; a room imports from its own name and from lower floors
    {"errors", "arrays", "language"},
    {"tables", "files", "shifted", "toml_lines", "drawing"},
    {"geoparquet", "database_url", "file_text"},
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
    "openpyxl": {"reports"},
    "docx": {"reports"},
    "typer": {"cli"},
    "dask": {"batch"},
    "distributed": {"batch"},
    "pydantic": {"scenario", "scenario_file"},
    "numba": {"network", "travel_time", "optimise", "districting", "hydrants", "inputs"},
}
EXPECTED_FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    """Full names of all modules a file imports anywhere, except for type checking only."""
    names: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
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


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_room(file: Path) -> None:
    """So that each can be replaced in one place, and importing the package stays quick."""
    for name in imported(file):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or room_of(file) in owners, f"{file.name} imports {name}"
