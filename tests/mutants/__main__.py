"""
Which small faults no test notices: `make mutants`, or ``python -m tests.mutants coverage --every 3 --first 1``.

A mutant is put into the loaded functions of a fork of a process that has collected the tests, so that it costs its
tests and nothing more, those of its own module first. It is killed when a test fails, and also when they cost far too
much. What survives, or runs on import only, is judged again in a fork that has loaded libraries but no module of ours.
It ends with 1 when one lives that `explained.toml` does not name, or is killed that it names.
"""

from __future__ import annotations

import argparse
import importlib
import io
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.explained import ROOT, as_toml, is_explained
from tests.mutants.live import swapped
from tests.mutants.make import Mutant, mutants

ROOMS = {
    "rules": ["tests/rules", "siting/rules"],
    "coverage": ["tests/test_coverage.py", "siting/coverage.py"],
    "district_check": ["tests/district_check", "siting/district_check"],
}
"""What is mutated, and the tests that must notice: those of the room alone, for the whole suite would take days."""
LIBRARIES = ("numba", "geopandas", "pyogrio", "scipy.sparse.csgraph", "networkx", "osmnx", "osmium", "rasterio",
             "matplotlib", "pydantic", "openpyxl", "hypothesis.strategies")  # fmt: skip
MOST_CPU_S = 120


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
    asked.add_argument("--every", type=int, default=1, help="only one of so many mutants")
    asked.add_argument("--first", type=int, default=0, help="the mutant to begin with")
    told = asked.parse_args()
    for library in LIBRARIES:
        importlib.import_module(library)
    n_unlike = sum(judge_room(room, told.first, told.every) for room in told.rooms or ROOMS)
    return int(n_unlike > 0)


def judge_room(room: str, first: int, every: int) -> int:
    """Judge each mutant of a room and print those that are not as `explained.toml` has it: how many these are."""
    made = [(file, mutant) for file in files(room) for mutant in mutants(file.read_text("utf-8"), str(file))]
    judged = made[first::every]
    n_killed = n_unlike = 0
    for (file, mutant), is_settled in zip(judged, killed_live(ROOMS[room], judged), strict=True):
        is_dead = is_settled or is_killed(ROOMS[room], file, mutant)
        n_killed += is_dead
        if is_dead == is_explained(file, mutant):
            n_unlike += 1
            print(f"# line {mutant.line}, {'killed' if is_dead else 'alive'}\n{as_toml(file, mutant)}\n", flush=True)
    print(f"# {room}: {n_killed} of {len(judged)} killed; {len(made)} there are", flush=True)
    return n_unlike


def files(room: str) -> list[Path]:
    """The modules of a room."""
    place = ROOT / "siting" / room
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


class Judge:
    """As a plugin of pytest: instead of one run over the tests, one for each mutant, each in a fork."""

    def __init__(self, judged: list[tuple[Path, Mutant]], told: Connection) -> None:
        self.judged, self.told = judged, told

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.told.send(exit_code(run, session.items) == 0)
        for file, mutant in self.judged:
            self.told.send(exit_code(run_with, mutant, file.stem, session.items) != 0)
        return True


def run_with(mutant: Mutant, name: str, items: list[pytest.Item]) -> int:
    """How many tests failed with a mutant of the module `name`, whose own tests run first; 0 where it cannot go in."""
    own_first = sorted(items, key=lambda item: item.path.stem.removeprefix("test_") != name)
    return run(own_first) if swapped(mutant.code) else 0


def run(items: list[pytest.Item]) -> int:
    """How many tests failed: the run ends at the first."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            break
    return items[0].session.testsfailed


def killed_live(tests: list[str], judged: list[tuple[Path, Mutant]]) -> Iterator[bool]:
    """Of each mutant in turn, whether some test fails with it in place of loaded functions."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        os._exit(int(pytest_main(tests, [Judge(judged, there)])))
    there.close()
    assert here.recv(), f"{tests} fail without any mutant"
    for _ in judged:
        yield here.recv()
    os.waitpid(child, 0)


def is_killed(tests: list[str], file: Path, mutant: Mutant) -> bool:
    """Whether some test fails in a fork of this process that loads the mutant in place of its module."""
    return exit_code(load_and_run, tests, file, mutant) != 0


def load_and_run(tests: list[str], file: Path, mutant: Mutant) -> int:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    sys.meta_path.insert(0, Finder(name, file, mutant.code))
    return pytest_main(tests, [])


def pytest_main(tests: list[str], plugins: list[object]) -> int:
    """Run these tests until one fails, in silence."""
    # Plain asserts, for pytest would load a module named in `tests` by itself to rewrite them. What only real data
    # notice lives on machines that have none.
    without = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:faulthandler"]  # a kernel may crash of a mutant
    arguments = ["-x", "-q", "-m", "not real", "--assert=plain", *without, *tests]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main(arguments, plugins))


def exit_code(work: Callable[..., int], *given: object) -> int:
    """0 when `work` says so in a fork of this process; not when it costs far too much."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))  # a machine may be slow, or busy
        os._exit(min(work(*given), 1))
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    sys.exit(main())
