"""What is done twice is done in one place: no block of code stands in two, under other names either."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNSAID = {"ctx", "annotation", "returns", "type_comment", "kind"}
"""Fields that change nothing of what code does."""


def copies(sources: dict[str, str], least: int) -> list[list[str]]:
    """
    Where blocks of functions do the same: two statements or more, of so many expressions and statements at least.

    Names of locals do not count; other names and constants do. Data at the top of a module or class are no block.
    """
    places = defaultdict(set)
    for file, source in sources.items():
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                own = own_names(function)
                for block in blocks(function, least):
                    names: dict[str, str] = {}
                    done = tuple(word for statement in block for word in words(statement, own, names))
                    places[done].add(f"{file}:{block[0].lineno}-{block[-1].end_lineno}")
    return [sorted(where) for where in places.values() if len(where) > 1]


def own_names(function: ast.FunctionDef) -> set[str]:
    """Parameters, and what is assigned to."""
    nodes = list(ast.walk(function))
    given = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return given | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def blocks(function: ast.FunctionDef, least: int) -> Iterator[list[ast.stmt]]:
    """From each statement on, the shortest run that is large enough."""
    for node in ast.walk(function):
        for _, body in ast.iter_fields(node):
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                lines = [line for line in body if not is_text(line)]
                for first in range(len(lines)):
                    runs = (lines[first:end] for end in range(first + 1, len(lines) + 1))
                    yield from islice((run for run in runs if is_large(run, least)), 1)


def is_large(run: list[ast.stmt], least: int) -> bool:
    n_statements, n_expressions = (sum(counts) for counts in zip(*map(size, run), strict=True))
    return n_statements > 1 and n_statements + n_expressions >= least


@cache
def size(line: ast.stmt) -> tuple[int, int]:
    """How many statements and expressions a statement is, with those inside."""
    parts = list(ast.walk(line))
    return sum(isinstance(part, ast.stmt) for part in parts), sum(isinstance(part, ast.expr) for part in parts)


def is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def words(node: ast.AST, own: set[str], names: dict[str, str]) -> Iterator[str]:
    """What a piece of code does, its locals numbered in the order in which they occur."""
    yield type(node).__name__
    for field, value in ast.iter_fields(node):
        for part in value if isinstance(value, list) else [value]:
            if field in UNSAID:
                continue
            if isinstance(part, ast.AST):
                yield from words(part, own, names)
            elif isinstance(node, ast.Name | ast.arg) and part in own:
                yield names.setdefault(part, str(len(names)))
            else:
                yield repr(part)


ONE = """
def late(trips, limit_s):
    \"\"\"Text.\"\"\"
    worst = max(trips)
    return [trip for trip in trips if trip > limit_s], worst
"""


@pytest.mark.parametrize(
    ("was", "now", "is_copy"),
    [
        ("", "", True),
        ("trips", "runs", True),
        ("worst", "longest", True),
        ("Text.", "Another text.", True),
        ("def late(", "def slow(", True),
        ("max", "min", False),
        ("> limit_s", ">= limit_s", False),
        ("> limit_s", "> trips", False),
        ("limit_s]", "240]", False),
    ],
)
def test_a_copy_is_known_by_what_it_does(was: str, now: str, is_copy: bool) -> None:
    """Under other names it is the same; with another function, comparison, order of names or number it is not."""
    found = copies({"one.py": ONE, "other.py": ONE.replace(was, now)}, 10)
    assert found == ([["one.py:4-5", "other.py:4-5"]] if is_copy else [])


def test_what_is_small_or_one_statement_is_no_block() -> None:
    """In `ONE` there are 5 statements and expressions on the first line, and 10 on the second."""
    twice = {"one.py": ONE, "other.py": ONE}
    assert copies(twice, 15)
    assert not copies(twice, 16)
    assert not copies({file: text.replace("    worst = max(trips)\n", "") for file, text in twice.items()}, 5)


@pytest.mark.parametrize(
    ("folders", "least"),
    [
        (["siting"], 30),  # three or four lines; below, blocks are alike by chance
        (["tests", "benchmarks", "scripts"], 35),  # what a test prepares it may say again
    ],
)
def test_no_block_stands_twice(folders: list[str], least: int) -> None:
    """In the package and in what stands around it."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    assert not copies({str(file.relative_to(ROOT)): file.read_text("utf-8") for file in files}, least)
