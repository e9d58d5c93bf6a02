"""Judged maps of districts: each district beside the land its station is first due for, and clause by clause."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from siting.district_check import DistrictReport
from siting.language import Language
from siting.proposal import Proposal
from siting.rules import Situation


def drawn_districts(situation: Situation, drawn: DistrictReport) -> gpd.GeoDataFrame:
    """
    One row for each district of a map, with what its station would be first due for.

    Parameters
    ----------
    situation
        In which the stations of the map are open.

    Returns
    -------
    The columns of `DistrictReport.districts`; name; broken (ids of clauses, as text); first_due_km2 and
    first_due_worst_s; share_first_due (of the drawn land, the share that its own station reaches first).
    """
    table = drawn.districts.copy()
    first_due = situation.districts.reindex(table.index)
    shared = shapely.intersection(table.geometry.to_numpy(), first_due.geometry.to_numpy())
    table.insert(0, "name", table.index.map(situation.stations["name"]).fillna(""))
    table["broken"] = table.broken.map("; ".join)
    table["first_due_km2"] = first_due.area_km2
    table["first_due_worst_s"] = first_due.worst_s
    table["share_first_due"] = pd.Series(shapely.area(shared), index=table.index).fillna(0.0) / table.geometry.area
    return table.rename_axis("site_id").reset_index()


def situation_of(proposal: Proposal, name: str) -> Situation:
    """The situation in which the stations of one of `Proposal.judged` are open."""
    return proposal.proposed if name == "planned" else proposal.today


def drawn_clauses(drawn: DistrictReport, language: Language) -> pd.DataFrame:
    """One row for each clause that a map was judged by, in the columns of the findings."""
    rows = [
        {
            "requirement_id": verdict.clause.id,
            "kind": verdict.clause.kind,
            "title": verdict.clause.title[language],
            "clause": verdict.clause.clause,
            "severity": verdict.clause.severity,
            "confidence": verdict.clause.confidence,
            "measured": verdict.measured,
            "required": verdict.required,
            "unit": verdict.unit,
            "passed": {True: "yes", False: "no", None: ""}[verdict.passed],
            "worst": "; ".join(f"{place}: {value:g} {verdict.worst_unit}" for place, value in verdict.worst),
            "remark": verdict.remark(language),
            "source": verdict.clause.source,
        }
        for verdict in drawn.verdicts
    ]
    return pd.DataFrame(rows)
