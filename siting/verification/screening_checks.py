"""Candidates that siting clauses speak against: beyond their limits, set aside or kept by a note, counted right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.verification.claim import Claim, rows, same
from siting.verification.written import Written

_AT_MOST = ("percent",)
"""Units of what may not exceed its limit; all else may not fall below it."""


def check_screening(written: Written) -> Iterator[Claim]:
    """Nothing where no screening was asked for."""
    told = written.summary.get("screening")
    if told is None:
        return
    table, layer = written.layers["table_screened"], written.layers["candidates_screened"]
    is_beyond = np.where(table.unit.isin(_AT_MOST), table.measured > table.limit, table.measured < table.limit)
    wrong = table.measured.notna() & ~is_beyond
    yield rows("screened: beyond the limit", table.site_id, table.measured, table.limit, wrong)
    yield same("screening.by_clause", told["by_clause"], table.groupby("clause_id").site_id.nunique().to_dict())
    kept = table[table.kept_because.fillna("") != ""].drop_duplicates("site_id").set_index("site_id").kept_because
    yield same("screening.overridden", told["overridden"], kept.to_dict())
    rejects = table.confidence == "high"
    yield rows("screened: rejects", table.site_id, table.rejects, rejects, table.rejects != rejects)
    rejected = set(table.site_id[rejects]) - set(kept.index)
    yield same("screening.set_aside", told["set_aside"], len(rejected))
    yield same("candidates_screened: sites", sorted(layer.site_id), sorted(set(table.site_id)))
    yield same("candidates_screened: rejected", sorted(layer.site_id[layer.is_rejected.astype(bool)]), sorted(rejected))
    status = written.layers["stations"].set_index("site_id").status
    yield same("screened: status", sorted(set(status[sorted(rejected)])), ["not_used"] if rejected else [])
