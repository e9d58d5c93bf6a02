"""Stations and their lawful districts: DistrictProblem -> search and bounds -> DistrictPlan with certificate."""

from siting.districting.from_area import district_problem
from siting.districting.own_caps import with_own_caps
from siting.districting.plan import REASONS, DistrictPlan, breaches
from siting.districting.problem import DistrictProblem, simple_districts
from siting.districting.solve import plan_districts

__all__ = [
    "REASONS",
    "DistrictPlan",
    "DistrictProblem",
    "breaches",
    "district_problem",
    "plan_districts",
    "simple_districts",
    "with_own_caps",
]
