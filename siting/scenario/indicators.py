"""The table of indicators by target year."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from siting.scenario.table import Force, Positive, Table, Whole, Year

Source = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class ByYearTable(Table):
    """[indicators.people], [indicators.staff]: a number that no map holds, by year."""

    today: Positive | None = None
    """As of today."""
    by_year: dict[Year, Positive] = {}
    """As expected in each year, such as {2027 = 1_990_000}."""
    source: Source
    """Whose number it is; printed beside it."""


class TargetsTable(Table):
    """[indicators.targets]: what is to be reached by each year; a year without its own takes the latest before it."""

    source: Source
    """Which plan or standard asks for them; printed beside them."""
    people_per_station: dict[Year, Positive] = {}
    """10,000 residents for each station, fewer than this: {2027 = 11.8, 2030 = 10}."""
    staff_per_10k: dict[Year, Positive] = {}
    """People of all rescue forces for each 10,000 residents, at least."""
    share_land: dict[Year, Share] = {}
    """Of the land that a station reaches within the clock, at least."""
    hydrants: dict[Year, Whole] = {}
    """That stand and count, at least."""
    hydrants_built: dict[Year, Share] = {}
    """Of the hydrants due, at least; all of them at the end when absent."""
    micro_stations: dict[Year, Whole] = {}
    """That stand, at least."""
    places_without_micro: dict[Year, Whole] = {}
    """Places due a micro station that neither have nor share one, at most; none at the end when absent."""
    units_without_own: dict[Year, Whole] = {}
    """Grid units without a brigade or station on their ground, at most."""
    units_missing: dict[Year, Whole] = {}
    """Those of them that none elsewhere serves in time, at most; none at the end when absent."""

    @property
    def by_indicator(self) -> dict[str, dict[int, float]]:
        """The targets of each indicator that has any, by year."""
        given = self.model_dump(exclude={"source"}, exclude_unset=True)
        return {name: {int(year): float(value) for year, value in by_year.items()} for name, by_year in given.items()}


class IndicatorsTable(Table):
    """[indicators]: one table of indicators, today, by the end of each phase and as proposed; asks for it."""

    forces: Annotated[list[Force], Field(min_length=1)] = ["national", "full_time"]
    """
    Whose stations count in people per station. That full-time brigades count is how a county-level city's plan adds
    up: an editable default.
    """
    people: ByYearTable | None = None
    """Residents, where they are others than the demand, or grow."""
    staff: ByYearTable | None = None
    """People of all rescue forces; not known when absent."""
    targets: TargetsTable | None = None
    """What is to be reached; only what is due by itself when absent."""
