"""Several proposals side by side, from what each says in its summary, and in what they are not alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from siting.language import Language, word
from siting.reports.figures import figure_label, figure_text
from siting.reports.headline import aim
from siting.reports.shown import PLURAL
from siting.tables import Note

Summary = Mapping[str, Any]
"""As `siting.reports.summary` gives it, or as read from a summary.json."""
SEVERITIES = ("shall", "should", "may")


def comparison_table(summaries: Mapping[str, Summary]) -> pd.DataFrame:
    """
    One row for each proposal, by the name it is compared under.

    Returns
    -------
    DataFrame
        Index `proposal`. The key figures as proposed (shares 0 to 1, seconds; nan where there is none); new_stations,
        new_micro_stations, new_hydrants, closed; cost (of a plan of stations that keeps it least, by the costs its
        scenario states; else nan); broken_shall, broken_should, broken_may (requirements not met), not_judged.
    """
    rows = [_row(told) for told in summaries.values()]
    return pd.DataFrame(rows, index=pd.Index(list(summaries), name="proposal")).astype(float)


def _row(told: Summary) -> dict[str, float]:
    plans = told["plans"]
    figures = {figure["key"]: _number(figure["proposed"]) for figure in told["key_figures"]}
    new = {
        f"new_{PLURAL[kind]}": float(sum(len(plan["added"]) for plan in plans if plan["kind"] == kind))
        for kind in PLURAL
    }
    costs = [
        plan["certificate"]["value"]
        for plan in plans  # of hydrants the fewest are sought: they are counted, and have no cost
        if plan["kind"] != "hydrant" and aim(plan["objective"], plan["asked"]) != "best"
    ]
    last = "proposed" if plans else "today"
    findings = [finding for finding in told["findings"] if finding["situation"] == last]
    broken = {
        f"broken_{severity}": float(sum(f["severity"] == severity and f["passed"] == "no" for f in findings))
        for severity in SEVERITIES
    }
    return {
        **figures,
        **new,
        "closed": float(sum(len(plan["dropped"]) for plan in plans)),
        "cost": sum(costs) if costs else math.nan,
        **broken,
        "not_judged": float(sum(f["passed"] == "" for f in findings)),
    }


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def comparison_shown(summaries: Mapping[str, Summary], language: Language) -> pd.DataFrame:
    """
    The same as a reader sees it: a row for each figure, a column for each proposal, every value a text.

    Today stands first where all the proposals measure the same today. What no proposal has is left out.
    """
    table = comparison_table(summaries)
    told = list(summaries.values())
    units = [{figure["key"]: figure["unit"] for figure in each["key_figures"]} for each in told]
    today = [{figure["key"]: figure["today"] for figure in each["key_figures"]} for each in told]
    rows = []
    for key in table.columns.astype(str):
        values = table[key]
        is_absent = values.isna().all() or (not any(key in own for own in units) and not values.any())
        if is_absent and not key.startswith("broken_"):
            continue
        row = {word("sheet_figure", language): _label(key, told, language)}
        if all(each == today[0] for each in today):
            row[word("today", language)] = _text(key, _number(today[0].get(key)), units[0], language)
        shown = {
            str(name): _text(key, value, own, language)
            for (name, value), own in zip(values.items(), units, strict=True)
        }
        rows.append(row | shown)
    return pd.DataFrame(rows)


def _text(key: str, value: float, units: Mapping[str, str], language: Language) -> str:
    if key == "cost" and math.isfinite(value):  # of whatever the scenario counts, halves too
        return f"{value:,.10g}"
    return figure_text(value, units.get(key, ""), language)


def _label(key: str, told: list[Summary], language: Language) -> str:
    """What a figure says; where proposals count by another clock or unit, what each of them says."""
    labels = [
        figure["label"] if each["language"] == language else _label_anew(key, each, language)
        for each in told
        for figure in each["key_figures"]
        if figure["key"] == key
    ]
    return " / ".join(dict.fromkeys(labels)) if labels else word(f"compare_{key}", language)


def _label_anew(key: str, told: Summary, language: Language) -> str:
    """The label of a key figure in another language than its proposal was written in."""
    demand, hydrants = told["demand"], told.get("hydrant_rules")
    living = [part["inside"] for part in demand.get("parts", []) if part["part"] == demand["residents"]]
    return figure_label(
        key,
        language,
        budget_s=told["travel_budget_s"],
        unit=demand["unit"],
        total=demand["inside"],
        residents=living[0] if living else demand["inside"],
        radius_m=hydrants["radius_m"] if hydrants else None,
    )


def differences(summaries: Mapping[str, Summary]) -> tuple[Note, ...]:
    """In what the proposals are not alike, besides what they propose; their figures are not like with like then."""
    notes = []
    for key, of in _ALIKE.items():
        said = {name: of(told) for name, told in summaries.items()}
        if len(set(said.values())) > 1:
            each = "; ".join(f"{name}: {text}" for name, text in said.items())
            notes.append(Note("topic_compare", key, len(set(said.values())), tuple(said), {"each": each}))
    return tuple(notes)


def _area(told: Summary) -> str:
    area = told["study_area"]
    cells = f"{area['area_km2']:.2f} km², {area['cells']:,} × {area['cell_m']:g} m, {area['crs']}"
    return ", ".join([cells, *_files(told, "boundary")])


def _demand(told: Summary) -> str:
    demand = told["demand"]
    return ", ".join(
        [f"{demand['inside']:,.10g} {demand['unit']}", str(demand.get("source", "")), *_files(told, "demand")]
    )


def _clock(told: Summary) -> str:
    clock = told["rule_set"]["clock"] or {}
    return ", ".join(filter(None, [f"{told['travel_budget_s']:g} s", str(clock.get("name", ""))]))


def _rules(told: Summary) -> str:
    return f"{told['rule_set']['id']} ({_short(told['rule_set'].get('digest', ''))})"


def _roads(told: Summary) -> str:
    return ", ".join([*_files(told, "roads"), *_files(told, "closure")])


def _speeds(told: Summary) -> str:
    start = [f"+ {told['start_stop_s']:g} s"] if told["start_stop_s"] else []
    return ", ".join([str(told["speed_profile"]), *start, *_files(told, "speeds")])


def _files(told: Summary, role: str) -> list[str]:
    given = told["provenance"].get("inputs", [])
    return [f"{file['file']} ({_short(file['digest'])})" for file in given if file["role"].split(", ")[0] == role]


def _short(digest: str) -> str:
    """Enough of a digest to tell two files of one name apart."""
    return digest.removeprefix("sha256:")[:8]


_ALIKE: dict[str, Callable[[Summary], str]] = {
    "note_compare_area": _area,
    "note_compare_demand": _demand,
    "note_compare_clock": _clock,
    "note_compare_rules": _rules,
    "note_compare_roads": _roads,
    "note_compare_speeds": _speeds,
}
"""By what is said where it differs: the words by which a proposal's is known."""
