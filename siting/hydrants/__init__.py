"""Hydrants: what they serve, where they are short, and the fewest new ones that close the gaps."""

from siting.hydrants.cover import HydrantCover, hydrant_cover
from siting.hydrants.limits import DUE, HydrantLimits
from siting.hydrants.plan import HydrantPlan, plan_hydrants
from siting.hydrants.sites import Standing
from siting.hydrants.supply import weak_reason

__all__ = [
    "DUE",
    "HydrantCover",
    "HydrantLimits",
    "HydrantPlan",
    "Standing",
    "hydrant_cover",
    "plan_hydrants",
    "weak_reason",
]
