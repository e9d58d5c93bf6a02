"""All checks in a row; one difference is enough to fail, and every one is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from siting.errors import VerificationError
from siting.verify.cell_checks import check_cells
from siting.verify.claim import Claim, Verification
from siting.verify.finding_checks import check_findings, not_checked
from siting.verify.hydrant_checks import check_hydrants
from siting.verify.paper_checks import check_headline, check_tables
from siting.verify.plan_checks import check_plans
from siting.verify.sum_checks import check_demand, check_districts, check_key_figures, check_units
from siting.verify.written import Written, read_written

CHECKS: tuple[Callable[[Written], Iterator[Claim]], ...] = (
    check_demand,
    check_cells,
    check_districts,
    check_units,
    check_plans,
    check_hydrants,
    check_findings,
    check_key_figures,
    check_tables,
    check_headline,
)


def verify(folder: Path) -> Verification:
    """
    Recompute every printed figure of a written proposal from its own files.

    Raises
    ------
    VerificationError
        If any figure differs; the message lists every difference.
    InputError
        If the folder holds no summary or no GeoPackage.
    """
    written = read_written(Path(folder))
    claims = tuple(claim for check in CHECKS for claim in check(written))
    wrong = [claim for claim in claims if not claim.agrees]
    if wrong:
        listed = "\n".join(f"  - {claim}" for claim in wrong)
        raise VerificationError(f"{folder}: {len(wrong)} of {len(claims)} printed figures do not agree\n{listed}")
    return Verification(claims, not_checked(written))
