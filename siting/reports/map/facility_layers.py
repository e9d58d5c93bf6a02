"""Stations, micro stations and hydrants, as they stand and as proposed."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd

from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.coverage_layers import station_title
from siting.reports.map.layer import Draw, Layer, popup
from siting.reports.map.shapes import features
from siting.reports.shown import count, duration, km2, unit_word

SHOWN_AS: dict[tuple[str, str], tuple[Draw, bool]] = {
    ("station", "candidate"): ("dot", False),
    ("station", "closed"): ("icon", True),
    ("station", "existing"): ("icon", True),
    ("station", "proposed"): ("icon", True),
    ("micro_station", "existing"): ("icon", True),
    ("micro_station", "proposed"): ("icon", True),
    ("hydrant", "existing"): ("dot", False),
    ("hydrant", "not_used"): ("dot", False),
    ("hydrant", "proposed"): ("dot", True),
}
"""By kind and status: how it is drawn, and whether it shows when the page opens. Bottom layer first."""


def facility_layers(proposal: Proposal) -> Iterator[Layer]:
    """Hydrants below, stations on top."""
    language = proposal.language
    hydrants = proposal.proposed.hydrants
    if hydrants is not None and len(hydrants.gaps):
        gaps = hydrants.gaps
        told = [
            popup(str(row.road_name) or str(row.highway), (word("map_length", language), f"{row.length_m:.0f} m"))
            for row in gaps.rename(columns={"name": "road_name"}).itertuples()
        ]
        yield Layer("hydrant_gaps", word("map_group_hydrants", language), word("map_hydrant_gaps", language),
                    f"{hydrants.road_km_short:.1f} km", features(gaps.geometry, gaps.crs, told), "line",
                    is_on=False)  # fmt: skip
    for (kind, status), (draw, is_on) in sorted(SHOWN_AS.items(), key=lambda entry: entry[0][0] != "hydrant"):
        table = proposal.facilities.get(kind)
        rows = table[table.status == status] if table is not None else None
        if rows is None or rows.empty:
            continue
        group = "map_group_hydrants" if kind == "hydrant" else "map_group_facilities"
        told = [_told(proposal, kind, site, rows) for site in range(len(rows))]
        yield Layer(f"{kind}_{status}", word(group, language), word(f"map_{kind}_{status}", language),
                    count(len(rows)), features(rows.geometry, rows.crs, told), draw,
                    "proposed" if status == "proposed" else "", is_on)  # fmt: skip


def _told(proposal: Proposal, kind: str, position: int, rows: gpd.GeoDataFrame) -> dict[str, object]:
    language, row, site = proposal.language, rows.iloc[position], str(rows.index[position])
    title = station_title(site, rows)
    if kind == "hydrant":
        return popup(title, (word("map_reason", language), str(row.reason))) if row.reason else popup(title)
    facts = [
        (word("map_class", language), str(row["class"] or "")),
        (word("map_status", language), word(f"status_{row.status}", language)),
    ]
    unit = unit_word(str(proposal.demand["unit"]), language)
    for situation in (proposal.proposed, proposal.today):
        if site in situation.districts.index:
            own = situation.districts.loc[site]
            cap = f" / {km2(own.cap_km2)} km²" if own.cap_km2 == own.cap_km2 else " km²"
            facts += [
                (word("map_area", language), km2(own.area_km2) + cap),
                (word("map_served", language, unit=unit), count(own.people)),
                (word("map_worst", language), duration(own.worst_s, language)),
            ]
            break
    return popup(title, *facts)
