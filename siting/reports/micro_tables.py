"""Micro fire stations as tables and layers: what they reach today and as proposed, and which places have one."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from siting.cells import counted
from siting.network import turn_table
from siting.proposal import Proposal
from siting.reports.road_layer import roads_layer
from siting.rules.situation import MicroTier

GIVEN = ("area_km2", "unit_id", "edge", "fraction", "snap_m")
STATE_COLUMNS = ("site_id", "travel_time_s", "response_time_s", "is_covered", "depth", "reason")


def micro_tiers(proposal: Proposal) -> dict[str, MicroTier]:
    """By situation; empty where nobody asks for micro stations."""
    tiers = {"today": proposal.today.micro, "proposed": proposal.proposed.micro}
    return {label: tier for label, tier in tiers.items() if tier is not None}


def micro_measures_table(proposal: Proposal) -> pd.DataFrame:
    """What micro stations reach by their own clock, and how many places have one: a column for each situation."""
    columns = {}
    for label, tier in micro_tiers(proposal).items():
        measured, state = tier.measured, tier.places.state
        who, reached = measured.cells[counted(measured.cells)], measured.cells.is_covered
        columns[label] = {
            "micro_stations": len(measured.stations),
            "micro_budget_s": measured.travel_budget_s,
            **{
                f"share_{name}": float(people[reached].sum()) / float(people.sum() or 1) for name, people in who.items()
            },
            "share_area": measured.share_area,
            **{f"{name}_not_covered": float(people[~reached].sum()) for name, people in who.items()},
            "places_due": int((state != "not_due").sum()),
            **{f"places_{name}": int((state == name).sum()) for name in ("has", "shares", "missing")},
        }
    return pd.DataFrame(columns, dtype="float64").rename_axis("measure").reset_index()


def micro_places_table(proposal: Proposal) -> pd.DataFrame:
    """Every place that a rule speaks of, with what it has in each situation."""
    tiers = micro_tiers(proposal)
    told = pd.DataFrame(tiers["today"].places.drop(columns=["geometry", "state", "stations"]))
    for label, tier in tiers.items():
        told[f"state_{label}"], told[f"stations_{label}"] = tier.places.state, tier.places.stations
    units = tiers["proposed"].measured.units
    for name in counted(units):
        told[f"{name}_reached"] = units[f"{name}_covered"].reindex(told.index)
    return told.rename_axis("place_id").reset_index()


def micro_layers(proposal: Proposal) -> Iterator[tuple[str, pd.DataFrame]]:
    """The ways with their times, what is reached of each cell, and the ground of each place."""
    tiers = micro_tiers(proposal)
    if not tiers:
        return
    tier = tiers["today"]
    yield "micro_roads", roads_layer(tier.ways)
    if tier.ways.turns is not None:
        yield "micro_turns", turn_table(tier.ways)
    cells = tier.cells[[*counted(tier.cells), *GIVEN, "geometry"]].copy()
    for label, own in tiers.items():
        for column in STATE_COLUMNS:
            cells[f"{label}_{column}"] = own.measured.cells[column].reindex(cells.index)
    yield "micro_cells", cells.rename_axis("cell_id").reset_index()
    places = micro_places_table(proposal)
    yield "micro_places", gpd.GeoDataFrame(places, geometry=tier.places.geometry.to_numpy(), crs=tier.places.crs)
