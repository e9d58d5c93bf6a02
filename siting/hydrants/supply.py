"""Hydrants that give too little water, by the flow and pressure of their table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.hydrants.forms import CRANE, INTAKE, is_form
from siting.hydrants.limits import HydrantLimits
from siting.language import Language, word


def weak_reason(table: pd.DataFrame, limits: HydrantLimits, language: Language) -> np.ndarray:
    """
    Why a row gives too little; "" where it gives enough or nobody measured it.

    An intake is judged by nothing: the engine's own pump lifts its water.

    Examples
    --------
    >>> table = pd.DataFrame({"class": "", "flow_lps": [20.0, 9.5, None], "pressure_mpa": 0.2})
    >>> weak_reason(table, HydrantLimits(), "en").tolist()
    ['', 'gives less than 15 L/s', '']
    """
    is_crane = is_form(table, CRANE)
    checks = (
        ("pressure_mpa", limits.pressure_mpa, ~is_crane, "reason_low_pressure"),
        ("flow_lps", limits.flow_lps, ~is_crane, "reason_low_flow"),
        ("flow_lps", limits.crane_flow_lps, is_crane, "reason_low_flow"),
    )
    reason = np.full(len(table), "", dtype=object)
    for column, least, rows, key in checks:
        if column in table:
            weak = table[column].to_numpy(dtype=np.float64) < least
            reason[weak & rows & ~is_form(table, INTAKE)] = word(key, language, least=f"{least:g}")
    return reason
