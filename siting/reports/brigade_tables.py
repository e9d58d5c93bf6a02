"""Forces, townships and brigades as tables."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from siting.proposal import BrigadeAnswer


def forces_table(answer: BrigadeAnswer) -> pd.DataFrame:
    """A row for each force: how many stand, whether it counts, whom it reaches alone and with those before it."""
    return answer.forces


def brigades_table(answer: BrigadeAnswer) -> pd.DataFrame:
    """A row for each unit: what it has, and of those that go without, which is first and what it gains."""
    return answer.units.rename_axis("unit_id").reset_index()


def strengths_table(answer: BrigadeAnswer) -> pd.DataFrame:
    """A row for each brigade: ground and people against the standard."""
    return answer.strengths.rename_axis("site_id").reset_index()


BRIGADE_SHEETS: dict[str, Callable[[BrigadeAnswer], pd.DataFrame]] = {
    "forces": forces_table,
    "brigades": brigades_table,
    "brigade_strengths": strengths_table,
}
"""In the order of the workbook."""
