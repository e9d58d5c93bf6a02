"""Sites besides stations: how near to the proven bound plans of them come, and how long they take."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from benchmarks.hydrants import hydrants
from benchmarks.measurement import Measurement, machine_s
from benchmarks.networks import REAL
from siting.optimise import Solution
from siting.pipeline.material import Material
from siting.pipeline.plan import plan
from siting.pipeline.read_material import read_material
from siting.scenario import Scenario
from siting.scenario_file import read_scenarios
from siting.synthetic import demo_folder

SCRIPTS = Path(__file__).parents[1] / "scripts"
GAP_PERCENT, SECONDS = 1.0, 60.0


def measure(*, quick: bool) -> list[Measurement]:
    """Optimality gaps and CPU seconds of plans, without the reading of files."""
    if quick:
        return [*_micro_stations("built-in district, 500 m", _demo(500.0), "mclp", 5), *hydrants(quick=True)]
    lines = [*hydrants(quick=False), *_micro_stations("built-in district, 100 m", _demo(100.0), "mclp", 60)]
    if REAL.exists():
        scenarios = read_scenarios(SCRIPTS / "porto_alegre.toml", data_folder=REAL / "porto_alegre")
        asked = scenarios["micro"]
        for objective, sites in (("mclp", 60), ("mclp", 200), ("lscp", None)):
            lines += _micro_stations("Porto Alegre, 1,227 hexagons", asked, objective, sites)
    return lines


def _micro_stations(place: str, scenario: Scenario, objective: str, sites: int | None) -> list[Measurement]:
    given = read_material(scenario, lambda _: nullcontext())
    solution, seconds = _planned(scenario, given, objective, sites)
    free = int((given.facilities["micro_station"].status == "candidate").sum())
    work = f"{place}: micro stations, {objective}{'' if sites is None else f' {sites}'} of {free:,}"
    gap = 100.0 * solution.optimality_gap
    return [
        Measurement(f"{work}, gap", "the proven bound", GAP_PERCENT, gap, "%", at_most=True),
        Measurement(f"{work}, reach and plan", "", SECONDS, seconds, "CPU s", at_most=True),
    ]


def _planned(scenario: Scenario, given: Material, objective: str, sites: int | None) -> tuple[Solution, float]:
    asked = next(one for one in scenario.plan if one.kind == "micro_station")
    question = {"objective": objective, "sites": sites, "time_limit_s": SECONDS, "relative_gap": GAP_PERCENT / 100.0}
    table = asked.model_copy(update=question)
    began = machine_s()
    answer = plan(table, given, "en")
    return answer.plan.solution, machine_s() - began


def _demo(cell_m: float) -> Scenario:
    """The built-in district with sites along its streets."""
    scenario = next(iter(read_scenarios(demo_folder() / "scenario.toml").values()))
    document = scenario.model_dump(by_alias=True, exclude_unset=True)
    document["study_area"]["cell_m"] = cell_m
    document |= {
        "candidates": {"micro_station": {"spacing_m": 200.0, "highway": ["residential", "tertiary", "unclassified"]}},
        "micro_stations": {},
        "plan": [{"kind": "micro_station", "objective": "mclp", "sites": 1}],
    }
    return Scenario.model_validate(document)
