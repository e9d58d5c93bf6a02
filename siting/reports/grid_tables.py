"""Grid levels as a table and layers: every figure by township, community and block."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from siting.cells import amounts, counted, with_shares
from siting.grids import rolled_up
from siting.proposal import Proposal, stands
from siting.reports.shown import PLURAL
from siting.rules import Situation


def grid_table(proposal: Proposal) -> pd.DataFrame:
    """Each unit of each level, today and as proposed, below each other; each level adds up to the whole area."""
    parts = []
    for situation in proposal.situations:
        for level in proposal.grid:
            part = rolled_up(level, _amounts(situation), _sites(proposal, situation))
            part = with_shares(part).rename_axis("unit_id").reset_index()
            part.insert(0, "situation", situation.label)
            part.insert(1, "level", level.level)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


def grid_layers(proposal: Proposal) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """The polygons of each level."""
    for level in proposal.grid:
        yield f"grid_{level.level}", level.units.rename_axis("unit_id").reset_index()


def _amounts(situation: Situation) -> pd.DataFrame:
    """What may be added up over cells."""
    cells = situation.cells
    told = amounts(cells)
    if situation.micro is not None:
        reached = situation.micro.measured.cells.is_covered.reindex(cells.index)
        for name in counted(cells):
            told[f"{name}_micro"] = cells[name].where(reached, 0.0)
    return told


def _sites(proposal: Proposal, situation: Situation) -> dict[str, gpd.GeoSeries]:
    """Points of what stands, by kind."""
    return {
        PLURAL[kind]: table[stands(table, situation.label)].geometry.to_crs(proposal.area.crs)
        for kind, table in proposal.facilities.items()
    }
