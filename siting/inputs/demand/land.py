"""Plain land as demand: every square kilometre counts the same, as where a standard limits areas and not people."""

from __future__ import annotations

from siting.inputs.demand.model import AtEdge, CarriedDemand
from siting.study_area import StudyArea


def carry_land(area: StudyArea, *, at_edge: AtEdge = "share") -> CarriedDemand:
    """
    The area of each cell in km².

    Parameters
    ----------
    at_edge
        Taken so that every source is called alike; land has nothing across the boundary.
    """
    weight = area.cells["area_km2"].rename("weight")
    total = float(weight.sum())
    return CarriedDemand(weight, total, total, 0.0, unit="km²", source="land")
