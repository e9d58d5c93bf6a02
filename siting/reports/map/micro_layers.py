"""The land that micro fire stations reach in time, as one shape for each state."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.layer import Layer, popup
from siting.reports.map.patches import dissolved
from siting.reports.map.shapes import features, simplified_areas
from siting.reports.shown import duration, percent_at_least, unit_word


def micro_layers(proposal: Proposal) -> Iterator[Layer]:
    """Nothing where the scenario does not ask for micro stations."""
    language = proposal.language
    unit = unit_word(str(proposal.demand["unit"]), language)
    for situation in proposal.situations:
        state, tier = situation.label, situation.micro
        if tier is None:
            continue
        reached = tier.measured.cells.index[tier.measured.cells.is_covered]
        outline = simplified_areas(dissolved(proposal.area.cells.geometry[reached], pd.Series(0, index=reached)))
        label = word("map_micro_reach", language, budget=duration(tier.clock.response_limit_s, language))
        share = percent_at_least(tier.measured.share_people)
        told = [popup(label, (word("map_micro_share", language, unit=unit), share))] * len(outline)
        yield Layer("micro_reach", word("map_group_facilities", language), label, share,
                    features(outline, proposal.area.crs, told), "area", state, is_on=False)  # fmt: skip
