"""Mutants of a module: the same code with one comparison, sum, condition, number or call changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
"""What stands in place of an operator."""
NOT_RUN = {"annotation", "returns", "decorator_list"}
"""Fields that say what code is, not what it does."""
CHECKS_ONLY = "strict"
"""The argument of `zip` that changes no answer: it stops a fault of our own."""


@dataclass(frozen=True)
class Mutant:
    """A module with one fault: its line, what is written there before and after, and the whole to run."""

    line: int
    was: str
    now: str
    code: CodeType


def mutants(source: str, file: str) -> Iterator[Mutant]:
    """
    Every mutant of a module, in the order of its lines.

    Examples
    --------
    >>> [(mutant.was, mutant.now) for mutant in mutants("late = drive_s > 240", "clock.py")]
    [('late = drive_s > 240', 'late = drive_s >= 240'), ('late = drive_s > 240', 'late = drive_s > 241')]
    """
    tree, lines = ast.parse(source), source.splitlines()
    places = sorted(_places(tree), key=lambda place: (place[0].lineno, place[0].col_offset))
    for _, parent, field, at in places:
        held: Any = getattr(parent, field)
        node = held if at is None else held[at]
        shown = node if hasattr(node, "lineno") else parent
        was = " ".join(line.strip() for line in lines[shown.lineno - 1 : shown.end_lineno])
        for new in _replacements(node, field):
            _put(parent, field, at, new)
            code = compile(ast.fix_missing_locations(tree), file, "exec")
            now = _with(lines, shown, ast.unparse(new if shown is node else parent))
            _put(parent, field, at, node)
            yield Mutant(shown.lineno, was, now, code)


def _places(tree: ast.AST) -> Iterator[tuple[Any, ast.AST, str, int | None]]:
    """Each node that may be changed, as (where it is, what holds it, in which field, at which place of a list)."""
    for field, value in ast.iter_fields(tree):
        if field in NOT_RUN or (isinstance(tree, ast.keyword) and tree.arg == CHECKS_ONLY):
            continue
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST):
                if any(_replacements(node, field)):
                    yield (node if hasattr(node, "lineno") else tree), tree, field, at
                yield from _places(node)


def _replacements(node: ast.AST, field: str) -> Iterator[ast.AST]:
    if type(node) in OTHER:
        yield OTHER[type(node)]()
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    elif field == "test" and isinstance(node, ast.Name | ast.Attribute | ast.Call):
        yield ast.UnaryOp(ast.Not(), node)


def _with(lines: list[str], node: Any, other: str) -> str:
    """The lines of a node with other text in its place; columns count bytes."""
    before = lines[node.lineno - 1].encode()[: node.col_offset].decode()
    after = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode()
    return (before + other + after).strip()


def _put(parent: ast.AST, field: str, at: int | None, node: ast.AST) -> None:
    if at is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[at] = node
