"""
A planning job as one TOML file: read, checked to the last key, and expanded into the scenarios it asks for.

Only what the file says is known here; whether a file exists or a rule set has that name is for the rooms that open
them. Every model is frozen, refuses unknown keys, and documents each key under it (`siting schema` prints them).
"""

from siting.scenario.alarm import FullAlarmTable
from siting.scenario.brigades import BrigadesTable
from siting.scenario.given import DemandTable, DistrictsTable, FacilitiesTable, SourceTable
from siting.scenario.ground import ClosureTable
from siting.scenario.hydrants import HydrantPlanTable, HydrantsTable
from siting.scenario.indicators import ByYearTable, IndicatorsTable
from siting.scenario.joint import JointTable, PlannedKind, TierTable
from siting.scenario.micro import DueTable, MicroStationsTable
from siting.scenario.plan import PlanTable, ScreeningTable
from siting.scenario.table import FORCES, Phases
from siting.scenario.whole import Scenario, ScenarioFile
from siting.scenario.workload import WorkloadTable

__all__ = [
    "FORCES", "BrigadesTable", "ByYearTable", "ClosureTable", "DemandTable", "DistrictsTable", "DueTable",
    "FacilitiesTable", "FullAlarmTable", "HydrantPlanTable", "HydrantsTable", "IndicatorsTable", "JointTable",
    "MicroStationsTable", "Phases", "PlanTable", "PlannedKind", "Scenario", "ScenarioFile", "ScreeningTable",
    "SourceTable", "TierTable", "WorkloadTable",
]  # fmt: skip
