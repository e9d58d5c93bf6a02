"""Indicators by target year in words: a row for each situation, and as wide as there are situations for the memo."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from siting.indicators import INDICATORS, TODAY, Indicator
from siting.language import Language, word
from siting.proposal import IndicatorAnswer, Proposal
from siting.reports.shown import NOTHING, amount, clock_text, count, duration, known_word, percent_at_least

INPUTS = {"people_per_station": ("people",), "staff_per_10k": ("people", "staff")}
"""By indicator: what it takes from the scenario besides its target."""
Row = Mapping[Any, Any]


def indicators_table(answer: IndicatorAnswer, proposal: Proposal) -> pd.DataFrame:
    """A row for each indicator and situation: value, target, whether it is reached, what is missing, who says so."""
    language = proposal.language
    return pd.DataFrame(
        {
            "indicator": row["indicator"],
            "label": word(f"indicator_{row['indicator']}", language),
            "situation": row["situation"],
            "value": row["value"],
            "unit": kind.unit,
            "sense": "" if math.isnan(row["target"]) else kind.sense,
            "target": row["target"],
            "passed": "" if math.isnan(row["missing"]) else "no" if row["missing"] > 0 else "yes",
            "missing": row["missing"],
            "missing_unit": kind.missing_unit,
            "remark": _remark(answer, row, language),
            "definition": _definition(row["indicator"], answer, proposal),
            "source": _source(row["indicator"], answer, language),
        }
        for row, kind in _rows(answer)
    )


def indicators_shown(answer: IndicatorAnswer, language: Language) -> pd.DataFrame:
    """A row for each indicator: value and target in each situation, and what the last of them lacks."""
    shown: dict[str, dict[str, str]] = {}
    for row, kind in _rows(answer):
        line = shown.setdefault(
            row["indicator"], {word("column_label", language): word(f"indicator_{row['indicator']}", language)}
        )
        line[known_word(row["situation"], language, row["situation"])] = _against_target(row, kind, language)
    last = answer.table.drop_duplicates("indicator", keep="last").to_dict("records")
    for row in last:
        shown[row["indicator"]][word("column_remark", language)] = _remark(answer, row, language) or NOTHING
    return pd.DataFrame(shown.values())


def indicator_definitions(answer: IndicatorAnswer, proposal: Proposal) -> tuple[str, ...]:
    """What each indicator measures, and who says so."""
    return tuple(
        f"{word(f'indicator_{name}', proposal.language)}: {_definition(name, answer, proposal)} "
        f"{_source(name, answer, proposal.language)}".strip()
        for name in INDICATORS
    )


def _rows(answer: IndicatorAnswer) -> list[tuple[Row, Indicator]]:
    return [(row, INDICATORS[row["indicator"]]) for row in answer.table.to_dict("records")]


def _against_target(row: Row, kind: Indicator, language: Language) -> str:
    value = _value_text(row["value"], kind)
    if math.isnan(row["target"]):
        return value
    target = _value_text(row["target"], kind)
    return word("indicator_against", language, value=value, sense=kind.sense, target=target)


def _value_text(value: float, kind: Indicator) -> str:
    """A value as it is printed, rounded so that it never looks better than it is."""
    if math.isnan(value):
        return NOTHING
    if kind.unit == "share":
        return percent_at_least(value)
    if kind.unit in ("10k_people", "per_10k"):
        return _hundredths(value, math.floor if kind.sense == ">=" else math.ceil)
    return count(value)


def _hundredths(value: float, rounding: Callable[[float], int]) -> str:
    return f"{rounding(round(value * 100.0, 6)) / 100.0:,.2f}".rstrip("0").rstrip(".")


def _remark(answer: IndicatorAnswer, row: Row, language: Language) -> str:
    """What is missing, or what to give where the value is not known; whose residents were taken."""
    name, said = row["indicator"], []
    if row["missing"] > 0:
        missing = amount(row["missing"], INDICATORS[name].missing_unit, language)
        key = "indicator_too_many" if INDICATORS[name].sense == "<=" else "indicator_missing"
        said.append(word(key, language, missing=missing))
    elif math.isnan(row["value"]):
        said.append(word(f"indicator_{name}_unknown", language))
    as_of = answer.people_as_of[row["situation"]]
    if as_of and "people" in INPUTS.get(name, ()) and not math.isnan(row["value"]):
        said.append(word("indicator_people_as_of", language, year=word(TODAY, language) if as_of == TODAY else as_of))
    return " ".join(said)


def _definition(name: str, answer: IndicatorAnswer, proposal: Proposal) -> str:
    language, clock, brigades = proposal.language, proposal.ruleset.clock, proposal.brigades
    return word(
        f"indicator_{name}_definition",
        language,
        forces=", ".join(word(f"force_{force}", language) for force in answer.forces),
        clock=NOTHING if clock is None else clock_text(clock, language),
        reach=NOTHING if brigades is None else duration(brigades.reach_s, language),
        share=NOTHING if brigades is None else percent_at_least(brigades.share),
    )


def _source(name: str, answer: IndicatorAnswer, language: Language) -> str:
    """Who says the numbers that go in, and who asks for the target."""
    has_target = answer.table.target[answer.table.indicator == name].notna().any()
    parts = [*INPUTS.get(name, ()), *(["targets"] if has_target else [])]
    named = [(part, answer.sources[part]) for part in parts if answer.sources[part]]
    return "; ".join(word(f"indicator_by_{part}", language, source=source) for part, source in named)
