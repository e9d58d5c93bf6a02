"""One function for each command: what it takes, the call it makes, what it prints. `spoken` gives each its help."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from siting.cli.options import (
    AllowOutside,
    AsJson,
    Data,
    Lang,
    NoCache,
    Out,
    Page,
    ScenarioPath,
    groups_of,
    language_of,
    numbers,
    say,
    told,
)
from siting.language import machine_language, word

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
districts_app = typer.Typer(no_args_is_help=True)
app.add_typer(districts_app, name="districts")

DONE, INPUT_FAULT, USAGE, NO_PLAN, CLAUSE_BROKEN = 0, 1, 2, 3, 4
"""Exit codes; 2 is what the argument parser itself ends with."""


@app.callback()
def before(context: typer.Context, lang: Lang = None) -> None:
    """What stands before the command holds for every command."""
    if language_of(lang) is not None:
        own = {"lang": lang}
        names = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
        context.default_map = dict.fromkeys(names, own) | {"districts": {"check": own}}


@app.command()
def demo(out: Out = Path("out/demo"), lang: Lang = None) -> None:
    """Propose for the built-in district."""
    from siting.pipeline import only_scenario, propose
    from siting.pipeline.search_line import finishing_aloud
    from siting.synthetic import demo_folder

    scenario = only_scenario(demo_folder() / "scenario.toml").asked(language_of(lang))
    with finishing_aloud(scenario.outputs.language):
        proposal = propose(scenario, progress=told)
        folder = proposal.write(out)
    say(f"{proposal.summary()} \n")
    for file in sorted(folder.iterdir()):
        say(f"{file.name:<16} {file.stat().st_size / 1000:8,.0f} kB   {file}")


@app.command()
def run(
    scenario: ScenarioPath,
    out: Out,
    data: Data = None,
    allow_outside: AllowOutside = False,
    lang: Lang = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
) -> None:
    """Answer every scenario of a file."""
    from siting import pipeline

    comparison = pipeline.run(
        scenario, out, data_folder=data, allow_outside=allow_outside, language=language_of(lang),
        use_cache=not no_cache, progress=told,
    )  # fmt: skip
    _print_answers(comparison, str(out / pipeline.COMPARISON), as_json=as_json)


@app.command()
def batch(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...")],
    out: Out,
    workers: int | None = None,
    memory: str | None = None,
    scheduler: str | None = None,
    allow_outside: AllowOutside = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Answer many scenario files side by side."""
    from siting.batch import TABLE, run_batch

    table = run_batch(scenarios, out, workers=workers, memory=memory, scheduler=scheduler, allow_outside=allow_outside,
                      language=language_of(lang), progress=told)  # fmt: skip
    done = f"{(table.status == 'done').sum()} of {len(table)} done: {out / TABLE}"
    _print_answers(table, done, as_json=as_json)


@app.command()
def check(
    scenario: ScenarioPath,
    data: Data = None,
    allow_outside: AllowOutside = False,
    lang: Lang = None,
    no_cache: NoCache = False,
) -> None:
    """Read every input and plan nothing."""
    from siting.pipeline import check as check_inputs
    from siting.pipeline import checked_text
    from siting.scenario_file import read_scenarios

    for name, given in read_scenarios(scenario, data_folder=data, allow_outside=allow_outside).items():
        one = given.asked(language_of(lang), use_cache=not no_cache)
        say(checked_text(name, one, check_inputs(one, progress=told)))


@app.command()
def audit(
    scenario: ScenarioPath,
    out: Annotated[Path | None, typer.Option()] = None,
    data: Data = None,
    allow_outside: AllowOutside = False,
    lang: Lang = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
) -> None:
    """Judge today."""
    from siting.pipeline import audit as audit_today
    from siting.pipeline import only_scenario
    from siting.reports import audit_text, summary

    given = only_scenario(scenario, data_folder=data, allow_outside=allow_outside)
    asked = given.asked(language_of(lang), use_cache=not no_cache)
    proposal = audit_today(asked, progress=told)
    if out is not None:
        proposal.write(out, formats=asked.outputs.write)
    if as_json:
        _print_json(summary(proposal))
    else:
        say(audit_text(proposal))


@app.command()
def compare(
    proposals: Annotated[list[Path], typer.Argument(metavar="PROPOSAL...")],
    page: Page = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Lay proposals side by side."""
    from siting.files import whole_file
    from siting.pipeline import compare as compare_proposals

    compared = compare_proposals(proposals, language=language_of(lang), progress=told)
    if page is not None:
        with whole_file(page) as partial:
            compared.map().save(str(partial))
    if as_json:
        _print_json(compared.to_dict())
    else:
        say(compared.text())


@districts_app.command("check")
def check_districts(
    drawn: Annotated[str, typer.Argument(metavar="MAP")],
    scenario: ScenarioPath,
    layer: str | None = None,
    station_column: str | None = None,
    data: Data = None,
    allow_outside: AllowOutside = False,
    lang: Lang = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
) -> None:
    """Judge a drawn map of districts."""
    from siting import pipeline

    given = pipeline.only_scenario(scenario, data_folder=data, allow_outside=allow_outside)
    asked = given.asked(language_of(lang), use_cache=not no_cache)
    report = pipeline.check_districts(drawn, asked, layer=layer, station_column=station_column, progress=told)
    if as_json:
        _print_json(report.to_dict())
    else:
        say(report.text())
    if not report.is_lawful:
        raise typer.Exit(CLAUSE_BROKEN)


@app.command()
def isochrones(
    roads: Annotated[Path, typer.Argument(metavar="ROADS")],
    at: Annotated[list[str], typer.Option()],
    out: Annotated[str, typer.Option()],
    page: Page = None,
    minutes: str = "4",
    form: str = "overlap",
    speeds: str = "fire-engine",
    traffic: str | None = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Outline the land that is reached."""
    from siting.pipeline import isochrones_at

    places = [numbers("--at", text, count=2) for text in at]
    limits = numbers("--minutes", minutes)
    reached = isochrones_at(
        roads, places, minutes=limits, form=form, out=out, page=page, speeds=speeds, traffic=traffic,
        language=language_of(lang) or machine_language(os.environ), progress=told,
    ).drop(columns="geometry")  # fmt: skip
    if as_json:
        _print_json(reached.to_dict("records"))
    else:
        say(reached.to_string(index=False))


@app.command()
def calibrate(
    runs: Annotated[str, typer.Argument(metavar="RUNS")],
    roads: Annotated[Path, typer.Option()],
    out: Out,
    profile: str = "fire-engine",
    traffic: str | None = None,
    group: list[str] | None = None,
    lang: Lang = None,
) -> None:
    """Fit a speed profile to observed runs."""
    from siting.pipeline import calibrate_profile, calibration_text

    groups = groups_of(group) if group else None
    found = calibrate_profile(runs, roads, out, speeds=profile, traffic=traffic, groups=groups, progress=told)
    say(calibration_text(found, language_of(lang) or machine_language(os.environ)))
    say(out)


@app.command()
def rules(name: Annotated[str | None, typer.Argument()] = None, as_json: AsJson = False) -> None:
    """Print the standards."""
    from siting.rules import explain, load_rules, rule_names

    if name is not None:
        ruleset = load_rules(name)
        if as_json:
            _print_json(dataclasses.asdict(ruleset))
        else:
            say(explain(ruleset))
        return
    every = [load_rules(each) for each in rule_names()]
    if as_json:
        _print_json([{"id": each.id, "title": each.title} for each in every])
        return
    for each in every:
        say(f"{each.id:<18} {each.title['en']}  {each.title['zh']}")


@app.command()
def fetch(
    place: Annotated[str, typer.Argument(metavar="PLACE")],
    out: Out,
    buffer_m: float = 3000.0,
    overpass_url: str | None = None,
    nominatim_url: str | None = None,
) -> None:
    """Download a place from OpenStreetMap."""
    from siting.inputs.fetch import fetch_place

    folder = fetch_place(place, out, buffer_m=buffer_m, overpass_url=overpass_url, nominatim_url=nominatim_url)
    for file in sorted(folder.iterdir()):
        say(file)


@app.command()
def verify(folder: Annotated[Path, typer.Argument(metavar="PROPOSAL")], as_json: AsJson = False) -> None:
    """Recompute every figure of a written proposal."""
    from siting.verification import verify as verify_folder

    found = verify_folder(folder)
    if as_json:
        _print_json(dataclasses.asdict(found))
    else:
        say(found)


@app.command()
def doctor(lang: Lang = None, as_json: AsJson = False) -> None:
    """Look at this machine."""
    from siting.doctor import examine

    language = language_of(lang) or machine_language(os.environ)
    looked = examine(language)
    is_well = not any(each.advice for each in looked)
    if as_json:
        _print_json([dataclasses.asdict(each) for each in looked])
    else:
        for each in looked:
            say(f"{'!!' if each.advice else 'ok'}  {each.name}: {each.found}")
            if each.advice:
                say(f"    {each.advice}")
        if is_well:
            say(word("doctor_fine", language))
    if not is_well:
        raise typer.Exit(INPUT_FAULT)


@app.command()
def schema(table: Annotated[str | None, typer.Argument()] = None) -> None:
    """Print the keys of a table of the scenario file, or the JSON Schema of all of it."""
    from siting.scenario import ScenarioFile
    from siting.scenario.keys import key_tables
    from siting.tables import unknown

    if table is None:
        _print_json(ScenarioFile.model_json_schema(by_alias=True))
        return
    tables = key_tables()
    if table.strip("[]") not in tables:
        raise typer.BadParameter(unknown(table, tables), param_hint="TABLE")
    say(tables[table.strip("[]")].text())


@app.command()
def completion(shell: Literal["bash", "zsh", "fish", "powershell"]) -> None:
    """Print what makes a shell complete commands and options."""
    os.environ["_SITING_COMPLETE"] = f"source_{shell}"  # how the parser is asked for it
    typer.main.get_command(app)(args=[], prog_name="siting")


def _print_answers(table: pd.DataFrame, last: str, *, as_json: bool) -> None:
    """The headline of each scenario, or what is wrong with it, and a last line; a fault in one is an exit code."""
    if as_json:
        say(table.to_json(orient="records", force_ascii=False, indent=2))
    else:
        for row in table.to_dict("records"):
            say(f"{row['scenario']}: {row['headline'] if row['status'] == 'done' else row['status']}")
        say(last)
    if (table.status != "done").any():
        raise typer.Exit(INPUT_FAULT)


def _print_json(value: Any) -> None:
    """Strict JSON, Chinese as it is read."""
    from siting.reports.plain import as_json

    say(json.dumps(as_json(value), ensure_ascii=False, indent=2, allow_nan=False))
