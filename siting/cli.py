"""Arguments in, calls into the package, answers out: no logic of its own."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from siting.errors import InfeasibleError, SitingError
from siting.language import LANGUAGES, Language

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

districts_app = typer.Typer(no_args_is_help=True, help="Maps of station districts.")
app.add_typer(districts_app, name="districts")

DONE, INPUT_FAULT, USAGE, NO_PLAN, CLAUSE_BROKEN = 0, 1, 2, 3, 4
"""Exit codes; 2 is what the argument parser itself ends with."""

Out = Annotated[Path, typer.Option(help="Folder to write into; made when missing.")]
Data = Annotated[Path | None, typer.Option(help="Where the scenario's files lie, instead of what it says.")]
Lang = Annotated[str | None, typer.Option(help="zh or en, instead of what the scenario says.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Read the roads anew, whatever [roads] cache says.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary for machines.")]
ScenarioPath = Annotated[Path, typer.Argument(help="Scenario file (TOML).", metavar="SCENARIO")]


@app.command()
def demo(out: Out = Path("out/demo"), lang: Lang = None) -> None:
    """Plan for the built-in synthetic district and show where the answer lies."""
    from siting.pipeline import only_scenario, propose
    from siting.synthetic import demo_folder

    scenario = only_scenario(demo_folder() / "scenario.toml").asked(_language(lang))
    proposal = propose(scenario, progress=_progress)
    folder = proposal.write(out)
    print(proposal.summary(), "\n")
    for file in sorted(folder.iterdir()):
        print(f"{file.name:<16} {file.stat().st_size / 1000:8,.0f} kB   {file}")


@app.command()
def run(
    scenario: ScenarioPath,
    out: Out,
    data: Data = None,
    lang: Lang = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
) -> None:
    """Answer every scenario of a file: a folder for each, and comparison.csv beside them."""
    from siting import pipeline

    comparison = pipeline.run(
        scenario, out, data_folder=data, language=_language(lang), use_cache=not no_cache, progress=_progress
    )
    if as_json:
        print(comparison.to_json(orient="records", force_ascii=False, indent=2))
        return
    for row in comparison.to_dict("records"):
        print(f"{row['scenario']}: {row['headline'] if row['status'] == 'done' else row['status']}")
    print(out / pipeline.COMPARISON)
    if (comparison.status != "done").any():
        raise typer.Exit(INPUT_FAULT)


@app.command()
def batch(
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario files (TOML).", metavar="SCENARIO...")],
    out: Out,
    workers: Annotated[int | None, typer.Option(help="Processes; one for each core when absent.")] = None,
    memory: Annotated[str | None, typer.Option(help="What each may hold, such as 4GiB.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, instead of processes here.")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Answer many scenario files side by side; asked again, it keeps what is finished and does the rest."""
    from siting.batch import TABLE, run_batch

    table = run_batch(scenarios, out, workers=workers, memory=memory, scheduler=scheduler, language=_language(lang),
                      progress=_progress)  # fmt: skip
    if as_json:
        print(table.to_json(orient="records", force_ascii=False, indent=2))
    else:
        for row in table.to_dict("records"):
            print(f"{row['scenario']}: {row['headline'] if row['status'] == 'done' else row['status']}")
        print(f"{(table.status == 'done').sum()} of {len(table)} done: {out / TABLE}")
    if (table.status != "done").any():
        raise typer.Exit(INPUT_FAULT)


@app.command()
def check(scenario: ScenarioPath, data: Data = None, lang: Lang = None, no_cache: NoCache = False) -> None:
    """Read every input of a scenario file and say what is wrong or was set aside, without planning."""
    from siting.pipeline import check as check_inputs
    from siting.pipeline import checked_text
    from siting.scenario_file import read_scenarios

    for name, given in read_scenarios(scenario, data_folder=data).items():
        one = given.asked(_language(lang), use_cache=not no_cache)
        print(checked_text(name, one, check_inputs(one, progress=_progress)))


@app.command()
def audit(
    scenario: ScenarioPath,
    out: Annotated[Path | None, typer.Option(help="Also write map, GeoPackage, workbook and summary here.")] = None,
    data: Data = None,
    lang: Lang = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
) -> None:
    """Judge what exists today against the standard; propose nothing."""
    from siting.pipeline import audit as audit_today
    from siting.pipeline import only_scenario
    from siting.reports import audit_text, summary

    asked = only_scenario(scenario, data_folder=data).asked(_language(lang), use_cache=not no_cache)
    proposal = audit_today(asked, progress=_progress)
    if out is not None:
        proposal.write(out)
    print(json.dumps(summary(proposal), ensure_ascii=False, indent=2) if as_json else audit_text(proposal))


@districts_app.command("check")
def check_districts(
    drawn: Annotated[
        Path, typer.Argument(help="Polygons with a column of station ids, drawn in a GIS.", metavar="MAP")
    ],
    scenario: ScenarioPath,
    layer: Annotated[str | None, typer.Option(help="Layer of the map, where it has several.")] = None,
    station_column: Annotated[str | None, typer.Option(help="Column of station ids; site_id or a usual name.")] = None,
    data: Data = None,
    lang: Lang = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
) -> None:
    """Judge a map of districts clause by clause; ends with 4 where one that shall or should hold is broken."""
    from siting import pipeline

    asked = pipeline.only_scenario(scenario, data_folder=data).asked(_language(lang), use_cache=not no_cache)
    report = pipeline.check_districts(drawn, asked, layer=layer, station_column=station_column, progress=_progress)
    print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else report.text())
    if not report.is_lawful:
        raise typer.Exit(CLAUSE_BROKEN)


@app.command()
def isochrones(
    roads: Annotated[Path, typer.Argument(help="Road file.", metavar="ROADS")],
    at: Annotated[list[str], typer.Option(help="LON,LAT in degrees; once for each place.")],
    out: Annotated[Path, typer.Option(help="GeoJSON or GeoPackage to write.")],
    page: Annotated[
        Path | None, typer.Option("--map", help="HTML map to write besides; it opens without internet.")
    ] = None,
    minutes: Annotated[str, typer.Option(help="Minutes of driving, such as 3,4,5.")] = "4",
    form: Annotated[
        str, typer.Option(help="overlap, rings (each limit without the shorter ones), dissolved, or nearest.")
    ] = "overlap",
    speeds: Annotated[str, typer.Option(help="Speed profile, or a TOML file of one's own.")] = "fire-engine",
    traffic: Annotated[str | None, typer.Option(help="One of its traffic factors: day, peak, night.")] = None,
) -> None:
    """Land a fire engine reaches from some places within some minutes of driving."""
    from siting.pipeline import isochrones_at

    places = [_numbers("--at", text, count=2) for text in at]
    limits = _numbers("--minutes", minutes)
    reached = isochrones_at(
        roads, places, minutes=limits, form=form, out=out, page=page, speeds=speeds, traffic=traffic, progress=_progress
    )
    print(reached.drop(columns="geometry").to_string(index=False))


@app.command()
def calibrate(
    runs: Annotated[Path, typer.Argument(help="CSV: from_lon, from_lat, to_lon, to_lat, seconds.", metavar="RUNS")],
    roads: Annotated[Path, typer.Option(help="Road file.")],
    out: Annotated[Path, typer.Option(help="Profile to write (TOML).")],
    profile: Annotated[str, typer.Option(help="Speed profile to begin with, or a TOML file.")] = "fire-engine",
    traffic: Annotated[str | None, typer.Option(help="Traffic that the runs met: day, peak, night.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(help="NAME=CLASS,CLASS: road classes with a factor of their own; once for each group."),
    ] = None,
    lang: Lang = None,
) -> None:
    """Fit a speed profile to observed runs, timed from wheels rolling to arrival."""
    from siting.pipeline import calibrate_profile, calibration_text

    language = _language(lang) or "en"
    groups = dict(_group(text) for text in group) if group else None
    found = calibrate_profile(runs, roads, out, speeds=profile, traffic=traffic, groups=groups, progress=_progress)
    print(calibration_text(found, language))
    print(out)


@app.command()
def rules(
    name: Annotated[
        str | None, typer.Argument(help="Rule set, or a file of one's own; all are listed when absent.")
    ] = None,
) -> None:
    """The standards that are shipped, or every requirement of one with its clause and confidence."""
    from siting.rules import explain, load_rules, rule_names

    if name is None:
        for each in map(load_rules, rule_names()):
            print(f"{each.id:<18} {each.title['en']}  {each.title['zh']}")
        return
    print(explain(load_rules(name)))


@app.command()
def fetch(
    place: Annotated[str, typer.Argument(help="Name of the place, as OpenStreetMap knows it.", metavar="PLACE")],
    out: Out,
    buffer_m: Annotated[float, typer.Option(help="How far outside the boundary to fetch, in metres.")] = 3000.0,
    overpass_url: Annotated[str | None, typer.Option(help="Another Overpass server.")] = None,
    nominatim_url: Annotated[str | None, typer.Option(help="Another Nominatim server.")] = None,
) -> None:
    """Download boundary, roads, stations and hydrants of a place from OpenStreetMap (needs internet)."""
    from siting.inputs.fetch import fetch_place

    folder = fetch_place(place, out, buffer_m=buffer_m, overpass_url=overpass_url, nominatim_url=nominatim_url)
    for file in sorted(folder.iterdir()):
        print(file)


@app.command()
def verify(folder: Annotated[Path, typer.Argument(help="Folder of a written proposal.", metavar="PROPOSAL")]) -> None:
    """Recompute every printed figure of a proposal from its own files; fails on any difference."""
    from siting.verification import verify as verify_folder

    print(verify_folder(folder))


@app.command()
def doctor(lang: Lang = None) -> None:
    """Look at this machine: versions, solver, travel times against hand-worked ones, standards, fonts, disk."""
    from siting.doctor import examine
    from siting.language import word

    language = _language(lang) or "en"
    looked = examine(language)
    for each in looked:
        print(f"{'!!' if each.advice else 'ok'}  {each.name}: {each.found}")
        if each.advice:
            print(f"    {each.advice}")
    if any(each.advice for each in looked):
        raise typer.Exit(INPUT_FAULT)
    print(word("doctor_fine", language))


@app.command()
def schema() -> None:
    """JSON Schema of the scenario file, for editors that complete and check it."""
    from siting.scenario import ScenarioFile

    print(json.dumps(ScenarioFile.model_json_schema(by_alias=True), ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command line; faults become one message and an exit code."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    try:
        app()
    except InfeasibleError as fault:
        _stop(fault, NO_PLAN)
    except SitingError as fault:
        _stop(fault, INPUT_FAULT)
    except KeyboardInterrupt:
        print("Interrupted: nothing half-written was left behind.", file=sys.stderr)
        sys.exit(130)


def _language(lang: str | None) -> Language | None:
    if lang is None:
        return None
    for known in LANGUAGES:
        if lang == known:
            return known
    raise typer.BadParameter(f"{lang!r} is not one of {', '.join(LANGUAGES)}.", param_hint="--lang")


def _numbers(option: str, text: str, count: int | None = None) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or count not in (None, len(numbers)):
        raise typer.BadParameter(f"{text!r} is not {count or 'some'} numbers with commas between.", param_hint=option)
    return numbers


def _group(text: str) -> tuple[str, list[str]]:
    name, _, classes = text.partition("=")
    if not name or not classes:
        raise typer.BadParameter(f"{text!r} is not NAME=CLASS,CLASS.", param_hint="--group")
    return name, classes.split(",")


def _progress(step: str) -> None:
    """Each step on stderr as it begins, when somebody is watching."""
    if sys.stderr.isatty():
        print(f"· {step}", file=sys.stderr)


def _end(number: int, frame: object) -> None:
    """End as an exception does, so that what is half written goes too."""
    sys.exit(128 + number)


def _stop(fault: SitingError, code: int) -> None:
    print(f"siting: {fault}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
