"""All checks in a row; one difference is enough to fail, and every one is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from siting.errors import VerificationError
from siting.verification.cell_checks import check_cells
from siting.verification.claim import Claim, Verification
from siting.verification.finding_checks import check_findings, not_checked
from siting.verification.hydrant_checks import check_hydrants
from siting.verification.paper_checks import check_headline, check_tables
from siting.verification.plan_checks import check_plans
from siting.verification.sum_checks import check_demand, check_districts, check_key_figures, check_units
from siting.verification.written import Written, read_written

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
