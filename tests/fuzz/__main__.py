"""
The long run: `make fuzz`, or ``python -m tests.fuzz --cases 1000000 --from 5000``.

Each reader is fuzzed in a process of its own with bounded memory, so that a crash of the interpreter is a finding too.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.readers import READERS
from tests.fuzz.run import cases

_AT_ONCE = 2000
"""Cases for each process."""
_LONGEST_S = 1200
_MEMORY_B = 8 * 2**30


def main() -> int:
    """Cases of every reader in turn; 1 if there is a finding."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1_000_000, help="of all readers together")
    asked.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    asked.add_argument("--reader", choices=READERS, action="append", help="only this one; may be repeated")
    asked.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    told = asked.parse_args()
    names = told.reader or list(READERS)
    if told.here:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_B, _MEMORY_B))
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(cases(names[0], range(told.first, told.first + told.cases), Path(folder))))
        return 0
    return 1 if _rounds(names, told.cases, told.first) else 0


def _rounds(names: list[str], wanted: int, first: int) -> int:
    """How many findings; a reader with one is not asked again."""
    total, findings, started = Counter[str](), 0, time.monotonic()
    names = list(names)
    while names and total.total() < wanted:
        each = min(_AT_ONCE, -(-(wanted - total.total()) // len(names)))
        for name in [*names]:
            command = [sys.executable, "-m", "tests.fuzz", "--here", "--reader", name]
            command += ["--cases", str(each), "--from", str(first)]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_S, check=True)  # noqa: S603 - this very module
                total += Counter(json.loads(done.stdout.splitlines()[-1]))
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
                findings += 1
                names.remove(name)
                print(f"FINDING {name}, seeds from {first}: {fault}\n{str(fault.stderr)[-3000:]}", flush=True)
        first += each
        print(
            f"{total.total():,} cases, {dict(total)}, {findings} findings, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    return findings


if __name__ == "__main__":
    sys.exit(main())
