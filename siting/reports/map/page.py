"""The page around the map: headline, legend, what it was judged by, whose data it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
from branca.element import Element

from siting.drawing.offline import OfflineMap, Verbatim, page_of
from siting.language import word
from siting.proposal import Proposal
from siting.reports.headline import headline
from siting.reports.map.band_layers import band_layers
from siting.reports.map.base import base_layers, road_names
from siting.reports.map.calm import SPECK_CELLS
from siting.reports.map.coverage_layers import coverage_layers
from siting.reports.map.drawn_layer import drawn_layers
from siting.reports.map.facility_layers import facility_layers
from siting.reports.map.ground import change_layer, ground
from siting.reports.map.lane_layers import lane_layers
from siting.reports.map.layer import Layer
from siting.reports.map.micro_layers import micro_layers
from siting.reports.map.shapes import SIMPLIFY_M, in_degrees, page_json
from siting.reports.map.what_if import what_if
from siting.reports.map.words import STATES, findings_told, page_words, state_word
from siting.reports.shown import clock_text

SCRIPTS = (
    "symbols.js", "labels.js", "packed.js", "ground.js", "view.js", "legend.js", "search.js", "measure.js",
    "compare.js", "what_if.js", "panel.js", "map.js",
)  # fmt: skip
GROUPS = ("state", "facilities", "hydrants", "lanes", "base")
"""Headings of the legend, in order; one without a layer does not show."""
TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


class Drawing(Element):
    """
    Hands the layers to `map.js`, which draws them.

    A folium element's script is read as a template twice, and a name with braces would be computed; so this one puts
    its script on the page itself, as it is.
    """

    def __init__(self, page: dict[str, Any]) -> None:
        super().__init__()
        self.page_json = page_json(page)

    def render(self, **kwargs: Any) -> str:
        """Put the call on the page, after the map's own script."""
        drawn = self._parent
        assert isinstance(drawn, folium.Map)  # noqa: S101 - it is added to maps only
        call = f"drawSitingMap({drawn.get_name()}, {self.page_json});"
        page_of(drawn).script.add_child(Verbatim(call), name="drawing")
        return ""


def proposal_map(proposal: Proposal, *, online_tiles: bool | None = None) -> OfflineMap:
    """
    The proposal as a folium map that works without internet.

    Parameters
    ----------
    online_tiles
        Offer an online base map as one more layer; as the scenario says when not given.
    """
    if online_tiles is None:
        outputs = proposal.provenance.get("scenario", {}).get("outputs", {})
        online_tiles = bool(outputs.get("online_tiles", False))
    west, south, east, north = in_degrees(proposal.area.boundary, proposal.area.crs).bounds
    drawn = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2], prefer_canvas=True, zoom_snap=0.1, zoom_control=False,
        attribution_control=True, max_zoom=19,
    )  # fmt: skip
    head = page_of(drawn).header
    here = Path(__file__)
    head.add_child(Verbatim(f"<style>{here.with_name('map.css').read_text('utf-8')}</style>"), name="style")
    for script in SCRIPTS:
        head.add_child(Verbatim(f"<script>{here.with_name(script).read_text('utf-8')}</script>"), name=script)
    # Roads are drawn over the gaps, so that no hatch hides them.
    layers = [
        *band_layers(proposal),
        *coverage_layers(proposal),
        *([] if proposal.is_audit else [change_layer(proposal)]),
        *drawn_layers(proposal),
        *base_layers(proposal),
        *lane_layers(proposal),
        *micro_layers(proposal),
        *facility_layers(proposal),
    ]
    page = page_data(proposal, layers) | {"bounds": [[south, west], [north, east]]}
    if online_tiles:
        page["tiles"] = {"url": TILES, "label": word("map_tiles", proposal.language)}
    drawn.add_child(Drawing(page))
    return drawn


def page_data(proposal: Proposal, layers: list[Layer]) -> dict[str, Any]:
    """Everything on the page but its shapes' styles, in plain types."""
    language, clock = proposal.language, proposal.ruleset.clock
    notice, credit = (str(proposal.provenance.get(key, "")) for key in ("notice", "attribution"))
    about = [word("map_rules", language, title=proposal.ruleset.title[language])]
    if clock is not None:
        about.append(clock_text(clock, language))
    made = word("map_date", language, date=str(proposal.provenance.get("created", "")))
    simplified = word("map_simplified", language, metres=f"{SIMPLIFY_M:g}", cells=SPECK_CELLS)
    states = ("today", "what_if") if proposal.is_audit else STATES
    switched = what_if(proposal)
    return {
        "language": language,
        "title": word("map_title", language, name=proposal.name),
        "headline": headline(proposal),
        "notice": notice,
        "about": about,
        "credit": credit if credit != notice else "",
        "corner": f"{made} · {simplified}",
        "legend": word("map_legend", language),
        "states": [[state, state_word(state, language)] for state in states],
        "groups": [word(f"map_group_{group}", language) for group in GROUPS],
        "layers": [layer.for_page() for layer in layers],
        "roads": road_names(proposal),
        "findings": findings_told(proposal),
        "words": page_words(proposal, switched["left_out"] if switched else 0),
        "ground": ground(proposal),
        "what_if": switched,
    }


def write_map(proposal: Proposal, path: Path) -> None:
    """Write the map as one HTML file."""
    path.write_text(page_of(proposal_map(proposal)).render(), encoding="utf-8")
