"""
The long run: `make fuzz`, or ``python -m tests.fuzz --cases 1000000 --from 5000``.

Readers take turns with the same CPU time each, so the quick ones see more cases. Each turn is a process of its own
with bounded memory, so that a crash of the interpreter is a finding too; it is forked from one that has imported all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.fuzz.readers import READERS
from tests.fuzz.run import bounded_cases

_FORKS = multiprocessing.get_context("forkserver")
_FIRST_TURN = 100
"""Cases, until it is known how long one takes."""
_TURN_S = 10.0
_LONGEST_TURN_S = 3600


@dataclass
class Told:
    """Of one reader: how many cases were read and refused, in how many CPU seconds, and the next seed."""

    next_seed: int
    outcome: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0

    def turn(self) -> int:
        """Cases of the next turn."""
        if not self.outcome:
            return _FIRST_TURN
        return max(1, round(_TURN_S * self.outcome.total() / self.cpu_s))


def main() -> int:
    """Cases of every reader in turn; 1 if there is a finding."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1_000_000, help="of all readers together")
    asked.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    asked.add_argument("--reader", choices=READERS, action="append", help="only this one; may be repeated")
    wanted = asked.parse_args()
    _FORKS.set_forkserver_preload(["tests.fuzz.run", "osmnx"])
    told = {name: Told(wanted.first) for name in wanted.reader or READERS}
    findings = _fuzz(told, wanted.cases)
    for name, one in told.items():
        print(f"{name:15} {one.outcome.total():9,} {dict(one.outcome)}, {one.cpu_s:.0f} CPU s")
    return 1 if findings else 0


def _fuzz(told: dict[str, Told], wanted: int) -> int:
    """How many findings; a reader with one is not asked again."""
    names, total, findings, began = list(told), 0, 0, time.monotonic()
    while names and total < wanted:
        for name in [*names]:
            one = told[name]
            n = min(one.turn(), wanted - total)
            done = _turn(name, range(one.next_seed, one.next_seed + n))
            if done is None:
                findings += 1
                names.remove(name)
                print(f"FINDING {name}, seeds from {one.next_seed}", flush=True)
                continue
            one.outcome += done[0]
            one.cpu_s += done[1]
            one.next_seed += n
            total += n
            if total >= wanted:
                break
        print(f"{total:,} cases, {findings} findings, {time.monotonic() - began:.0f} s", flush=True)
    return findings


def _turn(name: str, seeds: range) -> tuple[Counter[str], float] | None:
    """Outcome and CPU seconds; None where the process ended otherwise, what it said being on standard error."""
    receiver, sender = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=bounded_cases, args=(name, seeds, sender))
    process.start()
    process.join(_LONGEST_TURN_S)
    process.kill()
    process.join()
    return receiver.recv() if process.exitcode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
