"""`python -m benchmarks NAME ... [--quick]`: print what was reached; exit 1 where a target is missed."""

from __future__ import annotations

import argparse
import importlib
import math
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
    parser.add_argument(
        "--only", metavar="TEXT", help="of `optimise`, `district` and `scale`, the works whose name holds this text"
    )
    parser.add_argument("--minutes", type=float, metavar="N", help="of `scale`, how long its loop goes on")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.subjects) - SUBJECTS.keys())
    if unknown:
        parser.error(f"unknown subject {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    if not (chosen.subjects or chosen.quick):
        for name, topic in SUBJECTS.items():
            print(f"{name:16}{topic}")
        return 0
    print(machine(), flush=True)
    given = {"only": chosen.only, "minutes": chosen.minutes}
    asked = {"quick": chosen.quick} | {name: value for name, value in given.items() if value is not None}
    n_missed = 0
    for name in chosen.subjects or SUBJECTS:
        for one in importlib.import_module(f"benchmarks.{name}").measure(**asked):
            print(f"runs: {one.work} | {one.against}" if chosen.quick else row(one), flush=True)
            n_missed += one.is_missed
    return 1 if n_missed and not chosen.quick else 0


def machine() -> str:
    load = ", ".join(f"{share:.1f}" for share in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, load {load}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, numba {numba.__version__}; CPU time, medians"
    )


def row(one: Measurement) -> str:
    """One line, printed as soon as it is known; so the columns come before what is long."""
    target = "" if math.isnan(one.target) else f"{'<=' if one.at_most else '>='} {one.target:g} {one.unit}"
    reached = "" if math.isnan(one.reached) else f"{one.reached:.4g} {one.unit}"
    verdict = "missed" if one.is_missed else "" if one.not_judged or not target else "reached"
    why = f" | not judged: {one.not_judged}" if one.not_judged else ""
    return f"{target:12} {reached:>10}  {verdict:7}  {one.work} | {one.against}{why}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
