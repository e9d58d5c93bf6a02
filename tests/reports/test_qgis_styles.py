"""Each layer of the GeoPackage that has a style brings it along, and the style fits the layer."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pyogrio
import pytest

from siting.proposal import Proposal
from siting.reports.geopackage import write_geopackage
from siting.reports.qgis_styles import STYLES, qml, styles_table


def test_styles_fit_their_layers(proposal: Proposal, tmp_path: Path) -> None:
    """A default style for each styled layer that has rows; the column it looks at exists and holds only its values."""
    path = tmp_path / "proposal.gpkg"
    write_geopackage(proposal, path)
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")
    there = {str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None}
    assert {"boundary", "cells", "roads", "stations", "districts_proposed"} <= set(styles.index) <= there & set(STYLES)
    assert styles.useAsDefault.all()
    for name, style in STYLES.items():
        if name in styles.index and style.column:
            values = pyogrio.read_dataframe(path, layer=name)[style.column]
            told = {str(value).lower() if isinstance(value, bool) else str(value) for value in values.tolist()}
            assert told <= set(style.symbols)


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_style_is_whole(name: str, language: str) -> None:
    """Well-formed, and each category has a symbol of its own and a label."""
    root = ElementTree.fromstring(qml(STYLES[name], language).partition(">")[2])  # noqa: S314 - our own
    categories, symbols = root.findall(".//category"), root.findall(".//symbol")
    assert [symbol.get("name") for symbol in symbols] == [str(n) for n in range(len(STYLES[name].symbols))]
    assert [category.get("symbol") for category in categories] in ([], [symbol.get("name") for symbol in symbols])
    assert all(category.get("label") for category in categories)


def test_lines_are_not_drawn_as_areas() -> None:
    """A layer whose shapes are not what its style draws is left to QGIS; the day is the proposal's."""
    told = styles_table({"barriers": "fill", "roads": "line", "unknown": "fill"}, "en", "2026-01-02T03:04:05")
    assert told.f_table_name.tolist() == ["roads"]
    assert told.update_time.tolist() == [pd.Timestamp("2026-01-02")]
