"""A folder of FlatGeobuf or GeoParquet files holds what the GeoPackage holds, layer by layer and value by value."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from siting.errors import OutputError
from siting.made_by import made_by
from siting.proposal import Proposal
from siting.reports import write_proposal

SUFFIXES = {"flatgeobuf": ".fgb", "geoparquet": ".parquet"}


def layer(file: Path) -> pd.DataFrame:
    """As another program reads it."""
    if file.suffix == ".fgb":
        return pyogrio.read_dataframe(file)
    try:
        return gpd.read_parquet(file)
    except ValueError:  # without shapes
        return pd.read_parquet(file)


def values(table: pd.DataFrame) -> pd.DataFrame:
    """Gaps of every kind alike; shapes as their parts, since GDAL makes all lines of a layer multiple when one is."""
    if isinstance(table, gpd.GeoDataFrame):
        parts = [[part.wkb for part in shapely.get_parts([shape])] for shape in table.geometry]
        table = pd.DataFrame(table.drop(columns="geometry")).assign(geometry=parts)
    return table.astype(object).where(table.notna(), None)


def test_the_layers_of_the_geopackage(proposal: Proposal, tmp_path: Path) -> None:
    """Every layer and table but the styles, which only a GeoPackage carries; the caller's odd columns too."""
    folder = write_proposal(proposal, tmp_path / "out", ["gpkg", *SUFFIXES])
    package = folder / "proposal.gpkg"
    layers = {str(name): pyogrio.read_dataframe(package, layer=name) for name, _ in pyogrio.list_layers(package)}
    del layers["layer_styles"]
    for form, suffix in SUFFIXES.items():
        assert {file.name for file in (folder / form).iterdir()} == {f"{name}{suffix}" for name in layers}
        for name, expected in layers.items():
            found = layer(folder / form / f"{name}{suffix}")
            if not isinstance(expected, gpd.GeoDataFrame):
                found = pd.DataFrame(found.drop(columns="geometry", errors="ignore"))
            else:
                assert found.crs == expected.crs
            pd.testing.assert_frame_equal(values(found), values(expected), check_dtype=False)
            assert made_by().encode() in (folder / form / f"{name}{suffix}").read_bytes()


def test_what_a_planner_put_beside_the_layers_stays(proposal: Proposal, tmp_path: Path) -> None:
    """A former folder of layers is replaced, a file of somebody else in it is not."""
    for _ in range(2):
        folder = write_proposal(proposal, tmp_path / "out", ["geoparquet"])
    (folder / "geoparquet" / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputError, match=r"would be lost \(geoparquet/thesis.docx\)"):
        write_proposal(proposal, folder, ["geoparquet"])
    assert (folder / "geoparquet" / "thesis.docx").exists()
