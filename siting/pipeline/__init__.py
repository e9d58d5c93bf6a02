"""Scenario -> proposal: the only room that knows the order of the others."""

from siting.pipeline.calibration import calibrate_profile, calibration_text
from siting.pipeline.checked import checked_text
from siting.pipeline.compare import Comparison, compare
from siting.pipeline.districts import check_districts, plan_districts
from siting.pipeline.isochrones import isochrones_at
from siting.pipeline.propose import audit, check, only_scenario, propose
from siting.pipeline.provenance import asked_digest
from siting.pipeline.run import COMPARISON, answer_folders, check_table, run, write_table
from siting.pipeline.siting_proposal import SitingProposal

__all__ = [
    "COMPARISON",
    "Comparison",
    "SitingProposal",
    "answer_folders",
    "asked_digest",
    "audit",
    "calibrate_profile",
    "calibration_text",
    "check",
    "check_districts",
    "check_table",
    "checked_text",
    "compare",
    "isochrones_at",
    "only_scenario",
    "plan_districts",
    "propose",
    "run",
    "write_table",
]
