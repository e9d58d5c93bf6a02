"""The memo's maps: land reached today and as proposed, and the surroundings of one site."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path

from siting.language import Language, word
from siting.printable import printable
from siting.proposal import Proposal
from siting.reports.cartography import INK, drawn_language, lettering, north_arrow, scale_bar
from siting.rules import Situation

COLORS = {"reached": "#d5e8d8", "newly": "#5aa469", "missed": "#e8a48f", "empty": "#f4f4f1"}
"""Land with demand that is reached, newly reached, not reached; land without demand."""
STATION_COLORS = {"standing": INK, "new": "#9c1c2e"}
_NEW, _STANDING, _OTHER = STATION_COLORS["new"], STATION_COLORS["standing"], "#6b7a88"
_MAIN_ROADS = {"motorway", "trunk", "primary", "secondary"}


def coverage_map(proposal: Proposal, roads: gpd.GeoSeries) -> bytes:
    """Today beside proposed as PNG: which land with demand is reached within the budget; an audit has one map."""
    situations = proposal.situations
    with lettering():
        figure = Figure(figsize=(4.6 * len(situations), 5.0), dpi=160, layout="constrained")
        every = figure.subplots(1, len(situations), squeeze=False)[0]
        for axes, situation in zip(every, situations, strict=True):
            _draw_coverage(axes, proposal, situation, roads)
        keys = {key for situation in situations for key in land_of(proposal, situation)}
        _legend(figure, keys, drawn_language(proposal.language))
        return _png(figure, proposal)


def plot_coverage(proposal: Proposal, situation: Situation, axes: Axes | None = None) -> Axes:
    """The same for one situation, on axes of one's own or on new ones."""
    from matplotlib import pyplot  # chooses a screen to draw on, which only a notebook wants

    with lettering():
        drawn = pyplot.subplots(figsize=(7.0, 7.5))[1] if axes is None else axes
        _draw_coverage(drawn, proposal, situation, proposal.network.lines)
        _legend(drawn, set(land_of(proposal, situation)), drawn_language(proposal.language))
    return drawn


def _draw_coverage(axes: Axes, proposal: Proposal, situation: Situation, roads: gpd.GeoSeries) -> None:
    _draw_land(axes, proposal, situation)
    gpd.GeoSeries([proposal.area.boundary], crs=proposal.area.crs).boundary.plot(ax=axes, color=INK, linewidth=0.9)
    _roads(axes, roads[proposal.network.edges.highway.isin(_MAIN_ROADS).to_numpy()], 0.4)
    _stations(axes, proposal, situation)
    axes.set_title(word(situation.label, drawn_language(proposal.language)), loc="left", fontsize=11)
    _finish(axes)


def site_map(proposal: Proposal, roads: gpd.GeoSeries, site: str) -> bytes:
    """A site with its first-due district as proposed, land newly reached, roads and other stations, as PNG."""
    situation, language = proposal.proposed, drawn_language(proposal.language)
    district = situation.districts.geometry.loc[[site]]
    point = proposal.facilities["station"].geometry.loc[[site]].to_crs(proposal.area.crs)
    shown = district if not district.is_empty.all() else point
    west, south, east, north = shown.total_bounds
    half = max(east - west, north - south, 1000.0) * 0.62
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    window = slice(middle_x - half, middle_x + half), slice(middle_y - half, middle_y + half)
    with lettering():
        figure = Figure(figsize=(5.2, 5.6), dpi=130, layout="constrained")
        axes = figure.subplots()
        _draw_land(axes, proposal, situation)
        _roads(axes, roads.cx[window], 0.5)
        district.boundary.plot(ax=axes, color=_NEW, linewidth=1.6)
        _stations(axes, proposal, situation, named=True, only=site)
        axes.set_xlim(window[0].start, window[0].stop)
        axes.set_ylim(window[1].start, window[1].stop)
        _finish(axes)
        _legend(figure, set(land_of(proposal, situation)), language, has_district=True)
        return _png(figure, proposal)


def _draw_land(axes: Axes, proposal: Proposal, situation: Situation) -> None:
    """Each cell a pixel, cut at the boundary: a hundred times faster than drawing polygons, and the same picture."""
    cells, size = proposal.cells, proposal.area.cell_m
    row, col = cells.row.to_numpy(), cells.col.to_numpy()
    image = np.zeros((row.max() - row.min() + 1, col.max() - col.min() + 1, 4))
    image[row - row.min(), col - col.min()] = to_rgba_array([COLORS[key] for key in land_of(proposal, situation)])
    extent = (col.min() * size, (col.max() + 1) * size, row.min() * size, (row.max() + 1) * size)
    drawn = axes.imshow(image, extent=extent, origin="lower", interpolation="nearest", zorder=0)
    drawn.set_clip_path(_outline(proposal), axes.transData)


def _outline(proposal: Proposal) -> Path:
    """The boundary, its holes included."""
    rings = shapely.get_rings(shapely.get_parts(proposal.area.boundary))
    return Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))


def land_of(proposal: Proposal, situation: Situation) -> list[str]:
    """The key of `COLORS` of each cell, in the order of `proposal.cells`."""
    now, before = situation.cells.loc[proposal.cells.index], proposal.today.cells.loc[proposal.cells.index]
    return [
        "empty" if people <= 0 else "missed" if not covered else "reached" if was else "newly"
        for people, covered, was in zip(now.people, now.is_covered, before.is_covered, strict=True)
    ]


def _roads(axes: Axes, roads: gpd.GeoSeries, width: float) -> None:
    lines = [shapely.get_coordinates(line) for line in roads]
    axes.add_collection(LineCollection(lines, colors="#98a2ad", linewidths=width, zorder=1), autolim=False)


def _stations(axes: Axes, proposal: Proposal, situation: Situation, *, named: bool = False, only: str = "") -> None:
    """Open stations: standing ones dark, new ones red and larger; with their ids where `named`."""
    ids = situation.stations.index
    points = proposal.facilities["station"].geometry.loc[ids].to_crs(proposal.area.crs)
    new = ~ids.isin(proposal.today.stations.index)
    axes.scatter(points.x[~new], points.y[~new], s=16, c=_STANDING, marker="s", zorder=5, clip_on=True)
    axes.scatter(points.x[new], points.y[new], s=60, c=_NEW, marker="*", zorder=5, clip_on=True)
    if only:
        axes.scatter(points.x[[only]], points.y[[only]], s=190, c=_NEW, marker="*", zorder=6)
    for site, point in points.items() if named else ():
        axes.annotate(printable(str(site)), (point.x, point.y), xytext=(0, 7), textcoords="offset points", ha="center",
                      fontsize=7.5, color=INK, zorder=7, clip_on=True, annotation_clip=True,
                      parse_math=False)  # fmt: skip


def _finish(axes: Axes) -> None:
    axes.set_aspect("equal")
    scale_bar(axes)
    north_arrow(axes)
    axes.set_axis_off()


def _legend(drawn: Figure | Axes, keys: set[str], language: Language, *, has_district: bool = False) -> None:
    """Below the figure, or below the axes."""

    def handles() -> Iterator[Patch | Line2D]:
        for key in COLORS:
            if key in keys:
                label = word(f"memo_land_{key}", language)
                yield Patch(facecolor=COLORS[key], edgecolor=_OTHER, linewidth=0.4, label=label)
        for marker, color, key in (("s", _STANDING, "standing"), ("*", _NEW, "new")):
            yield Line2D([], [], marker=marker, color=color, linestyle="", markersize=6 if marker == "s" else 9,
                         label=word(f"memo_station_{key}", language))  # fmt: skip
        if has_district:
            yield Line2D([], [], color=_NEW, linewidth=1.6, label=word("memo_district_line", language))

    below: dict[str, Any] = {"loc": "outside lower left"}
    if isinstance(drawn, Axes):
        below = {"loc": "upper left", "bbox_to_anchor": (0.0, 0.0)}
    drawn.legend(handles=list(handles()), ncols=3, frameon=False, fontsize=8, **below)


def _png(figure: Figure, proposal: Proposal) -> bytes:
    credit = str(proposal.provenance.get("attribution", ""))
    if credit:
        figure.text(0.995, 0.004, credit, ha="right", va="bottom", fontsize=6.5, color=_OTHER, parse_math=False)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
