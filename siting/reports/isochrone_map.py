"""Isochrones as one HTML page that opens without internet, drawn over the roads they were driven on."""

from __future__ import annotations

from pathlib import Path

import folium
import geopandas as gpd
import shapely

from siting.drawing.offline import OfflineMap, Verbatim, add_named, as_html, entitle, page_of
from siting.drawing.shades import shades
from siting.language import Language, word
from siting.network import RoadNetwork
from siting.reports.map.shapes import features, merged_lines
from siting.reports.shown import duration

SWATCH = "display:inline-block;width:11px;height:11px;margin:0 6px 0 3px;opacity:.7"
CAPTION = (
    "position:fixed;left:8px;bottom:8px;z-index:1000;margin:0;padding:5px 8px;background:#fffd;font:13px sans-serif"
)
ROADS = {"color": "#6b6b6b", "weight": 1, "opacity": 0.5}


def write_isochrone_map(
    reached: gpd.GeoDataFrame,
    network: RoadNetwork,
    sites: gpd.GeoDataFrame,
    path: Path,
    *,
    credit: str,
    language: Language,
) -> None:
    """
    A layer for each limit, which may be switched off, the roads beside them and the places they start from.

    Parameters
    ----------
    reached
        As `siting.travel_time.isochrones` gives them, in any CRS.
    sites
        Points by site_id, in any CRS.
    credit
        Whose data the roads are.
    """
    west, south, east, north = reached.to_crs("EPSG:4326").total_bounds
    drawn = OfflineMap(
        "isochrones", location=[(south + north) / 2, (west + east) / 2], prefer_canvas=True, zoom_snap=0.1
    )
    lines = network.lines.to_numpy()
    near = lines[shapely.STRtree(lines).query(shapely.box(*reached.to_crs(network.crs).total_bounds))]
    by_limit = reached.assign(color=shades(reached.limit_s)).groupby("limit_s")
    for number, (limit_s, rows) in enumerate(reversed(list(by_limit))):  # the longest lies below
        color = rows.color.iloc[0]
        told = [
            {"site": as_html(str(site)), "reach": f"{duration(limit_s, language)}: {km2:.2f} km²"}
            for site, km2 in zip(rows.site_id, rows.area_km2, strict=True)
        ]
        style = {"color": color, "weight": 1, "fillColor": color, "fillOpacity": 0.35}
        layer = folium.GeoJson(
            features(rows.geometry.to_numpy(), reached.crs, told),
            name=f'<span style="{SWATCH};background:{color}"></span>{duration(limit_s, language)}',
            style_function=lambda _, style=style: style,
            tooltip=folium.GeoJsonTooltip(["site", "reach"], labels=False),
        )
        add_named(drawn, layer, f"limit_{number}")
    roads = folium.GeoJson(
        features([merged_lines(near)], network.crs), name=word("map_roads", language), style_function=lambda _: ROADS
    )
    add_named(drawn, roads, "roads")
    for number, place in enumerate(sites.to_crs("EPSG:4326").geometry):
        add_named(
            drawn, folium.CircleMarker((place.y, place.x), radius=5, color="#7f0000", fill=True), f"site_{number}"
        )
    add_named(drawn, folium.LayerControl(collapsed=False), "switch")
    drawn.fit_bounds([[south, west], [north, east]])
    title = word("isochrone_map_title", language)
    entitle(drawn, title, language)
    speeds = word("isochrone_map_speeds", language, profile=network.profile)
    caption = as_html(f"{title} · {speeds} · {credit}")
    page_of(drawn).html.add_child(Verbatim(f'<p style="{CAPTION}">{caption}</p>'))
    path.write_text(page_of(drawn).render(), encoding="utf-8")
