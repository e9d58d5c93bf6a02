"""All checks in a row; one difference is enough to fail, and every one is named."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import BadZipFile

from shapely.errors import ShapelyError

from siting.errors import VerificationError
from siting.verification.alarm_checks import check_alarm
from siting.verification.asked_checks import check_asked
from siting.verification.basis_checks import check_basis, check_requirements
from siting.verification.brigade_checks import check_brigades
from siting.verification.cell_checks import check_cells
from siting.verification.claim import Claim, Verification
from siting.verification.finding_checks import check_findings, not_checked
from siting.verification.grid_checks import check_grid
from siting.verification.headline_checks import check_headline, check_texts
from siting.verification.hydrant_checks import check_hydrants
from siting.verification.indicator_checks import check_indicators
from siting.verification.joint_checks import check_joint
from siting.verification.lane_checks import check_lanes
from siting.verification.layer_checks import check_layers, check_said_twice
from siting.verification.map_checks import check_held
from siting.verification.memo_checks import check_memo
from siting.verification.micro_checks import check_micro
from siting.verification.mix_checks import check_mix
from siting.verification.place_checks import check_places
from siting.verification.plan_checks import check_plans
from siting.verification.schema import not_said
from siting.verification.screening_checks import check_screening
from siting.verification.sum_checks import check_demand, check_districts, check_key_figures, check_units
from siting.verification.table_checks import check_tables, check_workbook
from siting.verification.workload_checks import check_workload
from siting.verification.written import Written, read_written

NOT_CHECKED = (
    "people read and those outside the study area, beyond their sum",
    "how past calls were smoothed onto the cells, and which of them count",
    "whether the solver's bound is a bound: only that value, bound and gap fit each other",
    "metres of hose along roads to cells and buildings, people along the street that a lot of hydrants closes",
    "districts as drawn, but for who lives in them: judge their map again with `siting districts check`",
    "planned districts: seconds that a next station is later; worst places of clauses, in words",
    "whom a brigade that is missing would gain, and whom micro stations reach by engine",
    "notes, remarks, worst places, and outlines of isochrones",
    "what the map draws and the memo says besides headline, labels and key figures; districts.png",
    "layers written once more, as FlatGeobuf, GeoParquet or into a database",
    "by what method a plan was found, in how long, and on which day",
    "distances of candidates from exits, hazards, water and railways, which stand in the input files",
    "whether the road that a place hangs on is the one it should: only that it hangs on it as printed",
    "input files: compare the digests under provenance",
)
BREAKS = (ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError,
          TypeError, ValueError, BadZipFile, ShapelyError, zlib.error)  # fmt: skip
"""What a check may stumble over in files that anybody may have written; XML that is none is a SyntaxError."""
CHECKS: tuple[Callable[[Written], Iterator[Claim]], ...] = (
    check_basis,
    check_asked,
    check_layers,
    check_said_twice,
    check_demand,
    check_mix,
    check_places,
    check_cells,
    check_districts,
    check_units,
    check_plans,
    check_held,
    check_joint,
    check_alarm,
    check_workload,
    check_hydrants,
    check_lanes,
    check_micro,
    check_grid,
    check_brigades,
    check_indicators,
    check_screening,
    check_requirements,
    check_findings,
    check_key_figures,
    check_texts,
    check_headline,
    check_memo,
    check_tables,
    check_workbook,
)


def verify(folder: Path) -> Verification:
    """
    Recompute every printed figure of a written proposal from its own files.

    Raises
    ------
    VerificationError
        If any figure differs; the message lists every difference.
    InputError
        If the summary or the GeoPackage is missing, cannot be read, or lacks what a proposal has.
    """
    written = read_written(Path(folder))
    claims = tuple(claim for check in CHECKS for claim in _held(check, written))
    wrong = [claim for claim in claims if not claim.agrees]
    if wrong:
        listed = "\n".join(f"  - {claim}" for claim in wrong)
        raise VerificationError(f"{folder}: {len(wrong)} of {len(claims)} printed figures do not agree\n{listed}")
    return Verification(claims, (*NOT_CHECKED, *not_said(written.summary), *not_checked(written)))


def _held(check: Callable[[Written], Iterator[Claim]], written: Written) -> Iterator[Claim]:
    """The claims of one check; where the files cannot be computed with, that is a difference and not a crash."""
    try:
        yield from check(written)
    except BREAKS as fault:
        about = check.__name__.removeprefix("check_").replace("_", " ")
        yield Claim(about, f"what cannot be computed with ({type(fault).__name__}: {fault})", "nothing", agrees=False)
