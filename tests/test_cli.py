"""The command line: arguments in, answers and exit codes out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from siting.cli import main
from siting.synthetic import demo_folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    sys.argv = ["siting", *map(str, arguments)]
    with pytest.raises(SystemExit) as ended:
        main()
        sys.exit(0)
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_help_and_import_stay_quick() -> None:
    """Neither loads a solver, a map or a compiler."""
    heavy = ("numba", "ortools", "folium", "osmnx", "matplotlib", "rasterio", "geopandas")
    code = f"import siting, siting.cli, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.strip() == "[]"


def test_rules_are_listed_and_shown(capsys) -> None:
    """All of them by name; one with its clock, clauses and confidence."""
    code, out, _ = run(capsys, "rules")
    assert code == 0
    assert {"cn-jb152-2017", "cn-gb51080-2015", "cn-gb50974-2014", "nfpa-1710"} <= {
        line.split()[0] for line in out.splitlines()
    }
    _, out, _ = run(capsys, "rules", "cn-jb152-2017")
    assert "= 240 s of driving" in out
    assert "confidence high" in out


def test_schema_is_json(capsys) -> None:
    """Editors read it."""
    _, out, _ = run(capsys, "schema")
    assert "study_area" in json.loads(out)["properties"]


def test_an_input_fault_is_one_message_and_exit_code_1(capsys, tmp_path: Path) -> None:
    """No traceback; the file and the nearest known key."""
    path = tmp_path / "town.toml"
    path.write_text("nam = 'Town'\n")
    code, out, err = run(capsys, "run", path, "--out", tmp_path / "out")
    assert (code, out) == (1, "")
    assert err.startswith("siting: town.toml: ")
    assert "Did you mean 'name'?" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [["run"], ["demo", "--lang", "fr"], ["isochrones", "x.pbf", "--at", "1", "--out", "a.gpkg"]]
)
def test_usage_faults_exit_with_2(capsys, arguments) -> None:
    """A missing argument, an unknown language, half a place."""
    assert run(capsys, *arguments)[0] == 2


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_isochrones_of_one_place(capsys, tmp_path: Path, suffix: str) -> None:
    """From a road file to a layer, a row for each limit, larger with time."""
    import geopandas as gpd

    out = tmp_path / f"reach{suffix}"
    station = gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[0]
    at = f"{station.x},{station.y}"
    code, printed, err = run(
        capsys, "isochrones", demo_folder() / "roads.osm.pbf", "--at", at, "--minutes", "2,4", "--out", out
    )
    assert code == 0, err
    assert "area_km2" in printed
    assert gpd.read_file(out).area_km2.is_monotonic_increasing


def test_isochrones_of_two_places_in_rings(capsys, tmp_path: Path) -> None:
    """A row for each place and limit; a ring leaves out what the shorter limit reaches."""
    import geopandas as gpd

    out, stations = tmp_path / "rings.gpkg", gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[:2]
    at = [part for station in stations for part in ("--at", f"{station.x},{station.y}")]
    code, _, err = run(
        capsys, "isochrones", demo_folder() / "roads.osm.pbf", *at, "--minutes", "1,2", "--form", "rings", "--out", out
    )
    assert code == 0, err
    written = gpd.read_file(out)
    assert len(written) == 4
    assert written.geometry[0].intersection(written.geometry[1]).area < 1e-12


def test_isochrones_on_a_map_that_opens_without_internet(capsys, tmp_path: Path) -> None:
    """A layer for each limit, the same bytes each time, nothing fetched from outside, the credit of the roads."""
    import geopandas as gpd

    station = gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[0]
    pages = []
    for name in ("a.html", "b.html"):
        code, _, err = run(
            capsys, "isochrones", demo_folder() / "roads.osm.pbf", "--at", f"{station.x},{station.y}", "--minutes",
            "1,2.5", "--out", tmp_path / "reach.gpkg", "--map", tmp_path / name,
        )  # fmt: skip
        assert code == 0, err
        pages.append((tmp_path / name).read_text("utf-8"))
    assert pages[0] == pages[1]
    assert set(re.findall(r"https?://([\w.]+)", pages[0])) <= {"www.w3.org", "leafletjs.com", "bugzilla.mozilla.org"}
    assert all(label in pages[0] for label in ("1 min", "2 min 30 s", "© OpenStreetMap contributors", "fire-engine"))
    code, _, err = run(capsys, "isochrones", demo_folder() / "roads.osm.pbf", "--at", "1,1", "--out",
                       tmp_path / "reach.gpkg", "--map", tmp_path / "a.pdf")  # fmt: skip
    assert code == 1
    assert "expected .html" in err


def test_isochrones_in_traffic_of_places_side_by_side(capsys, tmp_path: Path) -> None:
    """Places 10 m apart keep names of their own, and the rush hour reaches less land."""
    import geopandas as gpd

    station = gpd.read_file(demo_folder() / "stations.geojson").geometry.iloc[0]
    places = [f"{station.x + beside:.6f},{station.y:.6f}" for beside in (0.0, 0.0001)]
    at = [part for place in places for part in ("--at", place)]
    area_km2 = {}
    for traffic in ("day", "peak"):
        out = tmp_path / f"{traffic}.gpkg"
        code, _, err = run(
            capsys, "isochrones", demo_folder() / "roads.osm.pbf", *at, "--traffic", traffic, "--out", out
        )
        assert code == 0, err
        written = gpd.read_file(out)
        assert written.site_id.nunique() == 2
        area_km2[traffic] = written.area_km2.sum()
    assert area_km2["peak"] < area_km2["day"]


def test_isochrones_read_as_far_as_the_profile_drives(capsys, tmp_path: Path) -> None:
    """An engine of 300 km/h on an empty plain gets 10 km in two minutes: no circle of another speed cuts it off."""
    import geopandas as gpd

    roads, profile, out = tmp_path / "roads.osm", tmp_path / "fast.toml", tmp_path / "fast.gpkg"
    nodes = "".join(f'<node id="{i}" lat="31.0" lon="{121 + i / 100}"/>' for i in range(1, 40))
    refs = "".join(f'<nd ref="{i}"/>' for i in range(1, 40))
    way = f'<way id="9">{refs}<tag k="highway" v="primary"/></way>'
    roads.write_text(f'<osm version="0.6">{nodes}{way}</osm>', "utf-8")
    profile.write_text('base = "flat-40"\nfactor = 7.5\n', "utf-8")
    code, _, err = run(capsys, "isochrones", roads, "--at", "121.2,31.0", "--minutes", "2", "--speeds", profile,
                       "--out", out)  # fmt: skip
    assert code == 0, err
    west, _, east, _ = gpd.read_file(out).to_crs("EPSG:32651").total_bounds
    assert east - west == pytest.approx(20_000, rel=0.02)


def test_isochrones_name_every_fault(capsys, tmp_path: Path) -> None:
    """A place off the globe, an unknown ending, no time."""
    code, _, err = run(
        capsys,
        "isochrones",
        "x.pbf",
        "--at",
        "31.3,121.2",
        "--minutes",
        "0,inf",
        "--form",
        "ring",
        "--out",
        tmp_path / "a.txt",
    )
    assert code == 1
    assert "not a longitude and a latitude" in err
    assert "expected .geojson or .gpkg" in err
    assert "0 minutes is no driving time" in err
    assert "inf minutes is no driving time" in err
    assert "'ring' is not known" in err
