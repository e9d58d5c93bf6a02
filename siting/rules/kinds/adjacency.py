"""Neighbourhood of districts: a small station leans on a full one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from siting.rules.kinds.say import not_judged, remark, worst_places
from siting.rules.model import Finding, Requirement
from siting.rules.situation import Situation
from siting.study_area import StudyArea


def class_adjacency(
    requirement: Requirement,
    situation: Situation,
    area: StudyArea,
    *,
    classes: Sequence[str],
    neighbours: Sequence[str],
) -> Finding:
    """
    Number of stations of `classes` whose district touches no district of another station, one of `neighbours`.

    Districts touch where two of their land cells share a stretch of edge. Worst are the stations with none, each with
    the area of its district in km².
    """
    districts = situation.districts[situation.districts.area_km2 > 0]
    asked = districts[districts["class"].isin(classes)]
    if asked.empty:
        return not_judged(requirement, 0.0, "stations", remark("finding_no_such_class", classes=", ".join(classes)))
    site = situation.cells.site_id.reindex(area.cells.index).to_numpy()
    pairs = site[np.concatenate([area.adjacency, area.adjacency[:, ::-1]])]
    leaning = districts.index[districts["class"].isin(neighbours)]
    is_host = np.isin(pairs[:, 1], leaning) & (pairs[:, 0] != pairs[:, 1])
    touching = pd.Index(pairs[is_host, 0])
    alone = asked.area_km2[~asked.index.isin(touching)]
    said = remark("finding_class_adjacency", alone=len(alone), stations=len(asked), classes=", ".join(classes))
    return Finding(requirement, float(len(alone)), 0.0, "stations", alone.empty, worst_places(alone), said)
