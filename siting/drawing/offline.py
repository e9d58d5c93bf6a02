"""A folium map that carries its own scripts, so that it opens without internet, today and in five years."""

from __future__ import annotations

import base64
import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import folium
import xstatic.pkg.jquery
import xstatic.pkg.leaflet
from branca.element import Element, Figure

from siting.language import Language
from siting.made_by import made_by
from siting.printable import printable


class Verbatim(Element):
    """Text that goes into the page as it is: minified code contains braces that the template engine would read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """The text."""
        return self.text


class OfflineMap(folium.Map):
    """
    A folium map without a single outside reference: Leaflet and jQuery stand in the page.

    More folium layers and plugins may be added to it; plugins and folium's legends bring their own scripts from the
    network. ``table.explore(m=siting.OfflineMap(), legend=False)`` draws any GeoDataFrame on it.

    Parameters
    ----------
    element_id
        Stable name of the map in the page; folium would draw a random one, and every file would differ.
    options
        As for `folium.Map`. Without a `location` it shows all that was added to it.
    """

    def __init__(self, element_id: str = "siting", **options: Any) -> None:
        super().__init__(tiles=None, **options)
        self._id = element_id
        self.default_js, self.default_css = [], []
        self._is_placed = "location" in options
        page_of(self).height = "720px"  # in a notebook; folium's share of the width leaves panels no room for the map
        head = page_of(self).header
        head.add_child(Verbatim(f'<meta name="generator" content="{made_by()}">'), name="made_by")
        head.add_child(Verbatim(f"<style>{leaflet_css()}</style>"), name="leaflet_css")
        for name, text in (("jquery", _script(xstatic.pkg.jquery.BASE_DIR, "jquery.min.js")),
                           ("leaflet", _script(xstatic.pkg.leaflet.BASE_DIR, "leaflet.js"))):  # fmt: skip
            head.add_child(Verbatim(f"<script>{text}</script>"), name=name)
        # Leaflet's credit without its flag: a plan for one place takes no side in another.
        head.add_child(
            Verbatim('<script>L.Control.Attribution.mergeOptions({prefix: "Leaflet"});</script>'), name="credit"
        )

    def render(self, **kwargs: Any) -> Any:
        """Add it to its page, showing all of it unless a place was given."""
        if not self._is_placed and (bounds := self.get_bounds())[0][0] is not None:
            self.fit_bounds(bounds)  # type: ignore[arg-type]
            self._is_placed = True
        return super().render(**kwargs)  # type: ignore[no-untyped-call]


def page_of(drawn: folium.Map) -> Figure:
    """The HTML page that a map stands in."""
    page = drawn.get_root()
    assert isinstance(page, Figure)  # noqa: S101 - folium makes one for every map
    return page


def add_named(parent: Element, layer: Element, name: str) -> None:
    """Add a layer under a name of its own: folium would draw a random one, and every file would differ."""
    layer._id = name
    parent.add_child(layer, name=name)


def entitle(drawn: folium.Map, title: str, language: Language) -> None:
    """Say what the page is called and which language it speaks."""
    head = page_of(drawn).header
    head.add_child(Verbatim(f"<title>{as_html(title)}</title>"), name="title")
    head.add_child(Verbatim(f'<script>document.documentElement.lang = "{language}";</script>'), name="language")


def as_html(text: str) -> str:
    """
    HTML that shows a text as it is on a page of folium's.

    Folium reads the script of an element as a template twice: an expression in braces that stands in a name would run.

    Examples
    --------
    >>> as_html("<b> {{ 7 * 7 }}")
    '&lt;b&gt; &#123;&#123; 7 * 7 &#125;&#125;'
    """
    return html.escape(printable(text)).replace("{", "&#123;").replace("}", "&#125;")


@cache
def leaflet_css() -> str:
    """Leaflet's style sheet with its few images inside it."""
    folder = Path(xstatic.pkg.leaflet.BASE_DIR)

    def embedded(match: re.Match[str]) -> str:
        image = base64.b64encode((folder / match["file"]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    return re.sub(r"url\((?P<file>images/[\w.-]+)\)", embedded, (folder / "leaflet.css").read_text("utf-8"))


@cache
def _script(folder: str, name: str) -> str:
    text = (Path(folder) / name).read_text("utf-8")
    # A source map is asked for beside the page, where there is none; "</script" would end the element early.
    return re.sub(r"//[#@] sourceMappingURL=.*", "", text).replace("</script", r"<\/script")
