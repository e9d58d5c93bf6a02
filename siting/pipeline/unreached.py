"""Demand that no plan can cover, explained by seconds: how far the nearest site is, or why none can drive there."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from siting.arrays import Ids
from siting.network.place import placed
from siting.optimise.problem import is_coverable
from siting.pipeline.material import Ground
from siting.pipeline.question import Question
from siting.tables import Note, noted
from siting.travel_time import Nearest, nearest


def unreached(asked: Question, ground: Ground, unit: str) -> tuple[Note, ...]:
    """
    Cells that no site covers, parted by reason: too far by how much, cut off, or without a road.

    Parameters
    ----------
    unit
        What the weight counts ("people").
    """
    rows = _out(asked)
    demand = asked.demand.iloc[rows]
    first = _first(asked, rows, ground)
    no_road = demand.edge.to_numpy() < 0
    cut_off = (first.site < 0) & ~no_road
    beyond = np.flatnonzero(first.site >= 0)
    farthest = beyond[np.argsort(-first.travel_s[beyond], kind="stable")]
    people = demand.people.to_numpy()

    def told(key: str, which: Ids, **values: object) -> list[Note]:
        return noted("topic_plan", key, demand.index[which], weight=float(people[which].sum()), unit=unit, **values)

    return (
        *told("note_cells_beyond", farthest, **_seconds(asked, first, farthest)),
        *told("note_cells_cut_off", np.flatnonzero(cut_off)),
        *told("note_cells_without_road", np.flatnonzero(no_road)),
    )


def units_below(asked: Question, ground: Ground) -> Iterator[Note]:
    """Grid units that all sites together do not lift to the floor, each with the seconds its cells are away."""
    terms, weight = asked.terms, asked.problem.weight
    if terms.unit is None or terms.floor is None:
        return
    rows = _out(asked)
    first = _first(asked, rows, ground)
    for position in np.unique(terms.unit[rows][terms.unit[rows] >= 0]):
        missing = np.flatnonzero(terms.unit[rows] == position)
        share = 1.0 - weight[rows[missing]].sum() / weight[terms.unit == position].sum()
        if share >= terms.floor:
            continue
        cells = asked.demand.index[rows[missing]]
        near = missing[first.site[missing] >= 0]
        key = "note_unit_beyond" if len(near) else "note_unit_cut_off"
        seconds = _seconds(asked, first, near) if len(near) else {}
        name = ground.area.units.name.iloc[position]
        yield from noted("topic_plan", key, cells, name=name, share=share, floor=terms.floor, **seconds)


def _out(asked: Question) -> Ids:
    return np.flatnonzero(~is_coverable(asked.within(asked.budget_s)))


def _first(asked: Question, rows: Ids, ground: Ground) -> Nearest:
    turnout_s = asked.sites.turnout_s.fillna(ground.clock.turnout_s).to_numpy(dtype=np.float64)
    return nearest(ground.network, placed(asked.sites), placed(asked.demand.iloc[rows]), start_s=turnout_s)


def _seconds(asked: Question, first: Nearest, which: Ids) -> dict[str, object]:
    """The shortest and the longest of these drives, rounded up, and the least limit of the sites that are first."""
    if not len(which):
        return {}
    travel_s = first.travel_s[which]
    limit_s = asked.budget_s.to_numpy()[first.site[which]]
    return {"least": math.ceil(travel_s.min()), "most": math.ceil(travel_s.max()), "limit": float(limit_s.min())}
