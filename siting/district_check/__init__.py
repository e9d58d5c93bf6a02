"""
A map of fire-station districts judged clause by clause, whoever drew it.

Nothing here comes from the rooms that make districts: land is overlaid as polygons, and drives are found by networkx on
the plain table of roads, so that a fault of the solver is not a fault of its judge.
"""

from siting.district_check.checks import CHECKS
from siting.district_check.clauses import map_clauses
from siting.district_check.drawn import CONSTRUCTION_LAND, DrawnMap, lay_over, polygons_of_cells
from siting.district_check.measures import measures
from siting.district_check.model import Clause, Verdict
from siting.district_check.read import read_map
from siting.district_check.report import DistrictReport, judge_map

__all__ = [
    "CHECKS",
    "CONSTRUCTION_LAND",
    "Clause",
    "DistrictReport",
    "DrawnMap",
    "Verdict",
    "judge_map",
    "lay_over",
    "map_clauses",
    "measures",
    "polygons_of_cells",
    "read_map",
]
