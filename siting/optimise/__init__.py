"""Problem -> reduce -> warm start -> solve -> certificate."""

from siting.optimise.problem import Problem, covered_weight, is_covered
from siting.optimise.solution import Solution

__all__ = ["Problem", "Solution", "covered_weight", "is_covered"]
