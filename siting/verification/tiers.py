"""Each kind of site that is planned, seen as stations are: with its own sites, ways, cells and clock."""

from __future__ import annotations

from siting.verification.written import Written, states_of


def tier(written: Written, kind: str) -> Written | None:
    """
    The proposal as the sites of one kind see it; None for a kind that is not measured by seconds.

    Of micro stations: the layers stations, roads, turns, cells and grid_units are theirs, and so is the clock.
    """
    if kind == "station":
        return written
    told = written.summary.get("micro_stations")
    if kind != "micro_station" or told is None:
        return None
    layers = {name: layer for name, layer in written.layers.items() if name != "turns"}
    shared = ["cell_id", "x", "y", "row", "col", "place", "cap_km2"]
    shared += [name for name in layers["cells"] if name.startswith("part_")]
    own = layers["micro_cells"].merge(layers["cells"][shared], on="cell_id")
    places = layers["micro_places"]
    layers |= {
        "stations": layers["micro_stations"],
        "roads": layers["micro_roads"],
        "cells": own,
        "grid_units": places[places.place_id.isin(own.unit_id)].rename(columns={"place_id": "unit_id"}),
    }
    if "micro_turns" in layers:
        layers["turns"] = layers["micro_turns"]
    summary = {
        **written.summary,
        "rule_set": {**written.summary["rule_set"], "clock": told["clock"]},
        "start_stop_s": told["start_stop_s"],
    }
    return Written(written.folder, summary, layers, states_of(layers, summary))
