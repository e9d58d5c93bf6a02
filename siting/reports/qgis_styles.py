"""Styles that QGIS takes from the GeoPackage's own table `layer_styles` as soon as a layer is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import quoteattr

import pandas as pd

from siting.language import Language, word

_Form = Literal["fill", "line", "marker"]
_CLASSES = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}
_INK, _RED, _GREY = "27,39,51,255", "156,28,46,255", "152,162,173,255"
_CLEAR = "255,255,255,0"


@dataclass(frozen=True)
class Style:
    """
    How a layer is drawn: one symbol for all of it, or one for each value of a column.

    Attributes
    ----------
    form
        What its shapes are.
    symbols
        By value of `column`: properties of the symbol as QGIS names them; one under "" where all are drawn alike.
    column
        "" where all are drawn alike.
    labels
        Words of `siting/words/` by value; a value without one is its own label.
    """

    form: _Form
    symbols: Mapping[str, Mapping[str, str]]
    column: str = ""
    labels: Mapping[str, str] | None = None


def _fill(color: str, outline: str = _GREY, width: str = "0.1") -> dict[str, str]:
    return {"color": color, "outline_color": outline, "outline_width": width, "style": "solid"}


def _marker(name: str, color: str, size: str) -> dict[str, str]:
    return {"name": name, "color": color, "size": size, "outline_color": "255,255,255,255", "outline_width": "0.2"}


_OUTLINE = {"outline_color": _INK, "outline_width": "0.5", "style": "no", "color": _CLEAR}
_STATUS = {
    "existing": ("square", _INK, "3"),
    "proposed": ("star", _RED, "5"),
    "candidate": ("circle", "200,206,212,255", "1.4"),
    "closed": ("cross", "120,120,120,255", "2.6"),
    "not_used": ("cross", "200,206,212,255", "1.6"),
}
_DISTRICTS = Style(
    "fill",
    {"false": _fill("207,229,214,90", _INK, "0.5"), "true": _fill("240,200,104,140", _INK, "0.5")},
    "is_over_cap",
    {"false": "style_cap_kept", "true": "style_cap_broken"},
)
_COVERED = {"true": _fill("213,232,216,255", _CLEAR), "false": _fill("232,164,143,255", _CLEAR)}
STYLES: dict[str, Style] = {
    "boundary": Style("fill", {"": _OUTLINE}),
    "grid_units": Style("fill", {"": {**_OUTLINE, "outline_width": "0.3", "outline_style": "dash"}}),
    "cells": Style("fill", _COVERED, "proposed_is_covered", {"true": "style_reached", "false": "style_missed"}),
    "roads": Style("line", {"": {"line_color": _GREY, "line_width": "0.2"}}),
    "stations": Style(
        "marker",
        {status: _marker(*symbol) for status, symbol in _STATUS.items()},
        "status",
        {status: f"status_{status}" for status in _STATUS},
    ),
    "micro_stations": Style("marker", {"": _marker("triangle", "201,120,20,255", "2.4")}),
    "hydrants": Style("marker", {"": _marker("circle", "38,110,180,255", "1.2")}),
    "hydrant_gaps": Style("line", {"": {"line_color": "201,80,60,255", "line_width": "0.6"}}),
    "districts_today": _DISTRICTS,
    "districts_proposed": _DISTRICTS,
    "isochrones_today": Style("fill", {"": _fill("127,176,216,70", "42,100,150,255", "0.3")}),
    "isochrones_proposed": Style("fill", {"": _fill("127,176,216,70", "42,100,150,255", "0.3")}),
    "barriers": Style("line", {"": {"line_color": "91,104,117,255", "line_width": "0.8"}}),
}
"""By layer of the GeoPackage; a layer without one is drawn as QGIS pleases."""


def styles_table(layers: Mapping[str, str], language: Language, created: str) -> pd.DataFrame:
    """
    The table `layer_styles`: one default style for each layer that has one.

    Parameters
    ----------
    layers
        By name: the form of the shapes that are really in it (barriers may be areas).
    created
        ISO date, in place of the time of writing.
    """
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geometry",
            "styleName": name,
            "styleQML": qml(STYLES[name], language),
            "styleSLD": "",
            "useAsDefault": True,
            "description": "siting",
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(created[:10]),
        }
        for name, form in layers.items()
        if name in STYLES and STYLES[name].form == form
    ]
    return pd.DataFrame(rows)


def qml(style: Style, language: Language) -> str:
    """
    The style as QGIS reads it.

    Examples
    --------
    >>> "singleSymbol" in qml(STYLES["roads"], "en"), 'attr="status"' in qml(STYLES["stations"], "en")
    (True, True)
    """
    kind = "categorizedSymbol" if style.column else "singleSymbol"
    attribute = f" attr={quoteattr(style.column)}" if style.column else ""
    symbols = "".join(_symbol(style.form, str(n), look) for n, look in enumerate(style.symbols.values()))
    categories = "".join(_category(style, n, value, language) for n, value in enumerate(style.symbols) if style.column)
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22" styleCategories="Symbology">'
        f'<renderer-v2 type="{kind}"{attribute} symbollevels="0" enableorderby="0" forceraster="0">'
        + (f"<categories>{categories}</categories>" if categories else "")
        + f"<symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _category(style: Style, n: int, value: str, language: Language) -> str:
    label = word(style.labels[value], language) if style.labels else value
    return f'<category value={quoteattr(value)} label={quoteattr(label)} symbol="{n}" render="true"/>'


def _symbol(form: _Form, name: str, look: Mapping[str, str]) -> str:
    """Each property twice: QGIS before 3.26 reads `prop`, later ones `Option`."""
    options = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in look.items())
    props = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in look.items())
    return (
        f'<symbol type="{form}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{_CLASSES[form]}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{options}</Option>{props}</layer></symbol>'
    )
