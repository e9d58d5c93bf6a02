"""Several proposals on one map, one at a time: the land that each leaves out of reach, and its stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.drawing.offline import OfflineMap, Verbatim, add_named, as_html, entitle, page_of
from siting.language import Language, word
from siting.proposal import Proposal
from siting.reports.figures import figure_text
from siting.reports.geopackage import cells_layer
from siting.reports.map.base import ROAD_CLASSES
from siting.reports.map.shapes import features, merged_lines, simplified_areas
from siting.reports.road_layer import roads_layer
from siting.reports.shown import amount

Layers = Mapping[str, gpd.GeoDataFrame]
"""Of a written proposal, by name: boundary, cells, roads, stations."""
MISSED: dict[str, Any] = {"color": "#9c3c00", "weight": 0.5, "fillColor": "#c4510b", "fillOpacity": 0.4}
LOOK: dict[str, dict[str, Any]] = {
    "existing": {"color": "#ffffff", "weight": 2, "fillColor": "#12355b", "fillOpacity": 1, "radius": 6},
    "proposed": {"color": "#1b2733", "weight": 3, "fillColor": "#ffc20a", "fillOpacity": 1, "radius": 9},
    "closed": {"color": "#5b6875", "weight": 2, "fillColor": "#ffffff", "fillOpacity": 1, "radius": 5},
}
"""Stations by status: new ones are larger and ringed, closed ones are hollow, so that grey print tells them apart."""
_EDGE, _ROADS = {"color": "#1b2733", "weight": 2, "fill": False}, {"color": "#8d877a", "weight": 1.4, "opacity": 0.7}


def layers_of(proposal: Proposal) -> Layers:
    """The layers that `comparison_map` draws, as the GeoPackage of the proposal holds them."""
    area, stations = proposal.area, proposal.facilities["station"]
    return {
        "boundary": gpd.GeoDataFrame(geometry=[area.boundary], crs=area.crs),
        "cells": cells_layer(proposal),
        "roads": roads_layer(proposal.network),
        # A caller's own column of ids stands beside the index that was made of it.
        "stations": stations[["name", "status", "geometry"]].assign(site_id=stations.index),
    }


def comparison_map(
    layers: Mapping[str, Layers], figures: pd.DataFrame, remarks: Sequence[str], language: Language
) -> OfflineMap:
    """
    A map that opens without internet, of which one proposal shows at a time.

    Parameters
    ----------
    layers, figures
        By the name each proposal is compared under; figures are those of `comparison_table`.
    remarks
        Sentences under the legend: what is not alike, whose data it is.
    """
    ground = [own["boundary"].to_crs("EPSG:4326").total_bounds for own in layers.values()]
    west, south = np.min(ground, axis=0)[:2]
    east, north = np.max(ground, axis=0)[2:]
    drawn = OfflineMap(
        "comparison", location=[(south + north) / 2, (west + east) / 2], prefer_canvas=True, zoom_snap=0.1
    )
    for number, (name, own) in enumerate(layers.items()):
        group = folium.FeatureGroup(
            _title(name, figures.share_people[name], figures.stations[name], language), overlay=False, show=number == 0
        )
        add_named(group, _lines(own["roads"]), f"roads_{number}")
        add_named(group, _edge(own["boundary"]), f"boundary_{number}")
        add_named(group, _missed(own["cells"]), f"missed_{number}")
        for status in LOOK:
            add_named(group, _stations(own["stations"], status), f"{status}_{number}")
        add_named(drawn, group, f"proposal_{number}")
    add_named(drawn, folium.LayerControl(collapsed=False), "switch")
    drawn.fit_bounds([[south, west], [north, east]])
    entitle(drawn, word("compare_map_title", language), language)
    page_of(drawn).html.add_child(Verbatim(_legend(remarks, language)))
    return drawn


def _title(name: str, share: float, stations: float, language: Language) -> str:
    return as_html(f"{name}: {figure_text(share, 'share', language)}, {amount(stations, 'stations', language)}")


def _lines(roads: gpd.GeoDataFrame) -> folium.GeoJson:
    wide = [name for names in ROAD_CLASSES.values() for name in names]
    lines = roads.geometry[roads.highway.str.removesuffix("_link").isin(wide)]
    return folium.GeoJson(features([merged_lines(lines.to_numpy())], roads.crs), style_function=lambda _: _ROADS)


def _edge(boundary: gpd.GeoDataFrame) -> folium.GeoJson:
    edge = shapely.boundary(boundary.geometry.union_all())
    return folium.GeoJson(features([edge], boundary.crs), style_function=lambda _: _EDGE)


def _missed(cells: gpd.GeoDataFrame) -> folium.GeoJson:
    """Land with demand that is not reached within the travel budget."""
    missed = cells[~cells.proposed_is_covered.astype(bool) & (cells.people > 0)]
    shape = simplified_areas(missed.dissolve(method="coverage").geometry)
    return folium.GeoJson(features(shape, cells.crs), style_function=lambda _: MISSED)


def _stations(stations: gpd.GeoDataFrame, status: str) -> folium.GeoJson:
    rows = stations[stations.status == status]
    names = [
        as_html(" ".join(filter(None, (str(site), name if isinstance(name, str) else ""))))
        for site, name in zip(rows.site_id, rows.name, strict=True)
    ]
    return folium.GeoJson(
        features(rows.geometry.to_numpy(), rows.crs, [{"station": name} for name in names]),
        marker=folium.CircleMarker(**LOOK[status]),
        tooltip=folium.GeoJsonTooltip(["station"], labels=False) if names else None,
    )


def _legend(sentences: Sequence[str], language: Language) -> str:
    """What colours mean, and the sentences below."""
    entries = "".join(
        f'<span style="display:inline-block;width:11px;height:11px;margin:0 5px 0 9px;background:{look["fillColor"]};'
        f"border:2px solid {look['color']};border-radius:{0 if look is MISSED else 50}%;"
        f'opacity:{look["fillOpacity"]}"></span>{as_html(word(f"compare_map_{key}", language))}'
        for key, look in {"missed": MISSED, **LOOK}.items()
    )
    told = "".join(f"<br>{as_html(sentence)}" for sentence in sentences)
    return (
        '<p style="position:fixed;left:8px;bottom:0;z-index:1000;margin:8px 0;padding:6px 8px;max-width:70%;'
        f'background:#fffd;font:13px sans-serif">{entries}{told}</p>'
    )
