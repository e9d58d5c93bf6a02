"""The questions that can be asked: one module each, one line here."""

from siting.optimise.objective import Objective
from siting.optimise.objectives import lscp, mclp

OBJECTIVES: dict[str, Objective] = {
    "lscp": lscp.OBJECTIVE,
    "mclp": mclp.OBJECTIVE,
}

__all__ = ["OBJECTIVES"]
