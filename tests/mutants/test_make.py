"""Mutants are made of all that code decides and counts, and of nothing that it merely says."""

from __future__ import annotations

from tests.mutants.make import mutants

SOURCE = '''
"""Text of 7 words."""
def late(drive_s: float = 240, *names: "a > b") -> bool:
    told.append(names)
    if names:
        return not drive_s * 60 <= limit and name in names
    return False
'''
CHANGES = [
    ("240", "241"),
    ("told.append(names)", "pass"),
    ("names", "not names"),
    ("not drive_s * 60 <= limit and name in names", "not drive_s * 60 <= limit or name in names"),
    ("not drive_s * 60 <= limit", "drive_s * 60 <= limit"),
    ("drive_s * 60 <= limit", "drive_s * 60 < limit"),
    ("drive_s * 60", "drive_s / 60"),
    ("60", "61"),
    ("name in names", "name not in names"),
    ("False", "True"),
]


def test_every_kind_of_change() -> None:
    """Of code with one place of each kind; texts and annotations stay."""
    found = [(mutant.was, mutant.now) for mutant in mutants(SOURCE, "late.py")]
    assert sorted(found) == sorted(CHANGES)


def test_one_fault_at_a_time() -> None:
    """Each mutant runs, and differs from the original in its own place alone."""
    values = []
    for mutant in mutants("a, b = 1 + 2, 5\n", "sum.py"):
        names: dict[str, int] = {}
        exec(mutant.code, names)  # noqa: S102 - our own line
        values.append((names["a"], names["b"]))
    assert sorted(values) == [(-1, 5), (3, 6), (4, 5), (4, 5)]
