"""A proposal as large as a city's, measured on roads made by code: what the map is timed on."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.networks import road_like
from siting.hydrants import hydrant_cover
from siting.network import RoadNetwork
from siting.network.place import place, with_place
from siting.optimise import Solution
from siting.proposal import Plan, Proposal
from siting.rules import judge, load_rules, measure
from siting.study_area import StudyArea

RULES = "cn-jb152-2017"
SNAP_M = 300.0


def town(cells: int, stations: int, hydrants: int, roads: int, *, seed: int = 7) -> Proposal:
    """
    A square town with a tenth of its stations open today, as many proposed, and the rest candidates.

    Parameters
    ----------
    cells, roads
        About so many: the town is a square lattice of either.
    """
    random = np.random.default_rng(seed)
    network = _network(roads)
    side = float(network.x.max())
    square = gpd.GeoSeries([shapely.box(0, 0, side, side)], crs=network.crs)
    area = StudyArea.from_geometry(
        square, name="Town", cell_m=side / np.sqrt(cells), buffer_m=0.0, crs=network.crs, units=_units(side, network)
    )
    people = random.gamma(0.6, 60.0, len(area.cells)).round(3)
    ground = area.cells.assign(people=people)
    ground = with_place(ground, place(network, gpd.GeoDataFrame(geometry=_points(area)), SNAP_M))
    tenth = max(1, stations // 10)
    status = np.repeat(["existing", "proposed", "candidate"], [tenth, tenth, stations - 2 * tenth])
    table = _facilities("station", "S", status, network, random)
    wells = _facilities("hydrant", "H", np.full(hydrants, "existing"), network, random)
    ruleset = load_rules(RULES)
    served = hydrant_cover(network, area, ground, wells)
    today = measure("today", network, area, ground, table[table.status == "existing"], ruleset, hydrants=served)
    proposed = measure("proposed", network, area, ground, table[table.status != "candidate"], ruleset)
    ids = {name: tuple(table.index[table.status == name]) for name in ("existing", "proposed")}
    solution = Solution("mclp", np.arange(2 * tenth), 1.0, 1.0, "max", "optimal", "chosen at random", 0.0, seed)
    return Proposal(
        name="Town",
        language="en",
        area=area,
        network=network,
        ruleset=ruleset,
        facilities={"station": table, "hydrant": wells},
        demand={"source": "code", "unit": "people", "read": people.sum(), "inside": people.sum(), "outside": 0.0},
        cells=ground,
        today=today,
        proposed=proposed,
        findings_today=judge(ruleset, today, area),
        findings_proposed=judge(ruleset, proposed, area),
        plans=(Plan("station", "mclp", ids["existing"], ids["proposed"], (), solution, 240.0, "people"),),
        notes=(),
        provenance={"created": "2026-01-01", "notice": "SYNTHETIC", "attribution": ""},
    )


def _network(roads: int) -> RoadNetwork:
    """Roads of every class, each with a name."""
    network = road_like(int(roads / 1.43))
    number = np.arange(network.n_edges)
    kinds = np.array(["primary", "secondary", "tertiary", "residential", "residential"])
    network.edges["highway"] = kinds[number % len(kinds)]
    network.edges["name"] = [f"Road {name}" for name in number % 500]
    network.edges["structure"], network.edges["width_m"] = "", np.nan
    return network


def _units(side: float, network: RoadNetwork) -> gpd.GeoDataFrame:
    """Nine townships."""
    west, south = (axis.ravel() * side / 3 for axis in np.meshgrid(np.arange(3), np.arange(3)))
    return gpd.GeoDataFrame(
        {"name": [f"Township {n}" for n in range(1, 10)]},
        geometry=shapely.box(west, south, west + side / 3, south + side / 3),
        crs=network.crs,
    )


def _points(area: StudyArea) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy(area.cells.x, area.cells.y, crs=area.crs)


def _facilities(
    kind: str, letter: str, status: np.ndarray, network: RoadNetwork, random: np.random.Generator
) -> gpd.GeoDataFrame:
    n, side = len(status), float(network.x.max())
    table = gpd.GeoDataFrame(
        {
            "kind": kind,
            "class": "一级站",
            "name": [f"{kind} {number}" for number in range(n)],
            "role": np.where(status == "existing", "existing", "candidate"),
            "turnout_s": random.choice([45.0, 60.0, np.nan], n) if kind == "station" else np.nan,
            "source": "code",
            "reason": "",
            "status": status,
        },
        geometry=gpd.points_from_xy(*random.uniform(0.05 * side, 0.95 * side, (2, n))),
        crs=network.crs,
        index=pd.Index([f"{letter}{number:04d}" for number in range(n)], name="site_id"),
    )
    return with_place(table, place(network, table, SNAP_M))
