"""Today beside proposed, with the proof and the provenance: what is claimed, and on what evidence."""

from siting.proposal.plan import DistrictAnswer, Plan
from siting.proposal.plan_answers import (
    AlternativeAnswer,
    Answers,
    CurveAnswer,
    LossAnswer,
    PhaseAnswer,
    SampleAnswer,
    SiteAnswer,
)
from siting.proposal.proposal import Proposal
from siting.proposal.service_answers import BrigadeAnswer, IndicatorAnswer
from siting.proposal.standing import stands

__all__ = [
    "AlternativeAnswer",
    "Answers",
    "BrigadeAnswer",
    "CurveAnswer",
    "DistrictAnswer",
    "IndicatorAnswer",
    "LossAnswer",
    "PhaseAnswer",
    "Plan",
    "Proposal",
    "SampleAnswer",
    "SiteAnswer",
    "stands",
]
