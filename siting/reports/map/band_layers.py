"""Land by seconds: the drive of whoever is first due, and how long until all engines of a full alarm are there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from siting.full_alarm import AlarmAnswer
from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.layer import Layer
from siting.reports.map.patches import dissolved
from siting.reports.map.shapes import features, simplified_areas
from siting.reports.shown import duration, percent_at_least, unit_word
from siting.rules import Situation

BAND_LIMITS_S = (60.0, 180.0, 240.0, 300.0)
"""The limits that standards speak of; the travel budget joins them."""
ALARM_LIMITS = (0.5, 0.75, 1.0, 1.5, 2.0)
"""Shares of the drive within which all engines should be there; the answer looks no farther than the last."""


def band_layers(proposal: Proposal) -> Iterator[Layer]:
    """For each situation; of the full alarm where the scenario asks for one."""
    language = proposal.language
    for situation in proposal.situations:
        travel_s = situation.cells.travel_time_s
        driven_s = travel_s[np.isfinite(travel_s)]  # land where none arrives stays blank
        yield _layer(proposal, situation, "bands", driven_s, band_limits_s(situation), word("map_bands", language))
        if proposal.full_alarm is not None:
            yield _alarm(proposal, situation, proposal.full_alarm)


def band_limits_s(situation: Situation) -> list[float]:
    """Upper limits of the bands of driving time but the last, which has none."""
    return sorted({*BAND_LIMITS_S, situation.travel_budget_s})


def _alarm(proposal: Proposal, situation: Situation, answer: AlarmAnswer) -> Layer:
    """All of the land: what is never reached by so many engines is in the last band."""
    language = proposal.language
    share = float(answer.table.set_index("measure")[situation.label]["share_people_all"])
    label = word("map_full_alarm", language, engines=f"{answer.engines:g}", limit=duration(answer.all_s, language))
    limits_s = [part * answer.all_s for part in ALARM_LIMITS]
    seconds = answer.cells[f"{situation.label}_all_there_s"]
    unit = unit_word(str(proposal.demand["unit"]), language)
    reached = word("map_full_alarm_reached", language, share=percent_at_least(share), unit=unit)
    return _layer(proposal, situation, "full_alarm", seconds, limits_s, label, reached)


def _layer(
    proposal: Proposal,
    situation: Situation,
    key: str,
    seconds: pd.Series,
    limits_s: Sequence[float],
    label: str,
    amount: str = "",
) -> Layer:
    """These cells by the first limit that their seconds keep."""
    language, area = proposal.language, proposal.area
    band = pd.Series(np.searchsorted(limits_s, seconds.to_numpy(), side="left"), index=seconds.index)
    shapes = simplified_areas(dissolved(area.cells.geometry[seconds.index], band))
    told = [{"s": f"band_{number}"} for number in shapes.index]
    over = "map_band_over" if all(map(math.isfinite, seconds)) else "map_band_never"
    labels = [word("map_band_to", language, limit=duration(limit_s, language)) for limit_s in limits_s]
    labels.append(word(over, language, limit=duration(limits_s[-1], language)))
    classes = tuple((f"band_{number}", text) for number, text in enumerate(labels))
    return Layer(key, word("map_group_state", language), label, amount, features(shapes, area.crs, told), "area",
                 situation.label, is_on=False, classes=classes)  # fmt: skip
