"""Tables of hydrants: where they are due, and how new ones are planned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from siting.scenario.table import Phases, Positive, Table


class HydrantPlanTable(Table):
    """[hydrants.plan]: the fewest new hydrants that close the gaps; its presence asks for it."""

    spacing_m: Positive = 10.0
    """Between two possible places along a street."""
    kerb_m: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    """From the kerb (GB 50974-2014, 7.2.6: 0.5 to 2 m)."""
    wall_m: Annotated[float, Field(ge=0)] = 5.0
    """From buildings at least (7.2.6), where [hydrants] buildings are given."""
    lots: Phases | None = None
    """New hydrants that stand by each year, {2027 = 100}, or that each lot adds, [100, 100]; the rest come last."""
    time_limit_s: Positive = 60.0
    """Seconds for the search; the best plan and its bound are given at the limit."""
    relative_gap: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Stop when the plan is proven this near to the fewest."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Of every random choice."""

    @model_validator(mode="after")
    def _lots_rise(self) -> HydrantPlanTable:
        if isinstance(self.lots, dict):
            by_year = [self.lots[year] for year in sorted(self.lots, key=int)]
            if by_year != sorted(by_year):
                raise ValueError("lots fall from one year to the next; they say how many new hydrants stand by then")
        return self


class HydrantsTable(Table):
    """[hydrants]: where hydrants are due; what they are measured by stands in the rule set."""

    file_keys = ("buildings",)

    highway: Annotated[list[str] | None, Field(min_length=1)] = None
    """Classes of street along which hydrants are due; primary to residential when absent (docs/hydrants.md)."""
    places: Annotated[list[Literal["urban", "near_suburb", "other"]], Field(min_length=1)] = ["urban", "near_suburb"]
    """Ground on which they are due, by the land classes of [study_area] land; all ground is urban without that file."""
    widths_m: dict[str, Positive] = {}
    """Kerb to kerb by class of road, where the map has no width, beside the usual ones (docs/hydrants.md)."""
    cold: bool = False
    """Winters freeze: filling cranes are due along main roads."""
    buildings: str | None = None
    """File of outlines: each is judged, and new hydrants keep clear of its walls."""
    buildings_layer: str | None = None
    """Layer of a GeoPackage."""
    buildings_crs: str | None = None
    """CRS of a file that does not say its own; "GCJ-02" and "BD-09" are converted."""
    plan: HydrantPlanTable | None = None
    """Where to build; today is only judged when absent."""
