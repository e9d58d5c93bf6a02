"""`python -m benchmarks NAME ... [--quick]`: print what was reached; exit 1 where a target is missed."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys

import numba
import numpy as np

from benchmarks import SUBJECTS
from benchmarks.measurement import Measurement


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="NAME", help="without one: list them (with --quick: all)")
    parser.add_argument("--quick", action="store_true", help="small cases; only prove that every subject runs")
    parser.add_argument("--only", metavar="TEXT", help="of `optimise`, the works whose name holds this text")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.subjects) - SUBJECTS.keys())
    if unknown:
        parser.error(f"unknown subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    if not (chosen.subjects or chosen.quick):
        for name, topic in SUBJECTS.items():
            print(f"{name:16}{topic}")
        return 0
    print(machine())
    missed = 0
    asked = {"quick": chosen.quick} | ({"only": chosen.only} if chosen.only else {})
    for name in chosen.subjects or SUBJECTS:
        found = list(importlib.import_module(f"benchmarks.{name}").measure(**asked))
        print(table(found, is_judged=not chosen.quick))
        missed += sum(one.ratio < 1.0 for one in found)
    return 1 if missed and not chosen.quick else 0


def machine() -> str:
    load = ", ".join(f"{share:.1f}" for share in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, numba {numba.__version__}; CPU time, medians"
    )


def table(found: list[Measurement], *, is_judged: bool) -> str:
    head = ("work", "against", "target", "reached", "ratio")
    rows = [
        (
            one.work,
            one.against,
            f"{'<=' if one.at_most else '>='} {one.target:g} {one.unit}",
            f"{one.reached:.4g} {one.unit}",
            f"{one.ratio:.2f}{'  missed' if is_judged and one.ratio < 1.0 else ''}",
        )
        for one in found
    ]
    width = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(row, width, strict=True)).rstrip() for row in [head, *rows]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
