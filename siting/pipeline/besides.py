"""What a scenario asks besides its plans: all forces in one picture, the full alarm, workload, indicators."""

from __future__ import annotations

from dataclasses import dataclass

from siting.full_alarm import AlarmAnswer
from siting.pipeline.alarm import alarm_answer
from siting.pipeline.brigades import brigade_answer
from siting.pipeline.built import Built
from siting.pipeline.indicators import indicator_answer
from siting.pipeline.material import Material, Step
from siting.pipeline.workload import workload_answer
from siting.proposal import BrigadeAnswer, IndicatorAnswer
from siting.rules import Situation
from siting.scenario import Scenario
from siting.workload import WorkloadAnswer


@dataclass(frozen=True)
class Besides:
    """The answers of a `siting.proposal.Proposal` that hang on no plan; None where the scenario does not ask."""

    brigades: BrigadeAnswer | None
    full_alarm: AlarmAnswer | None
    workload: WorkloadAnswer | None
    indicators: IndicatorAnswer | None


def besides(
    scenario: Scenario, given: Material, after: Built, today: Situation, proposed: Situation, step: Step
) -> Besides:
    """
    Each of these answers that the scenario asks for, today and with what the plans leave standing.

    Parameters
    ----------
    step
        Opened around each answer, with its name.
    """
    brigades = full_alarm = workload = indicators = None
    if scenario.brigades is not None:
        with step("brigades"):
            where = (after.facilities, today, proposed, scenario.roads.snap_limit_m)
            brigades = brigade_answer(scenario.brigades, given, *where)
    if scenario.full_alarm is not None:
        with step("full alarm"):
            full_alarm = alarm_answer(scenario.full_alarm, given, after.facilities)
    if given.calls is not None:
        with step("workload"):
            workload = workload_answer(given, given.calls, after.facilities)
    if scenario.indicators is not None:
        with step("indicators"):
            what = (scenario.indicators, given, after.facilities, after.plans)
            indicators = indicator_answer(scenario, *what, today, proposed)
    return Besides(brigades, full_alarm, workload, indicators)
