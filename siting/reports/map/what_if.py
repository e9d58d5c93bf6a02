"""What the page needs to answer by itself what another choice of stations would reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.network.hilbert import hilbert_order
from siting.network.place import placed
from siting.proposal import Proposal
from siting.reports.figures import key_figures
from siting.reports.map.band_layers import band_limits_s
from siting.reports.map.coverage_layers import station_title
from siting.reports.map.packed import packed
from siting.reports.map.shapes import in_degrees
from siting.rules import clock_of
from siting.rules.caps import district_caps
from siting.travel_time import matrix, whole_ms

MOST_TIMES = 1_500_000
"""Cells x stations on one page: about a byte and a half each."""
FIGURES = (
    "share_people", "people_not_covered", "share_area", "worst_travel_s", "mean_response_s", "p90_response_s",
    "stations",
)  # fmt: skip
"""Those of the key figures that follow from who is open, as `what_if.js` computes them."""
PLACES = ("near_suburb", "urban", "other")
"""Where a district may lie, in the order of `district_places`."""
UNREACHED = -1


def what_if(proposal: Proposal) -> dict[str, Any] | None:
    """
    Stations, their exact times to all cells, and the figures of today and proposed beside which new ones are shown.

    The sites stand in order of id, for ties go to the lower id. Times are whole milliseconds; what is packed is their
    second difference, from cell to cell and between neighbouring stations, which is mostly 0: whoever drives into a
    street from one side takes the same time through it. None where not even the open stations' times fit on a page.
    """
    usable = _usable(proposal)
    room = MOST_TIMES // max(1, len(proposal.cells))
    chosen = _chosen(usable, room)
    if chosen is None or chosen.empty:
        return None
    order = hilbert_order(*_metres(chosen, proposal))
    seconds = matrix(proposal.network, placed(chosen), placed(proposal.cells))
    language = proposal.language
    figures = [figure for figure in key_figures(proposal) if figure.key in FIGURES]
    rows = {figure.key: [figure.unit, *figure.row(language).values()] for figure in figures}
    return {
        "sites": list(_sites(chosen, proposal)),
        "order": order.tolist(),
        "times": packed(differences(seconds.T[order])),
        "people": packed(proposal.cells.people.to_numpy(dtype=np.float64)),
        "area": packed(proposal.cells.area_km2.to_numpy(dtype=np.float64)),
        "bands_ms": [int(limit_s * 1000.0) for limit_s in band_limits_s(proposal.proposed)],
        **_caps(chosen, proposal),
        "figures": [[key, *rows[key]] for key in FIGURES],
        "steps": list(_steps(proposal, chosen.index)),
        "left_out": len(usable) - len(chosen),
    }


def differences(seconds: Floats) -> Ids:
    """
    Shape (J, I), whole milliseconds (-1: unreached) as second differences, small ones near 0 whatever their sign.

    Examples
    --------
    >>> differences(np.array([[1.0, 1.2], [3.0, 3.2], [np.inf, 2.9]])).tolist()
    [[2000, 400], [4000, 0], [6001, 5402]]
    """
    ms = np.where(np.isfinite(seconds), np.rint(seconds * 1000.0), UNREACHED).astype(np.int64)
    step = np.diff(np.diff(ms, axis=1, prepend=0), axis=0, prepend=0)
    return np.asarray(np.where(step < 0, -2 * step - 1, 2 * step), dtype=np.uint32)


def _usable(proposal: Proposal) -> gpd.GeoDataFrame:
    """Stations and sites that stand on a road and are not ruled out, in order of id."""
    stations = proposal.facilities["station"]
    usable = stations[(stations.reason == "") & (stations.edge >= 0) & (stations.status != "not_used")]
    return usable.iloc[np.argsort(usable.index.astype(str), kind="stable")]


def _chosen(usable: gpd.GeoDataFrame, room: int) -> gpd.GeoDataFrame | None:
    """As many as a page has room for: all that are open today or proposed, then candidates spread over the land."""
    needed = (usable.status != "candidate").to_numpy()
    if needed.sum() > room:
        return None
    candidates = np.flatnonzero(~needed)
    along = candidates[
        hilbert_order(usable.geometry.x.to_numpy()[candidates], usable.geometry.y.to_numpy()[candidates])
    ]
    left = min(room - int(needed.sum()), len(along))
    spread = along[np.linspace(0, len(along) - 1, left).round().astype(int)] if left else along[:0]
    return usable[needed | np.isin(np.arange(len(usable)), spread)]


def _metres(sites: gpd.GeoDataFrame, proposal: Proposal) -> tuple[Floats, Floats]:
    points = sites.geometry.to_crs(proposal.area.crs).representative_point()
    return points.x.to_numpy(), points.y.to_numpy()


def _sites(sites: gpd.GeoDataFrame, proposal: Proposal) -> Iterator[dict[str, Any]]:
    clock = clock_of(proposal.ruleset)
    turnout_s = sites.turnout_s.fillna(clock.turnout_s)
    budget_s = clock.response_limit_s - clock.alarm_handling_s - turnout_s
    points = in_degrees(sites.geometry.representative_point().to_numpy(), sites.crs)
    for site, status, point, turnout, budget in zip(
        sites.index, sites.status, points, turnout_s, budget_s, strict=True
    ):
        yield {
            "id": str(site),
            "title": station_title(str(site), sites),
            "status": status,
            "at": [point.y, point.x],
            "today": site in proposal.today.stations.index,
            "proposed": site in proposal.proposed.stations.index,
            "turnout_ms": int(np.ceil(turnout * 1000.0 - 1e-6)),  # as `nearest` counts it
            "budget_ms": int(whole_ms(budget)),
        }


def _caps(sites: gpd.GeoDataFrame, proposal: Proposal) -> dict[str, Any]:
    """What the area of a district is held to: each cell's place and own cap, each site's caps by place (null: none)."""
    cells = proposal.cells
    by_place = [
        district_caps(proposal.ruleset, sites["class"], pd.Series(place, index=sites.index)) for place in PLACES
    ]
    return {
        "place": packed(pd.Index(PLACES).get_indexer(cells.place).astype(np.uint8)),
        "own_cap": packed(cells.cap_km2.fillna(0.0).to_numpy(np.float64)) if cells.cap_km2.notna().any() else None,
        "caps_km2": [[None if np.isnan(cap) else cap for cap in caps] for caps in zip(*by_place, strict=True)],
    }


def _steps(proposal: Proposal, ids: pd.Index) -> Iterator[dict[str, Any]]:
    """The years of a phased plan: its label, and the positions of the sites that are open then."""
    for plan in (plan for plan in proposal.plans if plan.kind == "station"):
        phases = plan.answers.phases
        later = [site for phase in phases for site in phase.chosen]
        for phase in phases:
            later = [site for site in later if site not in phase.chosen]
            standing = [site for site in (*plan.kept, *plan.added) if site not in later]
            yield {"label": str(phase.year), "open": np.flatnonzero(_is_in(ids, standing)).tolist()}


def _is_in(ids: pd.Index, some: list[str]) -> Mask:
    return np.asarray(ids.isin(some))
