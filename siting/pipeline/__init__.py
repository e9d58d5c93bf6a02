"""Scenario -> proposal: the only room that knows the order of the others."""

from siting.pipeline.calibration import calibrate_profile, calibration_text
from siting.pipeline.checked import checked_text
from siting.pipeline.districts import check_districts, plan_districts
from siting.pipeline.isochrones import isochrones_at
from siting.pipeline.propose import audit, check, only_scenario, propose
from siting.pipeline.run import COMPARISON, run
from siting.pipeline.siting_proposal import SitingProposal

__all__ = [
    "COMPARISON",
    "SitingProposal",
    "audit",
    "calibrate_profile",
    "calibration_text",
    "check",
    "check_districts",
    "checked_text",
    "isochrones_at",
    "only_scenario",
    "plan_districts",
    "propose",
    "run",
]
