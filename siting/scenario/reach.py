"""How far a scenario file may reach: it is handed on from one to another, and read by who did not write it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from siting.scenario.whole import Scenario
from siting.tables import some

_ALLOWED = "--allow-outside; in Python read_scenarios(path, allow_outside=True)"


def beyond(scenarios: Iterable[Scenario], folders: Sequence[Path]) -> Iterator[str]:
    """
    A sentence for what the scenarios name outside some folders, up, from the root or along a link, and for databases.

    Examples
    --------
    >>> [*beyond([], [Path()])]
    []
    """
    allowed = [_real(folder) for folder in folders]
    named = {(key, scenario.source(name)): None for scenario in scenarios for key, name in scenario.named_places()}
    files = [
        f"{key} = {str(place)!r}"
        for key, place in named
        if isinstance(place, Path) and not any(_real(place).is_relative_to(folder) for folder in allowed)
    ]
    databases = [f"{key} = {place!r}" for key, place in named if isinstance(place, str)]
    for told, where, advice in (
        (files, "outside its folder", "Copy the files there, name their folder (--data), or allow it"),
        (databases, "in a database", "Allow it if you know whose that is"),
    ):
        if told:
            yield f"It names {len(told)} places {where}: {some(told)}. {advice} ({_ALLOWED})."


def _real(place: Path) -> Path:
    return Path(os.path.realpath(place))
