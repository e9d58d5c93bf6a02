"""One sheet for each new station: where it stands, what it adds, what clauses say, which lots were passed over."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from siting.language import word
from siting.proposal import Proposal
from siting.reports.memo.document import Block, Grid, Picture, Points, Section
from siting.reports.memo.maps import site_map
from siting.reports.shown import NOTHING, amount, duration, km2, percent_at_least

NEAR_M = 1_500.0
"""Candidates as near as this to a new station are told as its neighbours, by straight line."""
NEIGHBOURS = 5
"""At most so many are named, the nearest first."""


def site_sheets(proposal: Proposal, roads: gpd.GeoSeries) -> Iterator[Section]:
    """The sheet of each new fire station, in order of id."""
    new = proposal.proposed.stations.index.difference(proposal.today.stations.index)
    for site in sorted(map(str, new)):
        name = str(proposal.proposed.stations.name.loc[site])
        title = name if site in name.split() else f"{site} {name}".strip()
        blocks: list[Block] = [
            Picture(site_map(proposal, roads, site), word("memo_site_map", proposal.language, site=title), width=0.62),
            _facts(proposal, site),
            Points((*_clauses(proposal, site), *_neighbours(proposal, site))),
        ]
        yield Section(title, tuple(blocks), level=2)


def _facts(proposal: Proposal, site: str) -> Grid:
    """What it is and what it adds: a line for each figure."""
    language, unit = proposal.language, str(proposal.demand["unit"])
    station, district = proposal.proposed.stations.loc[site], proposal.proposed.districts.loc[site]
    now, before = proposal.proposed.cells, proposal.today.cells
    newly = now[(now.site_id == site) & now.is_covered & ~before.is_covered.loc[now.index]]
    place = proposal.facilities["station"].geometry.loc[[site]].to_crs("EPSG:4326").iloc[0]
    told = {
        "class": str(station["class"]) or NOTHING,
        "lon_lat": f"{place.x:.5f}, {place.y:.5f}",
        "opens_in": _opens_in(proposal, site),
        "newly": f"{amount(newly.people.sum(), unit, language)}, {km2(newly.area_km2.sum())} km²",
        "alone": _alone(proposal, site),
        "district": f"{km2(district.area_km2)} km²",
        "cap": NOTHING if pd.isna(district.cap_km2) else f"{km2(district.cap_km2)} km²",
        "people": amount(district.people, unit, language),
        "worst": duration(district.worst_s, language),
        "mean": duration(district.mean_s, language),
        "share_within": percent_at_least(district.share_within),
    }
    rows = tuple((word(f"memo_site_{key}", language), value) for key, value in told.items() if value)
    return Grid("", (word("memo_site_figure", language), word("memo_site_value", language)), rows)


def _opens_in(proposal: Proposal, site: str) -> str:
    """The year of a phased plan; "" where none is phased."""
    return next(
        (str(phase.year) for plan in proposal.plans for phase in plan.answers.phases if site in phase.chosen), ""
    )


def _alone(proposal: Proposal, site: str) -> str:
    """The weight that no other open station covers; "" where it was not asked."""
    told = (
        amount(answer.alone_proposed, plan.unit, proposal.language)
        for plan in proposal.plans
        for answer in plan.answers.sites
        if answer.site_id == site
    )
    return next(told, "")


def _clauses(proposal: Proposal, site: str) -> Iterator[str]:
    """What the siting clauses say of it, and the clause that its district serves."""
    language, screened = proposal.language, proposal.screened
    if screened is None:
        yield word("memo_site_not_screened", language)
    else:
        against = screened[screened.site_id == site]
        yield from (
            word("memo_site_against", language, reason=row.reason, clause=row.clause,
                 kept=row.kept_because or word("memo_site_told_only", language))
            for row in against.itertuples()
        )  # fmt: skip
        if against.empty:
            yield word("memo_site_clear", language)
    answer = proposal.districts
    if answer is not None and site in answer.stations.index and answer.stations.clause.loc[site]:
        row = answer.stations.loc[site]
        yield word("memo_site_serves", language, clause=row.clause, without=word(f"without_{row.without}", language))


def _neighbours(proposal: Proposal, site: str) -> Iterator[str]:
    """The candidates around it that were not taken, and why."""
    language, screened = proposal.language, proposal.screened
    stations = proposal.facilities["station"]
    others = stations[~stations.index.isin(proposal.proposed.stations.index) & (stations.role == "candidate")]
    points = others.geometry.to_crs(proposal.area.crs)
    here = stations.geometry.loc[[site]].to_crs(proposal.area.crs).iloc[0]
    near = points.distance(here).sort_values(kind="stable")
    near = near[near <= NEAR_M]
    reasons = {} if screened is None else dict(iter(screened[screened.rejects].groupby("site_id").reason))
    for other, distance_m in near.head(NEIGHBOURS).items():
        why = "; ".join(reasons.get(other, ())) or str(others.reason.loc[other])
        yield word("memo_site_neighbour", language, site=other, metres=f"{distance_m:,.0f}",
                   why=why or word("memo_site_not_chosen", language))  # fmt: skip
    if len(near) > NEIGHBOURS:
        yield word("memo_site_neighbours_more", language, n=len(near) - NEIGHBOURS, within=f"{NEAR_M:,.0f}")
    elif near.empty:
        yield word("memo_site_neighbours_none", language, within=f"{NEAR_M:,.0f}")
