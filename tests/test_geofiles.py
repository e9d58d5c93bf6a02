"""One table in every format: the same rows, values, shapes and CRS come back, or the fault is said in words."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import CRS

from siting.errors import InputError
from siting.geofiles import WRITTEN, open_geofile, write_geofile
from siting.inputs.vector import read_table
from tests.full_disk import full_disk

TOWNS = gpd.GeoDataFrame(
    {
        "名称": ["西镇", "", None, "东镇"],
        "people": pd.array([3, None, 0, 2**53 + 1], dtype="Int64"),
        "engines": [4, 3, 2, 1],
        "share": [0.1, np.nan, 1 / 3, 1e-300],
        "is_open": [True, False, True, False],
    },
    geometry=[shapely.Point(121.3, 31.4), shapely.box(121, 31, 121.5, 31.5), None, shapely.Point(121.1, 31.2)],
    crs="EPSG:4326",
)
"""Shapes of two kinds and none, in an order that a spatial index would change."""


@pytest.mark.parametrize("suffix", [*WRITTEN, ".geoparquet"])
def test_the_same_values_in_every_format(tmp_path: Path, suffix: str) -> None:
    """Rows in their order, whole numbers whole, gaps as gaps, empty text as empty text, the CRS."""
    path = tmp_path / "sites=3" / f"towns{suffix}"  # a folder that some would take for a column
    path.parent.mkdir()
    towns = TOWNS.assign(people=TOWNS.people.astype("float64"))
    if suffix == ".geoparquet":
        TOWNS.to_parquet(path)
    else:
        write_geofile(TOWNS, path, "towns")
    back = open_geofile(path)
    assert back.attrs["notes"] == ()
    assert back.index.tolist() == [1, 2, 3, 4]
    assert back.crs == "EPSG:4326"
    assert [None if pd.isna(name) else name for name in back["名称"]] == ["西镇", "", None, "东镇"]
    same = ["people", "engines", "share", "is_open", "geometry"]
    assert_geodataframe_equal(back[same].reset_index(drop=True), towns[same], check_dtype=suffix != ".geojson")


def test_a_table_of_another_crs_and_index(tmp_path: Path) -> None:
    """Longitude and latitude by the name that GeoParquet gives them are EPSG:4326; an index of ids is a column."""
    towns = TOWNS.set_index("名称").set_crs("OGC:CRS84", allow_override=True)
    towns.to_parquet(tmp_path / "a.parquet")
    back = open_geofile(tmp_path / "a.parquet", layer="a")
    assert back.crs.to_string() == "EPSG:4326"
    assert back["名称"].tolist()[0] == "西镇"
    TOWNS.set_crs(None, allow_override=True).to_parquet(tmp_path / "b.parquet")
    assert open_geofile(tmp_path / "b.parquet").crs is None


@pytest.mark.parametrize("suffix", [".fgb", ".parquet"])
def test_broken_files(tmp_path: Path, suffix: str) -> None:
    """Cut off, damaged, of another kind: a fault with its file."""
    write_geofile(TOWNS, tmp_path / f"whole{suffix}", "whole")
    whole = (tmp_path / f"whole{suffix}").read_bytes()
    middle = len(whole) // 2
    for n, content in enumerate([whole[:4], whole[:-middle], b"{" + whole, whole[:8] + b"\xff" * len(whole)]):
        path = tmp_path / f"{n}{suffix}"
        path.write_bytes(content)
        with pytest.raises(InputError, match=f"{n}{suffix}: It (cannot be read|does not begin|holds no layer)"):
            open_geofile(path)
    with pytest.raises(InputError, match=r"It has no layer 'x'\. It has whole"):
        open_geofile(tmp_path / f"whole{suffix}", layer="x")


def test_escaped_letters_of_geojson(tmp_path: Path) -> None:
    """Letters of CJK extension F that Python escapes as two halves are whole; a half of one is told, and only that."""
    names = ["\U0002d800村", "\U0002dfff", "\U0001f692", r"\ud876\udc00", "a\\\U0002d800", "\U0001d7ff\U0001d800"]
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [121, 31]}}
        for name in [*names, "\ud876", "b\udc00"]
    ]
    path = tmp_path / "towns.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "ascii")
    for layer in (None, "towns"):
        back = open_geofile(path, layer=layer)
        assert back["name"].tolist() == [*names, "\N{REPLACEMENT CHARACTER}", "b\N{REPLACEMENT CHARACTER}"]
    (note,) = back.attrs["notes"]
    assert (note.key, note.count, note.examples) == ("note_lost_letters", 2, ("7", "8"))


def test_a_parquet_file_as_databases_write_it(tmp_path: Path) -> None:
    """Shapes by another name beside a column `geometry`, categories, exact decimals with a gap: as GDAL has them."""
    rows = gpd.GeoDataFrame(
        {
            "geometry": ["a field", "a wood"],
            "kind": pd.Categorical(["school", None]),
            "level": pd.Categorical([3, 1]),
            "people": [Decimal("12.50"), None],
            "shape": gpd.points_from_xy([117.2, 117.3], [28.3, 28.4], crs=4326),
        }
    )
    rows.set_geometry("shape").to_parquet(tmp_path / "a.parquet")
    back = open_geofile(tmp_path / "a.parquet")
    assert list(back.columns) == ["geometry_given", "kind", "level", "people", "geometry"]
    assert back["kind"].fillna("").tolist() == ["school", ""]
    assert back["level"].tolist() == [3, 1]
    assert (back["people"].dtype, back["people"].sum()) == (np.float64, 12.5)
    assert back.geometry.x.tolist() == [117.2, 117.3]


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet"])
def test_a_crs_without_a_code_and_no_row(tmp_path: Path, suffix: str) -> None:
    """A town's own grid comes back as it was; a layer without a row keeps columns and CRS, and is refused as empty."""
    own = CRS.from_proj4("+proj=tmerc +lat_0=0 +lon_0=117.3 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +type=crs")
    towns = TOWNS.to_crs(own)
    write_geofile(towns, tmp_path / f"own{suffix}", "own")
    back = open_geofile(tmp_path / f"own{suffix}")
    assert back.crs.to_epsg() is None
    assert back.crs.equals(own, ignore_axis_order=True)
    assert back.geometry.to_crs(4326).iloc[0].equals_exact(TOWNS.geometry.iloc[0], 1e-9)
    write_geofile(towns.iloc[:0], tmp_path / f"none{suffix}", "none")
    none = open_geofile(tmp_path / f"none{suffix}")
    assert (len(none), set(none.columns), none.crs == back.crs) == (0, set(towns.columns), True)
    with pytest.raises(InputError, match="There is no row in it"):
        read_table(tmp_path / f"none{suffix}")


@pytest.mark.parametrize("suffix", [".fgb", ".parquet"])
def test_columns_that_differ_in_case(tmp_path: Path, suffix: str) -> None:
    """Both are kept; a GeoPackage, which takes them for one, gets them from `siting.reports.geopackage.writable`."""
    rows = TOWNS.assign(Name="a", name="b")
    write_geofile(rows, tmp_path / f"a{suffix}", "a")
    back = open_geofile(tmp_path / f"a{suffix}")
    assert (back["Name"].unique().tolist(), back["name"].unique().tolist()) == (["a"], ["b"])


def test_a_parquet_file_without_shapes(tmp_path: Path) -> None:
    """A plain table is refused as one."""
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match="a table without geometry"):
        open_geofile(tmp_path / "a.parquet")


def test_a_parquet_file_that_would_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand equal rows are a few bytes: what they would hold is known before they are read."""
    rows = gpd.GeoDataFrame({"n": np.zeros(100_000)}, geometry=np.repeat(shapely.points([[1, 2]]), 100_000), crs=4326)
    write_geofile(rows, tmp_path / "a.parquet", "a")
    assert (tmp_path / "a.parquet").stat().st_size < 20_000
    monkeypatch.setattr("siting.geofiles._MOST_UNPACKED_B", 2**20)
    with pytest.raises(InputError, match=r"would unpack to .* GiB"):
        open_geofile(tmp_path / "a.parquet")


@pytest.mark.parametrize("suffix", WRITTEN)
def test_a_disk_that_runs_full(tmp_path: Path, suffix: str) -> None:
    """Also when a file is closed, which GDAL tells nobody: none is cut off, and no GeoPackage lacks its index."""
    towns = pd.concat([TOWNS] * 100, ignore_index=True)
    write_geofile(towns, tmp_path / f"whole{suffix}", "towns")
    whole = (tmp_path / f"whole{suffix}").read_bytes()
    for share in (0.3, 0.7, 0.9, 0.99):
        with full_disk(int(share * len(whole))), pytest.raises(OSError, match=r"\w"):
            write_geofile(towns, tmp_path / f"cut{suffix}", "towns")
        (tmp_path / f"cut{suffix}").unlink(missing_ok=True)
    with full_disk(len(whole)):
        write_geofile(towns, tmp_path / f"cut{suffix}", "towns")
    assert open_geofile(tmp_path / f"cut{suffix}").equals(open_geofile(tmp_path / f"whole{suffix}"))
