"""The fewest new hydrants that close the gaps, proven, and the order in which they close most risk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from siting.arrays import Floats, Ids
from siting.hydrants.cover import HydrantCover, street_positions
from siting.hydrants.forms import HYDRANT, is_form
from siting.hydrants.kerbs import road_widths
from siting.hydrants.limits import HydrantLimits
from siting.hydrants.lots import in_order, lot_of, samples, street_risk
from siting.hydrants.question import UNSERVED, Gaps, gaps, question
from siting.hydrants.sites import Standing, possible_sites
from siting.network import EdgePositions, RoadNetwork, position_xy
from siting.optimise import Solution, is_covered, solve
from siting.optimise.problem import opened
from siting.study_area import StudyArea
from siting.tables import Note

ALONG_STREETS = "streets"
"""Source of the sites that are made here, in place of a file's name."""


@dataclass(frozen=True)
class HydrantPlan:
    """
    New hydrants, and the proof that fewer cannot close the gaps.

    Attributes
    ----------
    solution
        Of `lscp` over all possible sites; sizes count rows and sites.
    new
        Index `site_id`, in the order in which they are built: name (of the street), class, role, source, geometry in
        the network's CRS (the caller's candidates as they came); lot (0 for the first, 1, ...), weight_closed and
        metres_closed: the demand that lives along the street that it closes, and that street, when those before stand.
    notes
        What no site can serve, where walls stand in the way, whose width is assumed.
    """

    solution: Solution
    new: gpd.GeoDataFrame
    notes: tuple[Note, ...]


def plan_hydrants(
    network: RoadNetwork,
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    hydrants: gpd.GeoDataFrame,
    cover: HydrantCover,
    standing: Standing | None = None,
    *,
    lots: Sequence[int] = (),
    time_limit_s: float = 60.0,
    relative_gap: float = 0.0,
    seed: int = 0,
) -> HydrantPlan:
    """
    Close every gap that `cover` found, with today's hydrants kept and as few new ones as can be.

    Parameters
    ----------
    hydrants
        Facility table with status and role: those that stand are kept; candidates are sites beside those made along
        the streets, and required ones stand in every plan.
    cover
        Of the hydrants that stand, with the buildings that sites keep clear of.
    lots
        How many new hydrants stand by the end of each lot; what is left comes in a last one.
    """
    standing = standing or Standing()
    limits = cover.limits
    left = gaps(network, area, cells, hydrants[hydrants.status == "existing"], cover)
    offered = hydrants[(hydrants.status == "candidate") & is_form(hydrants, HYDRANT)]
    walls = None if cover.buildings is None else cover.buildings.geometry.to_numpy()
    made, blocked = possible_sites(network, left.streets, limits, standing, walls)
    own = shapely.get_coordinates(offered.geometry.to_crs(network.crs).to_numpy())
    xy = np.vstack([own, made])
    problem, rows = question(network, left, xy, limits)
    required = np.flatnonzero((offered.role == "required").to_numpy())
    problem = replace(problem, fixed_open=np.isin(np.arange(len(xy)), required))
    solution = solve(problem, "lscp", time_limit_s=time_limit_s, relative_gap=relative_gap, seed=seed)
    stands = street_positions(network, gpd.GeoSeries(shapely.points(xy[solution.plan]), crs=network.crs), limits)
    order, weight, metres = _built_in_order(network, area, cells, left, stands, limits)
    chosen = solution.plan[order]
    new = _rows(network, offered, set(hydrants.index), xy, chosen, stands.take(order))
    new = new.assign(lot=lot_of(np.arange(len(order)), lots), weight_closed=weight, metres_closed=metres)
    served = is_covered(problem, opened(problem, solution.plan))
    return HydrantPlan(solution, new, tuple(_notes(network, left, cover, rows, served, blocked)))


def _built_in_order(
    network: RoadNetwork,
    area: StudyArea,
    cells: gpd.GeoDataFrame,
    left: Gaps,
    stands: EdgePositions,
    limits: HydrantLimits,
) -> tuple[Ids, Floats, Floats]:
    due, short = (position_xy(network, samples(network, parts)) for parts in (left.due, left.short))
    cell_of = area.cell_at(*np.vstack([due, short]).T)
    people = _beside_streets(cells, due, cell_of[: len(due)], limits.radius_m)
    return in_order(
        network, street_risk(network, left.due, left.short, cell_of, people), stands, limits.spacing_m / 2.0
    )


def _beside_streets(cells: gpd.GeoDataFrame, due: Floats, cell_of: Ids, within_m: float) -> Floats:
    """The demand of each cell; that of cells without a due street is with the cell of the nearest one."""
    people = cells.people.to_numpy(dtype=np.float64)
    home = np.arange(len(cells))
    bare = np.setdiff1d(home, cell_of)
    if len(bare) and len(due):
        away_m, nearest = cKDTree(due).query(np.column_stack([cells.x, cells.y])[bare])
        theirs = cell_of[nearest]
        near = (away_m <= within_m) & (theirs >= 0)
        home[bare[near]] = theirs[near]
    return np.bincount(home, weights=people, minlength=len(cells)).astype(np.float64)


def _rows(
    network: RoadNetwork,
    offered: gpd.GeoDataFrame,
    taken: Collection[str],
    xy: Floats,
    chosen: Ids,
    stands: EdgePositions,
) -> gpd.GeoDataFrame:
    """What is known of each chosen site; one made here has an id that nobody has yet."""
    is_own = chosen < len(offered)
    street = network.edges["name"].to_numpy()[stands.edge]
    own_ids = offered.index.to_numpy(dtype=object)[np.where(is_own, chosen, 0)] if len(offered) else chosen
    free = (name for name in (f"NH{number:05d}" for number in count(1)) if name not in taken)
    made_ids = np.array(list(islice(free, len(chosen))), dtype=object)
    return gpd.GeoDataFrame(
        {
            "name": np.where(stands.on_road, street, ""),
            "class": "",
            "role": "candidate",
            "source": np.where(is_own, "", ALONG_STREETS),
        },
        index=pd.Index(np.where(is_own, own_ids, made_ids), name="site_id", dtype=object),
        geometry=shapely.points(xy[chosen]),
        crs=network.crs,
    )


def _notes(
    network: RoadNetwork,
    left: Gaps,
    cover: HydrantCover,
    rows: Mapping[str, Ids],
    served: np.ndarray,
    blocked: int,
) -> Iterator[Note]:
    for kind, own in rows.items():
        missed = int((~served[own]).sum())
        if missed:
            yield Note("hydrant", UNSERVED[kind], missed, values={"all": len(own)})
    if blocked:
        yield Note("hydrant", "note_hydrant_walls", blocked)
    assumed = network.edges["width_m"].isna().to_numpy()[left.due.edge]
    if assumed.any():
        km = float(left.due.length_m[assumed].sum()) / 1e3
        usual = road_widths(network, cover.limits)[left.due.edge[assumed]]
        values = {"km": f"{km:,.1f}", "least": f"{usual.min():g}", "most": f"{usual.max():g}"}
        yield Note("hydrant", "note_hydrant_widths", int(assumed.sum()), values=values)
