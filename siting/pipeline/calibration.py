"""A speed profile fitted to a table of observed runs, straight from a road file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.arrays import Floats
from siting.calibration import Calibration, calibrate, profile_text
from siting.errors import InputError
from siting.files import whole_file
from siting.geofiles import short_name
from siting.inputs.road_network import read_roads
from siting.inputs.roads import Progress, silent
from siting.inputs.vector import read_table
from siting.language import Language, word
from siting.network.place import place
from siting.speeds import load_profile
from siting.study_area import StudyArea
from siting.tables import some

SNAP_LIMIT_M = 300.0
BUFFER_M = 3000.0
"""How far outside the places of the runs a way may lead."""
COLUMNS = ("from_lon", "from_lat", "to_lon", "to_lat", "seconds")


@dataclass(frozen=True)
class Runs:
    """Observed runs, R rows each: where they start and end (EPSG:4326), and seconds from wheels rolling to arrival."""

    origins: gpd.GeoDataFrame
    destinations: gpd.GeoDataFrame
    observed_s: Floats


def calibrate_profile(
    runs: str | Path,
    roads: Path,
    out: Path,
    *,
    speeds: str = "fire-engine",
    traffic: str | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    progress: Progress = silent,
) -> Calibration:
    """
    Fit factors on the speeds, and the start of a trip, to observed runs, and write the profile as TOML.

    Parameters
    ----------
    runs
        As `read_runs` takes them.
    speeds, traffic
        The profile to begin with, and the traffic that the runs met.
    groups
        Road classes that share a factor, by a name of one's own; one factor for all by default.

    Raises
    ------
    InputError
        If a column is missing, a place or time is no number, a class is unknown or in two groups, there are too few
        runs with a way, or they leave a factor open. Nothing is written then.
    """
    if out.suffix != ".toml":
        raise InputError("calibrate", [f"{out.name} ends in {out.suffix!r}; expected .toml, as profiles are named."])
    given = read_runs(runs)
    profile = load_profile(speeds, traffic=traffic)
    places = pd.concat([given.origins.geometry, given.destinations.geometry])
    ground = gpd.GeoSeries([places.union_all().envelope], crs=places.crs)
    ground = ground.to_crs(ground.estimate_utm_crs()).buffer(BUFFER_M)
    area = StudyArea.from_geometry(ground, name="runs", cell_m=5000.0, buffer_m=0.0)
    network = read_roads(roads, area, speeds=profile, progress=progress)
    origins, destinations = (place(network, table, SNAP_LIMIT_M) for table in (given.origins, given.destinations))
    found = calibrate(network, profile, origins, destinations, given.observed_s, groups=groups)
    with whole_file(out) as partial:
        partial.write_text(profile_text(found, f"{len(given.observed_s)} runs of {short_name(runs)}."), "utf-8")
    return found


def read_runs(path: str | Path) -> Runs:
    """
    A table of runs, every row of it.

    Parameters
    ----------
    path
        CSV with the columns of `COLUMNS`, degrees in WGS 84; or lines from start to end of each run with a column
        `seconds`, in any other form that `siting.inputs.vector.read_table` takes.

    Raises
    ------
    InputError
        If a column is missing, or a place or time is no number; all faults of the times at once.
    """
    if short_name(path).lower().endswith(".csv"):
        origins = read_table(path, lon="from_lon", lat="from_lat", crs="EPSG:4326")
        destinations = read_table(path, lon="to_lon", lat="to_lat", crs="EPSG:4326")
    else:
        lines = read_table(path, kinds=("LineString",)).to_crs("EPSG:4326")
        ends = [shapely.get_point(lines.geometry.array, end) for end in (0, -1)]
        origins, destinations = (lines.set_geometry(end, crs=lines.crs) for end in ends)
    if "seconds" not in origins:
        fault = f"No column 'seconds'. Expected {', '.join(COLUMNS)}: driving time from wheels rolling to arrival."
        raise InputError(str(path), [fault])
    observed_s = pd.to_numeric(origins["seconds"], errors="coerce").to_numpy(dtype=np.float64)
    bad = origins.index[~(observed_s > 0) | ~np.isfinite(observed_s)]
    if len(bad):
        fault = f"{len(bad)} runs have no seconds above 0 (lines {some(bad)}). Fill them in, or leave them out."
        raise InputError(str(path), [fault])
    return Runs(origins, destinations, observed_s)


def calibration_text(found: Calibration, language: Language) -> str:
    """The figures with their 95 % limits, the spread of a run, and what was set aside."""
    lines = [
        word(
            "calibrate_figure",
            language,
            name=_figure_name(str(row.Index), language),
            value=f"{row.value:.3f}",
            low=f"{row.low:.3f}",
            high=f"{row.high:.3f}",
            runs=f"{row.runs:.0f}",
        )
        for row in found.figures.itertuples()
    ]
    spread, median = f"{found.error_mad:.1%}", f"{found.error_median:+.1%}"
    lines.append(word("calibrate_spread", language, spread=spread, median=median, odd=int(found.is_odd.sum())))
    return "\n".join([*lines, *(note.message(language) for note in found.notes)])


def _figure_name(figure: str, language: Language) -> str:
    if figure in ("all", "start_stop_s"):
        return word(f"calibrate_{figure}", language)
    return word("calibrate_group", language, name=figure)
