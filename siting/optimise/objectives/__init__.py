"""The questions that can be asked: one module each, one line here."""

from siting.optimise.objective import Objective
from siting.optimise.objectives import (
    backup,
    capacitated,
    equity,
    expected,
    full_alarm,
    lscp,
    mclp,
    p_center,
    p_median,
    robust,
    robust_mean,
)

OBJECTIVES: dict[str, Objective] = {
    "lscp": lscp.OBJECTIVE,
    "mclp": mclp.OBJECTIVE,
    "backup": backup.OBJECTIVE,
    "full_alarm": full_alarm.OBJECTIVE,
    "expected": expected.OBJECTIVE,
    "capacitated": capacitated.OBJECTIVE,
    "equity": equity.OBJECTIVE,
    "p_median": p_median.OBJECTIVE,
    "p_center": p_center.OBJECTIVE,
    "robust": robust.OBJECTIVE,
    "robust_mean": robust_mean.OBJECTIVE,
}

__all__ = ["OBJECTIVES"]
