"""
Figures of districts: a map coloured by finding, their areas against the cap, what each further station serves.

Each draws on an `Axes`, so that a notebook may put it where it likes; `district_page` puts them on one page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from shapely.geometry.base import BaseGeometry

from siting.district_check import DistrictReport
from siting.language import Language, word
from siting.made_by import made_by
from siting.printable import printable
from siting.proposal import Proposal
from siting.reports.cartography import INK, drawn_language, lettering, scale_bar
from siting.rules import RuleSet, Situation

Map: TypeAlias = tuple[str, gpd.GeoSeries, pd.Series, gpd.GeoDataFrame]
COLORS = {"fine": "#cfe5d6", "area": "#f0c868", "time": "#7fb0d8", "both": "#c8604a", "other": "#b9a3d6"}
"""By finding: nothing broken; too large; not reached in time; both; another clause."""
_TIME, _AREA = "district_time", "district_area"
_BARRIERS: dict[str, Any] = {"wall": "solid", "penalty": (0, (4, 2))}
_GREY = "#5b6875"
_USUAL_KM2 = 7.0
"""Bars are a seventh of the cap wide, or where no rule states one, of this."""


def findings_of(report: DistrictReport) -> pd.Series:
    """The finding of each judged district, a key of `COLORS`; only clauses that shall or should hold count."""
    kind = {verdict.clause.id: verdict.clause.kind for verdict in report.verdicts if verdict.clause.severity != "may"}
    kinds = report.districts.broken.map(lambda ids: {kind[clause] for clause in ids if clause in kind})
    is_late, is_large = (kinds.map(lambda found, asked=asked: asked in found) for asked in (_TIME, _AREA))
    return _finding(is_late, is_large, kinds.map(bool))


def first_due_findings(situation: Situation) -> pd.Series:
    """The finding of each first-due district: above its cap, or not all within the travel budget."""
    districts = situation.districts
    is_late = districts.share_within < 1.0
    return _finding(is_late, districts.is_over_cap.astype(bool), is_late)


def _finding(is_late: pd.Series, is_large: pd.Series, is_any: pd.Series) -> pd.Series:
    found = np.select([is_late & is_large, is_late, is_large, is_any], ["both", "time", "area", "other"], "fine")
    return pd.Series(found, index=is_late.index, dtype=object)


def draw_districts(
    axes: Axes,
    shapes: gpd.GeoSeries,
    finding: pd.Series,
    title: str,
    language: Language,
    *,
    boundary: BaseGeometry | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    stations: gpd.GeoDataFrame | None = None,
) -> None:
    """
    Districts by what they break, each with its id at its station.

    Parameters
    ----------
    shapes, finding
        By site_id: polygons in metres, keys of `COLORS`.
    boundary
        Of the ground, in the same metres: drawn as a line, so that maps of different districts have one extent.
    barriers
        Column severity: walls are drawn solid, penalties dashed. In any CRS, as are `stations`.
    """
    shapes = shapes[~shapes.is_empty]
    finding = finding[shapes.index]
    shapes.plot(ax=axes, color=finding.map(COLORS).tolist(), edgecolor=INK, linewidth=0.7)
    ground = shapes
    if boundary is not None:
        ground = gpd.GeoSeries([boundary], crs=shapes.crs)
        ground.boundary.plot(ax=axes, color=_GREY, linewidth=0.6)
    count = finding.value_counts()
    handles: list[Artist] = [
        Patch(facecolor=color, edgecolor=INK, linewidth=0.5, label=word(f"figure_is_{key}", language, n=count[key]))
        for key, color in COLORS.items()
        if key in count
    ]
    if barriers is not None and len(barriers):
        lines = barriers.to_crs(shapes.crs).clip(tuple(ground.total_bounds))
        for severity, style in _BARRIERS.items():
            own = lines[lines.severity == severity]
            if len(own):
                own.plot(ax=axes, color=_GREY, linewidth=1.8, linestyle=style)
                label = word(f"figure_{severity}", language)
                handles.append(Line2D([], [], color=_GREY, linewidth=1.8, linestyle=style, label=label))
    inside = shapes.representative_point()
    if stations is not None and len(stations):
        points = stations.geometry.to_crs(shapes.crs)
        points.plot(ax=axes, color=INK, markersize=14, zorder=4)
        inside.update(points)
    for site, point in inside.items():
        axes.annotate(printable(str(site)), (point.x, point.y), ha="center", fontsize=7, color=INK, zorder=5,
                      xytext=(0, 4), textcoords="offset points", parse_math=False)  # fmt: skip
    scale_bar(axes)
    axes.set_axis_off()
    axes.set_title(title, loc="left", fontsize=11)
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.0, 0.0), ncols=2, frameon=False, fontsize=8)


def draw_areas(axes: Axes, area_km2: pd.Series, language: Language, *, cap_km2: float | None) -> None:
    """How many districts have how much land, against a cap if there is one; those above it stand out."""
    largest_km2, whole_km2 = float(area_km2.max()), cap_km2 or _USUAL_KM2
    step = whole_km2 / 7 * max(1, int(np.ceil(largest_km2 / whole_km2 / 4)))
    edges = np.unique(np.append(np.arange(0.0, largest_km2 + step, step), whole_km2))
    bar = np.searchsorted(edges, area_km2.to_numpy(), side="left") - 1  # what equals the cap keeps it
    count = np.bincount(bar, minlength=len(edges) - 1)
    is_over = edges[1:] > (np.inf if cap_km2 is None else cap_km2 + 1e-9)
    colors = np.where(is_over, COLORS["area"], COLORS["fine"]).tolist()
    axes.bar(edges[:-1], count, width=np.diff(edges), align="edge", color=colors, edgecolor=INK, linewidth=0.5)
    title = word("figure_areas_uncapped", language, all=len(area_km2))
    if cap_km2 is not None:
        axes.axvline(cap_km2, color="#9c1c2e", linewidth=1.5)
        over = int((area_km2 > cap_km2).sum())
        title = word("figure_areas", language, over=over, all=len(area_km2), cap=f"{cap_km2:g}")
    _dress(axes, title, word("figure_area", language), word("figure_districts", language))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def draw_curve(
    axes: Axes, sites: Sequence[int], served: Sequence[float], bound: Sequence[float], total: float, language: Language
) -> None:
    """
    The share served by the plan with so many stations, below the share that no plan exceeds.

    Parameters
    ----------
    sites, served, bound
        For each number of stations: what the best plan found serves, and its proven upper bound.
    total
        All that could be served, in the same unit.
    """
    plan, proven = 100.0 * np.asarray(served) / total, 100.0 * np.asarray(bound) / total
    axes.fill_between(sites, plan, proven, color=COLORS["time"], alpha=0.45, linewidth=0)
    axes.plot(sites, proven, color="#2a6496", linewidth=1.2, linestyle=(0, (4, 2)),
              label=word("figure_bound", language))  # fmt: skip
    axes.plot(sites, plan, color=INK, linewidth=1.6, marker="o", markersize=3.5, label=word("figure_plan", language))
    axes.set_ylim(0, 102)
    _dress(axes, word("figure_curve", language), word("figure_sites", language), word("figure_served", language))
    axes.legend(loc="lower right", frameon=False, fontsize=9)


def district_page(proposal: Proposal) -> Figure:
    """Districts today, as drawn and as proposed, whichever there are; their areas; the curve of a plan that has one."""
    language = drawn_language(proposal.language)
    curves = [plan.answers.curve for plan in proposal.plans if plan.answers.curve]
    with lettering():
        maps = [one for one in _maps(proposal, language) if not one[1].is_empty.all()]  # none without a station
        columns = max(1, len(maps) + bool(curves))
        figure = Figure(figsize=(6.0 * columns, 10.5), dpi=150, layout="constrained")
        grid = figure.subplots(2, columns, squeeze=False, height_ratios=(2.2, 1))
        for axes in grid[:, len(maps) :].flat:
            axes.set_axis_off()
        for (above, below), (title, shapes, finding, stations) in zip(grid.T, maps, strict=False):
            area = proposal.area
            draw_districts(
                above,
                shapes,
                finding,
                title,
                language,
                boundary=area.boundary,
                barriers=area.barriers,
                stations=stations,
            )
            areas = shapes[~shapes.is_empty].area / 1e6
            draw_areas(below, areas, language, cap_km2=_cap_km2(proposal.ruleset))
        for points in curves[:1]:
            total = float(proposal.cells.people.sum())
            sites, served, bound = zip(*((point.sites, point.value, point.bound) for point in points), strict=True)
            grid[1, -1].set_axis_on()
            draw_curve(grid[1, -1], sites, served, bound, total, language)
        notice = str(proposal.provenance.get("notice", ""))
        title = printable("  ".join(filter(None, (proposal.name, notice))))
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, parse_math=False)
        return figure


def _cap_km2(ruleset: RuleSet) -> float | None:
    """The area limit of a usual station, by the first clause that states one; None where none does."""
    limits = (asked.values for asked in ruleset.requirements if asked.kind == "district_area")  # noqa: PD011 - no table
    return next((float(values["cap_km2"][values["default_class"]]) for values in limits), None)


def _maps(proposal: Proposal, language: Language) -> Iterator[Map]:
    """Title, districts, findings and stations of each map."""
    every = proposal.facilities["station"]

    def first_due(label: Literal["today", "proposed"]) -> Map:
        situation = proposal.today if label == "today" else proposal.proposed
        title = word("figure_first_due", language, when=word(label, language))
        stations = every.loc[every.index.intersection(situation.stations.index)]
        return title, situation.districts.geometry, first_due_findings(situation), stations

    yield first_due("today")
    for name, report in proposal.judged.items():
        stations = every.loc[every.index.intersection(report.districts.index)]
        yield word(f"figure_{name}", language), report.districts.geometry, findings_of(report), stations
    if not proposal.is_audit and proposal.districts is None:
        yield first_due("proposed")


def write_district_figures(proposal: Proposal, path: Path) -> None:
    """Write `district_page` as a PNG, without the time of writing."""
    district_page(proposal).savefig(path, format="png", metadata={"Software": made_by()})


def _dress(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e3e6ea", linewidth=0.7)
    axes.set_axisbelow(True)
