"""Every objective and every question asked from a scenario file, answered, written, and held to the written files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

import siting
from siting import toy
from siting.errors import InfeasibleError, InputError, VerificationError
from siting.optimise import OBJECTIVES
from siting.pipeline import SitingProposal, check, only_scenario
from siting.pipeline.asked import ASKABLE
from siting.pipeline.workload import with_busy_shares
from siting.scenario import PlanTable
from siting.verification.workload_checks import check_workload
from siting.verification.written import read_written
from tests.pipeline.conftest import PLAIN, rewrite

OBJECTIVE = {
    "lscp": 'keep = "none"\nnew_cost = 3.0\nclose_cost = 0.5',
    "mclp": "sites = 1",
    "backup": "sites = 2",
    "full_alarm": "sites = 2\ngive_up = 0.1\n[full_alarm]\nengines = 2\nfirst_s = 70\nall_s = 150",
    "expected": "sites = 2\nbusy_share = 0.3",
    "capacitated": "sites = 1\npeople_limit = 300",
    "equity": "sites = 2\nfloor = 0.3\nstation_in_each_unit = true",
    "p_median": "sites = 1",
    "p_center": "sites = 1",
    "robust": "sites = 1\nstates = {peak = 0.7}",
    "district": "sites = 1",
    "robust_mean": "sites = 1\nstates = {peak = 0.7}\nchance = {usual = 3.0, peak = 1.0}",
}
QUESTIONS = """\
sites = 2
phases = {2027 = 1, 2030 = 2}
curve = 3
alternatives = 2
if_lost = true
sensitivity = true
"""
FORMATS = [*PLAIN, "map", "xlsx", "memo"]
"""All that speaks of an objective; `memo_html` is the memo again, and `figures` draws districts."""
Answer = dict[str, Any]


@pytest.fixture(scope="session")
def folders() -> dict[str, Path]:
    """Written proposals by their question, made once."""
    return {}


@pytest.fixture
def asked(
    town: Path, edit, folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The folder of the proposal for some keys of [[plan]], with 70 s to drive and two townships, west and east."""

    def answer(keys: str) -> Path:
        if keys not in folders:
            _stricter(town, edit)
            edit("sites = 1", keys)
            folders[keys] = siting.propose(town).write(tmp_path_factory.mktemp("asked") / "out", formats=FORMATS)
        return folders[keys]

    return answer


def _stricter(town: Path, edit) -> None:
    text = Path(siting.__file__).parent.joinpath("rules/data/cn-jb152-2017.toml").read_text("utf-8")
    local = text.replace("response_limit_s = 300", "response_limit_s = 130").replace("cn-jb152-2017", "local")
    town.with_name("local.toml").write_text(local, "utf-8")
    edit('["cn-jb152-2017", "cn-gb50974-2014"]', '"local.toml"')
    edit("cell_m = 100", 'cell_m = 100\nunits = "units.geojson"\nunits_name = "name"')
    x, y = toy.xy([(-100.0, -100.0), (1700.0, 1300.0)])
    middle = (x[0] + x[1]) / 2
    halves = [shapely.box(x[0], y[0], middle, y[1]), shapely.box(middle, y[0], x[1], y[1])]
    units = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=halves, crs=toy.CRS).to_crs("EPSG:4326")
    units.to_file(town.with_name("units.geojson"), driver="GeoJSON")


def plan_of(folder: Path) -> Answer:
    return dict(json.loads((folder / "summary.json").read_text("utf-8"))["plans"][0])


def changed(folder: Path, change: Callable[[Answer], None], to: Path) -> Path:
    """A copy of a proposal with something else in its plan."""
    shutil.copytree(folder, to)
    file = to / "summary.json"
    told = json.loads(file.read_text("utf-8"))
    change(told["plans"][0])
    file.write_text(json.dumps(told), "utf-8")
    return to


def test_every_objective_can_be_asked() -> None:
    """What the optimiser knows, a scenario can state."""
    assert set(ASKABLE) == {*OBJECTIVES, "district"} == set(OBJECTIVE)


@pytest.mark.parametrize("objective", OBJECTIVE)
def test_an_objective_is_answered_and_verified(asked, objective: str, tmp_path: Path) -> None:
    """Proven on a town this small; its value is computed again from the written roads, and another value is caught."""
    folder = asked(f'objective = "{objective}"\n{OBJECTIVE[objective]}')
    plan = plan_of(folder)
    assert plan["objective"] == objective
    assert plan["certificate"]["status"] == "optimal"
    assert all(claim.agrees for claim in siting.verify(folder).claims)

    def spoil(told: Answer) -> None:
        certificate = told["certificate"]
        certificate["value"] = certificate["bound"] = 1.01 * certificate["value"] + 1.0

    with pytest.raises(VerificationError, match=r"plan 1: (value|cost)"):
        siting.verify(changed(folder, spoil, tmp_path / "spoiled"))


def test_questions_are_answered_and_verified(asked) -> None:
    """Phases are nested, the curve rises, plans differ, and every file tells the same."""
    folder = asked(QUESTIONS)
    plan = plan_of(folder)
    answers = plan["answers"]
    assert [row["year"] for row in answers["phases"]] == [2027, 2030]
    assert sorted(site for row in answers["phases"] for site in row["chosen"]) == plan["added"]
    assert [row["sites"] for row in answers["curve"]] == [0, 1, 2, 3]
    assert answers["curve"][2]["value"] == plan["certificate"]["value"]
    assert answers["alternatives"][0]["behind"] == 0.0
    assert {row["site_id"] for row in answers["losses"]} == set(plan["added"])
    assert len(answers["samples"]) == 9
    assert {"S", *plan["added"]} <= {row["site_id"] for row in answers["sites"]}
    assert all(claim.agrees for claim in siting.verify(folder).claims)
    stations = gpd.read_file(folder / "proposal.gpkg", layer="stations").set_index("site_id")
    assert sorted(stations.opens_in[plan["added"]]) == ["2027", "2030"]
    assert "; standing by 2027: 1, 2030: 2" in json.loads((folder / "summary.json").read_text("utf-8"))["headline"]


def row(kind: str, position: int, key: str, value: object) -> Callable[[Answer], None]:
    def change(plan: Answer) -> None:
        plan["answers"][kind][position][key] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (row("phases", 0, "value", 1.0), "phase 2027: value"),
        (row("phases", 1, "loss", -5.0), "phase 2030: loss"),
        (row("phases", 0, "chosen", []), "each site opens once"),
        (row("curve", 2, "value", 1.0), "curve 2: value"),
        (row("curve", 1, "bound", 1.0), "curve 1: bound"),
        (row("curve", 1, "chosen", ["S", "S"]), "curve 1: sites"),
        (row("alternatives", 1, "behind", -1.0), "alternative 2: behind"),
        (row("alternatives", 1, "chosen", ["S", "S", "S"]), "alternative 2: sites"),
        (row("losses", 0, "anew", ["S", "S", "S"]), "anew: sites"),
        (row("samples", 1, "chosen", ["S", "S", "S"]), "sample slower: sites"),
        (row("losses", 0, "lost", 9999.0), "lost: printed 9999"),
        (row("losses", 0, "repaired_value", 9999.0), "repaired: value"),
        (row("samples", 1, "value", 9999.0), "sample slower: value"),
        (row("samples", 3, "usual_value", 9999.0), "sample shorter: usual_value"),
        (row("samples", 6, "value", 9999.0), "sample people_2: value"),
        (row("samples", 6, "sample", "people_7"), "samples drawn"),
        (row("sites", 0, "alone_proposed", 9999.0), "alone_proposed"),
        (row("sites", 0, "share_chosen", 0.123), "share of samples"),
    ],
)
def test_another_answer_is_caught(asked, change: Callable[[Answer], None], said: str, tmp_path: Path) -> None:
    """By the name of the answer."""
    with pytest.raises(VerificationError, match=said):
        siting.verify(changed(asked(QUESTIONS), change, tmp_path / "spoiled"))


def test_each_station_is_busy_its_own_share(town: Path, edit, tmp_path: Path) -> None:
    """S is out half of the time, new ones a tenth: from S alone half of whom it reaches; verified, other shares not."""
    _stricter(town, edit)
    rewrite(town.with_name("stations.geojson"), lambda table: table.assign(busy=0.5))
    edit("sites = 1", 'objective = "expected"\nsites = 0\nbusy_share = 0.1\nbusy_share_column = "busy"')
    alone = siting.propose(town)
    covered = alone.proposed.cells.people[alone.proposed.cells.is_covered].sum()
    assert alone.plans[0].solution.value == pytest.approx(0.5 * covered)
    edit("sites = 0", "sites = 2")
    folder = siting.propose(town).write(tmp_path / "out", formats=PLAIN)
    assert plan_of(folder)["certificate"]["value"] > 0.5 * covered
    assert all(claim.agrees for claim in siting.verify(folder).claims)

    def change(plan: Answer) -> None:
        plan["asked"]["busy_share"] = 0.2

    with pytest.raises(VerificationError, match="plan 1: value"):
        siting.verify(changed(folder, change, tmp_path / "spoiled"))


def test_steps_instead_of_years(town: Path, edit) -> None:
    """Each number is what its step adds."""
    edit("sites = 1", "phases = [0, 1]")
    (plan,) = siting.propose(town).plans
    assert [phase.year for phase in plan.answers.phases] == [1, 2]
    assert plan.solution.settings["sites"] == 1


def test_what_no_plan_covers_is_told_by_seconds(town: Path, edit) -> None:
    """The island has no road; from S alone all but one place are too far, by the toy's seconds to 10 s."""
    told = [note.message("en") for note in siting.propose(town).notes if note.topic == "topic_plan"]
    assert told == ["1 cell with demand (50 people): no road near; no plan covers it."]
    _stricter(town, edit)
    edit("[candidates.station]\nspacing_m = 200\n", "")
    edit('highway = ["residential", "tertiary", "secondary", "primary", "unclassified"]\n', "")
    edit("sites = 1", "sites = 0")
    notes = {note.key: note for note in siting.propose(town).notes}
    far = notes["note_cells_beyond"]
    over = [seconds for seconds in toy.SECONDS["S"] if 70 < seconds < float("inf")]
    assert (far.count, far.values["limit"]) == (len(over), 70.0)
    assert far.values["least"] == pytest.approx(min(over), abs=10.0)
    assert far.values["most"] == pytest.approx(max(over), abs=10.0)


def test_infeasible_says_which_unit_and_how_far(town: Path, edit) -> None:
    """A floor that not even all sites meet: the unit by name, what can be covered, and the seconds."""
    _stricter(town, edit)
    edit("sites = 1", 'objective = "equity"\nsites = 1\nfloor = 1.0')
    with pytest.raises(
        InfeasibleError,
        match=r"East: at most \d+.\d% can be covered, 100.0% is asked for; 1 cell has no way from any site. Cells: \w+",
    ):
        siting.propose(town)
    edit("[[plan]]", '[outputs]\nlanguage = "zh"\n[[plan]]')
    with pytest.raises(InfeasibleError, match=r"无可行解.*East：最多可覆盖.*计算单元："):
        siting.propose(town)


def test_fewer_alternatives_than_asked_for_are_told(town: Path, edit) -> None:
    """Without a new site there is one plan."""
    edit("sites = 1", "sites = 0\nalternatives = 3")
    told = [note.message("en") for note in siting.propose(town).notes if note.key == "note_fewer_alternatives"]
    assert told == [
        "1 of the 3 alternative plans asked for is given: no more of them differ so, or none was found in time."
    ]


def test_sensitivity_of_a_cost_budget(asked) -> None:
    """What is best for the money in every sample is told for each site, and verified."""
    folder = asked("cost_budget = 2.0\nsensitivity = true")
    samples = plan_of(folder)["answers"]["samples"]
    assert samples[0]["value"] == plan_of(folder)["certificate"]["value"]
    assert {len(row["chosen"]) for row in samples} <= {0, 1, 2}
    assert all(claim.agrees for claim in siting.verify(folder).claims)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("objective", "lscp"),
        ("phases", {"2027": 1, "2030": 3}),
        ("seed", 7),
        ("if_lost", False),
        ("curve", 4),
        ("alternatives", 3),
        ("time_limit_s", 600.0),
        ("relative_gap", 0.5),
    ],
)
def test_another_question_is_caught(asked, key: str, value: object, tmp_path: Path) -> None:
    """The question that is printed is the one that was answered."""

    def change(plan: Answer) -> None:
        plan["asked"][key] = value

    with pytest.raises(VerificationError, match=r" asked (for|about): printed"):
        siting.verify(changed(asked(QUESTIONS), change, tmp_path / "spoiled"))


def test_a_plan_without_any_station_is_written_and_verified(asked) -> None:
    """Nothing stands and nothing is built: no district to draw, and no figure of one."""
    plan = plan_of(asked('keep = "none"\nsites = 0'))
    assert (plan["kept"], plan["added"], plan["dropped"]) == ([], [], ["S"])
    assert plan["certificate"]["value"] == 0.0
    assert all(claim.agrees for claim in siting.verify(asked('keep = "none"\nsites = 0')).claims)


@pytest.mark.parametrize("objective", ["p_median", "p_center", "robust"])
def test_a_plan_that_serves_nobody_is_not_called_the_best(town: Path, edit, objective: str, tmp_path: Path) -> None:
    """Nobody lives within 1 s of a site, nor within the budget of an engine at a hundredth of its speed: said so."""
    keys = "states = {ice = 0.0001}" if objective == "robust" else "longest_s = 0.001"
    _stricter(town, edit)
    edit("sites = 1", f'objective = "{objective}"\nsites = 1\n{keys}')
    folder = siting.propose(town).write(tmp_path / "out", formats=PLAIN)
    assert plan_of(folder)["certificate"]["value"] == 0.0
    headline = json.loads((folder / "summary.json").read_text("utf-8"))["headline"]
    assert "proven that no plan serves any demand as asked" in headline
    assert "best" not in headline
    assert all(claim.agrees for claim in siting.verify(folder).claims)


def test_a_longest_drive_shorter_than_the_budget(asked) -> None:
    """Who can be reached is then reached within it; 70 s would count as covered."""
    folder = asked('objective = "p_center"\nsites = 4\nlongest_s = 50')
    assert plan_of(folder)["certificate"]["status"] == "optimal"
    assert plan_of(folder)["certificate"]["value"] <= 60.0 + 50.0
    assert all(claim.agrees for claim in siting.verify(folder).claims)


def test_costs_of_closing_and_moving(town: Path, edit) -> None:
    """A station moves when another place covers more than it and both costs are within the budget."""
    _stricter(town, edit)
    edit("sites = 1", 'keep = "none"\ncost_budget = 2.0\nkeep_cost = 2.0\nnew_cost = 1.0\nclose_cost = 1.0')
    (plan,) = siting.propose(town).plans
    assert (plan.kept, len(plan.added), plan.dropped) == ((), 1, ("S",))
    edit("close_cost = 1.0", "close_cost = 1.5")
    (plan,) = siting.propose(town).plans
    assert (plan.kept, plan.added, plan.dropped) == (("S",), (), ())


def test_an_audit_asks_nothing(town: Path) -> None:
    """No plan, so no answer and no sheet for one."""
    proposal = siting.audit(town)
    assert isinstance(proposal, SitingProposal)
    assert proposal.plans == ()


WORKLOAD = '[workload]\ncalls_per_hour = 1\nminutes_per_call = 60\nsource = "made up"\n'


def test_busy_shares_come_from_the_workload(town: Path, edit, tmp_path: Path) -> None:
    """S alone hears 950 of 1,000 calls, an hour each: it is out 0.95 / 1.95 of the time; other shares are caught."""
    _stricter(town, edit)
    edit("sites = 1", f'objective = "expected"\nsites = 2\nbusy_share = 0.1\n{WORKLOAD}')
    proposal = siting.propose(town)
    (plan,) = proposal.plans
    busy = plan.asked["busy_shares"]
    assert busy == {"S": pytest.approx(0.95 / 1.95)}
    assert [note.values["usual"] for note in proposal.notes if note.key == "note_busy_workload"] == ["0.10"]
    folder = proposal.write(tmp_path / "out", formats=PLAIN)
    assert all(claim.agrees for claim in siting.verify(folder).claims)

    def change(plan: Answer) -> None:
        plan["asked"]["busy_shares"]["S"] = 0.2

    spoiled = check_workload(read_written(changed(folder, change, tmp_path / "spoiled")))
    assert [claim.name for claim in spoiled if not claim.agrees] == [
        "workload: what is planned with is what is told of today"
    ]


def test_which_busy_shares_hold(town: Path) -> None:
    """The plan's own for new stations, else the mean of today's; a column before both; nobody's are refused."""
    town.write_text(town.read_text("utf-8") + WORKLOAD, "utf-8")
    given = check(only_scenario(town))
    table = PlanTable(objective="expected", sites=1)
    asked, busy, _ = with_busy_shares(table, given)
    assert busy is not None
    assert asked.busy_share == busy["S"] == pytest.approx(0.95 / 1.95)
    assert with_busy_shares(table.model_copy(update={"busy_share": 0.3}), given)[0].busy_share == 0.3
    _, none, (told,) = with_busy_shares(table.model_copy(update={"busy_share_column": "busy"}), given)
    assert none is None
    assert told.values == {"column": "busy"}
    nobody = given.facilities["station"].assign(status="candidate")
    with pytest.raises(InputError, match="no station stands today"):
        with_busy_shares(table, replace(given, facilities={"station": nobody}))
