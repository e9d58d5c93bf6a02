"""Mutants are made of all that code decides and counts, and of nothing that it merely says."""

from __future__ import annotations

from tests.mutants.make import mutants

SOURCE = '''
"""Text of 7 words."""
def late(drive_s: float = 240, *names: "a > b") -> bool:
    told.append(names)
    if names:
        return not drive_s * 60 <= limit and (
            name in names
        )
    return zip(names, [False], strict=True)
'''
CHANGES = {
    'def late(drive_s: float = 240, *names: "a > b") -> bool:': {
        'def late(drive_s: float = 241, *names: "a > b") -> bool:',
    },
    "told.append(names)": {"pass"},
    "if names:": {"if not names:"},
    "return not drive_s * 60 <= limit and ( name in names )": {
        "return not drive_s * 60 <= limit or name in names",
    },
    "return not drive_s * 60 <= limit and (": {
        "return drive_s * 60 <= limit and (",
        "return not drive_s * 60 < limit and (",
        "return not drive_s / 60 <= limit and (",
        "return not drive_s * 61 <= limit and (",
    },
    "name in names": {"name not in names"},
    "return zip(names, [False], strict=True)": {"return zip(names, [True], strict=True)"},
}


def test_every_kind_of_change() -> None:
    """Of code with one place of each kind, as its lines would read; texts, annotations and `strict` stay."""
    found = [(mutant.was, mutant.now) for mutant in mutants(SOURCE, "late.py")]
    assert sorted(found) == sorted((was, now) for was, others in CHANGES.items() for now in others)


def test_one_fault_at_a_time() -> None:
    """Each mutant runs, and differs from the original in its own place alone."""
    values = []
    for mutant in mutants("a, b = 1 + 2, 5\n", "sum.py"):
        names: dict[str, int] = {}
        exec(mutant.code, names)  # noqa: S102 - our own line
        values.append((names["a"], names["b"]))
    assert sorted(values) == [(-1, 5), (3, 6), (4, 5), (4, 5)]
