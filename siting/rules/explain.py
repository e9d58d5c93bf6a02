"""A rule set as text: its clock, what is judged, and what else it says, each with clause and confidence."""

from __future__ import annotations

from collections.abc import Iterator

from siting.rules.model import Figure, Requirement, RuleSet


def explain(ruleset: RuleSet) -> str:
    """
    Everything a rule set asks for, in English, with the standard's own title.

    Examples
    --------
    >>> from siting.rules import load_rules
    >>> print(explain(load_rules("cn-jb152-2017")).splitlines()[2])
    clock order_to_arrival: 300 s - 0 s alarm handling - 60 s turnout = 240 s of driving
    """
    return "\n".join(_lines(ruleset))


def _lines(ruleset: RuleSet) -> Iterator[str]:
    yield from (ruleset.title["zh"], f"{ruleset.title['en']}, {ruleset.edition}")
    if clock := ruleset.clock:
        yield (
            f"clock {clock.name}: {clock.response_limit_s:g} s - {clock.alarm_handling_s:g} s alarm handling - "
            f"{clock.turnout_s:g} s turnout = {clock.travel_budget_s:g} s of driving"
        )
    for asked in ruleset.requirements:
        yield from _entry(asked)
    if ruleset.siting:
        yield "Of candidate sites:"
    for clause in ruleset.siting:
        yield from _entry(clause)
    if ruleset.figures:
        yield "Not judged:"
    for figure in ruleset.figures:
        yield from _entry(figure)
        if figure.clock:
            yield f"    seconds of {figure.clock}"
        if figure.note:
            yield f"    {figure.note['en']}"


def _entry(asked: Requirement | Figure) -> Iterator[str]:
    values = ", ".join(f"{key} = {value}" for key, value in asked.values.items())
    yield f"{asked.id} [{asked.severity}, confidence {asked.confidence}] {asked.title['en']}"
    yield f"    {asked.clause}: {values or 'no number'}"
    yield f"    {asked.source}"
