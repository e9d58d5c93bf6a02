"""
Which small faults no test notices: `make mutants`, or ``python -m tests.mutants coverage --every 3``.

A mutant is run in a fork of a process that has loaded everybody else's libraries but none of our modules, so that it
costs its tests and nothing more. It is killed when a test fails, and also when it runs far too long.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.make import Mutant, mutants

ROOT = Path(__file__).parents[2]
ROOMS = {
    "rules": ["tests/rules", "siting/rules"],
    "coverage": ["tests/test_coverage.py", "siting/coverage.py"],
    "district_check": ["tests/district_check", "siting/district_check"],
}
"""What is mutated, and the tests that must notice: those of the room alone, for the whole suite would take days."""
LIBRARIES = ("numba", "geopandas", "pyogrio", "scipy.sparse.csgraph", "networkx", "osmnx", "osmium", "rasterio",
             "matplotlib", "pydantic", "openpyxl", "hypothesis.strategies")  # fmt: skip
LONGEST_S = 120


class Mutated(SourceFileLoader):
    """Loads a module from the code of a mutant."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname: str) -> CodeType:
        return self.code


class Finder:
    """Finds one module by its mutant; everything else as ever."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.loader = name, path, Mutated(name, str(path), code)

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        inside = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return spec_from_file_location(name, self.path, loader=self.loader, submodule_search_locations=inside)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)}; all without one")
    asked.add_argument("--every", type=int, default=1, help="only every so many mutants, from the first")
    told = asked.parse_args()
    for library in LIBRARIES:
        importlib.import_module(library)
    for room in told.rooms or ROOMS:
        judge_room(room, told.every)
    return 0


def judge_room(room: str, every: int) -> None:
    """Judge each mutant of a room, print those that survive, and how many there were."""
    made = [(file, mutant) for file in files(room) for mutant in mutants(file.read_text("utf-8"), str(file))]
    assert not is_killed(ROOMS[room], None), f"the tests of {room} fail without any mutant"
    n_killed, judged = 0, made[::every]
    for file, mutant in judged:
        if is_killed(ROOMS[room], (file, mutant)):
            n_killed += 1
        else:
            print(f"{file.relative_to(ROOT)}:{mutant.line}: {mutant.was}  ->  {mutant.now}", flush=True)
    print(f"{room}: {n_killed} of {len(judged)} killed; {len(made)} there are", flush=True)


def files(room: str) -> list[Path]:
    """The modules of a room."""
    place = ROOT / "siting" / room
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def is_killed(tests: list[str], one: tuple[Path, Mutant] | None) -> bool:
    """Whether some test fails in a fork of this process that loads the mutant in place of its module."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST_S)
        if one is not None:
            file, mutant = one
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            sys.meta_path.insert(0, Finder(name, file, mutant.code))
        quiet = io.StringIO()
        with redirect_stdout(quiet), redirect_stderr(quiet):
            # Plain asserts, for pytest would load a module named in `tests` by itself to rewrite them.
            failed = pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", *tests])
        os._exit(int(failed))
    return os.waitpid(child, 0)[1] != 0


if __name__ == "__main__":
    sys.exit(main())
