"""Stations, micro stations and hydrants, as they stand and as proposed."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from siting.hydrants import HydrantCover
from siting.language import Language, word
from siting.proposal import Proposal
from siting.reports.map.coverage_layers import station_title
from siting.reports.map.layer import Draw, Layer, of_both, popup
from siting.reports.map.shapes import Feature, features, merged_lines
from siting.reports.shown import count, duration, km2, unit_word
from siting.rules import Situation

SHOWN_AS: dict[tuple[str, str], tuple[Draw, bool]] = {
    ("hydrant", "not_used"): ("dot", False),
    ("hydrant", "existing"): ("dot", False),
    ("hydrant", "proposed"): ("dot", True),
    ("micro_station", "not_used"): ("dot", False),
    ("station", "not_used"): ("dot", False),
    ("hydrant", "candidate"): ("dot", False),
    ("micro_station", "candidate"): ("dot", False),
    ("station", "candidate"): ("dot", False),
    ("micro_station", "closed"): ("icon", True),
    ("micro_station", "existing"): ("icon", True),
    ("micro_station", "proposed"): ("icon", True),
    ("station", "closed"): ("icon", True),
    ("station", "existing"): ("icon", True),
    ("station", "proposed"): ("icon", True),
}
"""By kind and status: how it is drawn, and whether it shows when the page opens. Bottom layer first."""


def facility_layers(proposal: Proposal) -> Iterator[Layer]:
    """Hydrants below, stations on top."""
    language = proposal.language
    today, proposed = proposal.today.hydrants, proposal.proposed.hydrants
    if proposed is not None:
        states = [("", proposed)] if today in (None, proposed) else [("today", today), ("proposed", proposed)]
        for state, cover in states:
            yield from _hydrant_gaps(proposal, cover, state)
    for (kind, status), (draw, is_on) in SHOWN_AS.items():
        table = proposal.facilities.get(kind)
        rows = table[table.status == status] if table is not None else None
        if rows is None or rows.empty:
            continue
        group = "map_group_hydrants" if kind == "hydrant" else "map_group_facilities"
        told = _hydrants_told(proposal, rows) if kind == "hydrant" else _stations_told(proposal, rows)
        yield Layer(f"{kind}_{status}", word(group, language), word(f"map_{kind}_{status}", language),
                    count(len(rows)), features(rows.geometry, rows.crs, told), draw,
                    "proposed" if status == "proposed" else "", is_on)  # fmt: skip


def _hydrant_gaps(proposal: Proposal, hydrants: HydrantCover, state: str) -> Iterator[Layer]:
    """Roads short of hydrants, one shape for each street; bridge heads and portals without one."""
    language, gaps = proposal.language, hydrants.gaps
    group = word("map_group_hydrants", language)
    if len(gaps):
        street = gaps["name"].where(gaps["name"] != "", gaps["highway"])
        by_street = gaps.groupby(street)
        lines = [merged_lines(own.geometry.to_numpy()) for _, own in by_street]
        told = [
            popup(str(name), (word("map_length", language), f"{length_m / 1e3:.2f} km"))
            for name, length_m in by_street.length_m.sum().items()
        ]
        yield Layer("hydrant_gaps", group, word("map_hydrant_gaps", language), f"{hydrants.road_km_short:,.1f} km",
                    features(lines, gaps.crs, told), "line", state, is_on=False)  # fmt: skip
    without = hydrants.heads[~hydrants.heads.has_hydrant.astype(bool)]
    if len(without):
        told = [
            popup(str(name or ""), (word("map_hydrant_away", language), f"{away_m:.0f} m"))
            for name, away_m in zip(without["name"], without.away_m, strict=True)
        ]
        yield Layer("hydrant_heads", group, word("map_hydrant_heads", language), count(len(without)),
                    features(without.geometry, without.crs, told), "dot", state, is_on=False)  # fmt: skip


def _hydrants_told(proposal: Proposal, rows: gpd.GeoDataFrame) -> list[Feature]:
    language = proposal.language
    opens_in = rows.opens_in if "opens_in" in rows else [""] * len(rows)
    return [
        popup(str(site), (word("map_reason", language), str(reason)), (word("map_built_in", language), str(lot)))
        for site, reason, lot in zip(rows.index, rows.reason, opens_in, strict=True)
    ]


def _stations_told(proposal: Proposal, rows: gpd.GeoDataFrame) -> list[Feature]:
    language = proposal.language
    opens_in = rows.opens_in if "opens_in" in rows else [""] * len(rows)
    return [
        popup(
            station_title(str(site), rows),
            (word("map_class", language), str(class_ or "")),
            (word("map_status", language), word(f"status_{status}", language)),
            (word("map_opens_in", language), str(year)),
            (word("map_reason", language), str(reason)),
            *_district_told(proposal, site),
        )
        for site, class_, status, reason, year in zip(
            rows.index, rows["class"], rows.status, rows.reason, opens_in, strict=True
        )
    ]


def _district_told(proposal: Proposal, site: object) -> list[tuple[str, str]]:
    """What the station answers for, today and as proposed; nothing for a site that never opens."""
    language = proposal.language
    unit = unit_word(str(proposal.demand["unit"]), language)
    labels = (
        word("map_area", language),
        word("map_cap", language),
        word("map_served", language, unit=unit),
        word("map_worst", language),
    )
    today, proposed = (_of_district(each, site, language) for each in (proposal.today, proposal.proposed))
    return [of_both(*texts, language) for texts in zip(labels, today, proposed, strict=True)]


def _of_district(situation: Situation, site: object, language: Language) -> tuple[str, str, str, str]:
    """Its area, limit, people and longest drive as texts; "" where it is not open."""
    if site not in situation.districts.index:
        return "", "", "", ""
    own = situation.districts.loc[site]
    cap = "" if pd.isna(own.cap_km2) else f"{km2(own.cap_km2)} km²"
    return f"{km2(own.area_km2)} km²", cap, count(own.people), duration(own.worst_s, language)
