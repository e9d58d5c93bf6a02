"""Problem -> reduce -> warm start -> solve -> certificate."""

from siting.optimise.merge import merged
from siting.optimise.objectives import OBJECTIVES
from siting.optimise.problem import Problem, covered_weight, is_covered, simple_problem
from siting.optimise.solution import Solution
from siting.optimise.solve import solve
from siting.optimise.terms import Terms
from siting.optimise.watch import Progress

__all__ = [
    "OBJECTIVES",
    "Problem",
    "Progress",
    "Solution",
    "Terms",
    "covered_weight",
    "is_covered",
    "merged",
    "simple_problem",
    "solve",
]
