"""What planners ask beyond one plan: curves, phases, losses, alternatives, and how sure a site is."""

from siting.optimise.questions.alternatives import alternatives
from siting.optimise.questions.curve import CurvePoint, curve
from siting.optimise.questions.loss import Loss, contribution, if_lost
from siting.optimise.questions.phases import Phase, phases
from siting.optimise.questions.sensitivity import Sensitivity, sensitivity

__all__ = [
    "CurvePoint",
    "Loss",
    "Phase",
    "Sensitivity",
    "alternatives",
    "contribution",
    "curve",
    "if_lost",
    "phases",
    "sensitivity",
]
