"""The base of the map, drawn from the proposal itself: roads by class, grid units, the study area's edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from siting.language import word
from siting.proposal import Proposal
from siting.reports.map.layer import Layer, of_both, popup
from siting.reports.map.shapes import SIMPLIFY_M, features, in_degrees, merged_lines, simplified_areas
from siting.reports.shown import count, percent_at_least, unit_word

ROAD_CLASSES = {
    "roads_major": ("motorway", "trunk", "primary"),
    "roads_middle": ("secondary", "tertiary"),
}
"""Highway classes drawn wide; every other is minor, and hidden far out."""
MINOR_FROM_ZOOM = 12


def base_layers(proposal: Proposal) -> Iterator[Layer]:
    """From the bottom up."""
    language, group = proposal.language, word("map_group_base", proposal.language)
    yield from _roads(proposal, group)
    if len(proposal.area.barriers):
        yield _barriers(proposal, group)
    if len(proposal.area.units):
        yield from _units(proposal, group)
    edge = shapely.boundary(shapely.simplify(proposal.area.boundary, 1.0))
    yield Layer("boundary", group, word("map_boundary", language), f"{proposal.area.area_km2:,.1f} km²",
                features([edge], proposal.area.crs), "line")  # fmt: skip


def _roads(proposal: Proposal, group: str) -> Iterator[Layer]:
    network, label = proposal.network, word("map_roads", proposal.language)
    lines = network.lines.to_numpy()
    highway = network.edges["highway"].str.removesuffix("_link").to_numpy()
    key_of = {name: key for key, names in ROAD_CLASSES.items() for name in names}
    key = np.array([key_of.get(name, "roads_minor") for name in highway], dtype=object)
    for name in ("roads_minor", "roads_middle", "roads_major"):
        if (key == name).any():
            min_zoom = MINOR_FROM_ZOOM if name == "roads_minor" else 0
            drawn = features([merged_lines(lines[key == name])], network.crs)
            yield Layer(name, group, label, "", drawn, "line", min_zoom=min_zoom)


def road_names(proposal: Proposal) -> list[list[Any]]:
    """For the search: each name with latitude and longitude of a place on its first road."""
    network = proposal.network
    names = network.edges["name"].reset_index(drop=True)
    first = names[names != ""].drop_duplicates().sort_values()
    middle = (network.coord_ptr[first.index] + network.coord_ptr[first.index + 1]) // 2
    places = in_degrees(shapely.points(network.coords[middle]), network.crs)
    return [[name, place.y, place.x] for name, place in zip(first, places, strict=True)]


def _barriers(proposal: Proposal, group: str) -> Layer:
    """What districts should not reach across."""
    language, barriers = proposal.language, proposal.area.barriers
    told = [
        popup(str(kind), (word("map_barriers", language), word(f"map_barrier_{severity}", language))) | {"s": severity}
        for kind, severity in zip(barriers.kind, barriers.severity, strict=True)
    ]
    drawn = features(shapely.simplify(barriers.geometry.to_numpy(), SIMPLIFY_M), barriers.crs, told)
    return Layer("barriers", group, word("map_barriers", language), str(len(barriers)), drawn, "area", is_on=False)


def _units(proposal: Proposal, group: str) -> Iterator[Layer]:
    language, units = proposal.language, proposal.area.units
    unit = unit_word(str(proposal.demand["unit"]), language)
    labels = {
        "share_people": word("map_covered", language, unit=unit),
        "share_area": word("map_share_within", language),
    }
    today, proposed = (each.units.loc[units.index] for each in (proposal.today, proposal.proposed))
    told = [
        popup(
            str(name),
            (unit, count(proposed.people[at])),
            *(
                of_both(label, percent_at_least(today[share][at]), percent_at_least(proposed[share][at]), language)
                for share, label in labels.items()
            ),
        )
        for at, name in units["name"].items()
    ]
    outlines = shapely.boundary(simplified_areas(units.geometry).to_numpy())
    inside = shapely.point_on_surface(units.geometry.to_numpy())
    label = word("map_units", language)
    yield Layer("units", group, label, str(len(units)), features(outlines, proposal.area.crs), "line")
    yield Layer("units", group, label, "", features(inside, proposal.area.crs, told), "label")
