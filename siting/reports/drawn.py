"""Today's districts as drawn: each beside the land its station is first due for, and clause by clause."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from siting.district_check import DistrictReport
from siting.proposal import Proposal


def drawn_districts(proposal: Proposal, drawn: DistrictReport) -> gpd.GeoDataFrame:
    """
    One row for each drawn district, with what its station would be first due for.

    Returns
    -------
    The columns of `DistrictReport.districts`; name; broken (ids of clauses, as text); first_due_km2 and
    first_due_worst_s; share_first_due (of the drawn land, the share that its own station reaches first).
    """
    table = drawn.districts.copy()
    first_due = proposal.today.districts.reindex(table.index)
    shared = shapely.intersection(table.geometry.to_numpy(), first_due.geometry.to_numpy())
    table.insert(0, "name", table.index.map(proposal.today.stations["name"]).fillna(""))
    table["broken"] = table.broken.map("; ".join)
    table["first_due_km2"] = first_due.area_km2
    table["first_due_worst_s"] = first_due.worst_s
    table["share_first_due"] = pd.Series(shapely.area(shared), index=table.index).fillna(0.0) / table.geometry.area
    return table.rename_axis("site_id").reset_index()


def drawn_clauses(proposal: Proposal, drawn: DistrictReport) -> pd.DataFrame:
    """One row for each clause that the drawn districts were judged by, in the columns of the findings."""
    language = proposal.language
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
