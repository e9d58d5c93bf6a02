"""Judged maps of districts: as drawn today, redrawn, as planned; those that break a clause marked."""

from __future__ import annotations

from collections.abc import Iterator

from siting.district_check import DistrictReport
from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.layer import Layer, popup
from siting.reports.map.shapes import SIMPLIFY_M, features
from siting.reports.shown import count, duration, km2, unit_word


def drawn_layers(proposal: Proposal) -> Iterator[Layer]:
    """One for each judged map; none where there is neither a map of districts nor a plan that draws them."""
    for name, report in proposal.judged.items():
        yield _layer(proposal, name, report)


def _layer(proposal: Proposal, name: str, report: DistrictReport) -> Layer:
    language, table = proposal.language, report.districts
    titles = {verdict.clause.id: verdict.clause.title[language] for verdict in report.verdicts}
    unit = unit_word(str(proposal.demand["unit"]), language)
    told = [
        popup(
            str(row.Index),
            (word("map_class", language), str(row.class_name or "")),
            (word("map_area", language), f"{km2(row.area_km2)} km²"),
            (unit, count(row.people)),
            (word("column_residents", language), count(row.residents) if "residents" in table else ""),
            (word("map_worst", language), duration(row.worst_s, language)),
            (word("map_broken", language), "; ".join(titles[clause] for clause in row.broken)),
        )
        | {"s": "broken" if row.broken else "whole"}
        for row in table.rename(columns={"class": "class_name"}).itertuples()
    ]
    broken = int(table.broken.map(bool).sum())
    shapes = features(table.geometry.simplify(SIMPLIFY_M), proposal.area.crs, told)
    return Layer(
        f"districts_{name}", word("map_group_state", language), word(f"map_{name}", language), str(len(table)), shapes,
        "area", is_on=name == "planned", classes=(("broken", f"{word('map_drawn_broken', language)}: {broken}"),),
    )  # fmt: skip
