"""Risk: mixed once more from its parts, by the shares that the scenario states."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from siting.verification.claim import Claim, column, number, same
from siting.verification.written import Written

POINTS = 100_000.0
"""Inside the boundary, whatever they are made of."""
_SUM = 1e-6


def check_mix(written: Written) -> Iterator[Claim]:
    """Nothing where demand is no mix."""
    demand, cells = written.summary["demand"], written.layers["cells"]
    if "parts" not in demand:
        return
    stated = written.summary["provenance"]["scenario"]["demand"]["parts"]
    yield same("demand.parts", [row["part"] for row in demand["parts"]], list(stated))
    shares = {name: 1.0 if part["share"] is None else part["share"] for name, part in stated.items()}
    points = np.zeros(len(cells))
    for row in demand["parts"]:
        name, own = row["part"], cells[f"part_{row['part']}"]
        share, inside = shares[name] / math.fsum(shares.values()), float(own.sum())
        yield number(f"demand.parts {name}: share_points", row["share_points"], share)
        yield number(f"demand.parts {name}: inside", row["inside"], inside, _SUM * max(1.0, inside))
        yield number(f"demand.parts {name}: read", row["read"], row["inside"] + row["outside"], _SUM * max(1.0, inside))
        yield number(f"demand.parts {name}: points_each", row["points_each"], POINTS * share / inside)
        points += POINTS * share * own / inside
    yield column("cells.people, mixed again", cells.cell_id, cells.people, points, _SUM)
    yield same("cells.residents there", "residents" in cells, demand["residents"] is not None)
    if demand["residents"] is not None:
        living = cells[f"part_{demand['residents']}"]
        yield column("cells.residents", cells.cell_id, cells.residents, living, _SUM)
