"""What a proposal's files must hold before anything in them can be compared."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from siting.language import LANGUAGES

NUMBER = (int, float, type(None))
"""JSON writes a number that does not exist as null."""
_CHOICE = {"chosen": [str], "value": NUMBER, "bound": NUMBER}
_PLAN: dict[str, Any] = {
    "kind": str, "objective": str, "unit": str, "travel_budget_s": NUMBER, "kept": [str], "added": [str],
    "dropped": [str], "asked": dict,
    "answers": {"phases": [_CHOICE], "curve": [_CHOICE], "alternatives": [_CHOICE], "samples": [_CHOICE],
                "losses": [{"site_id": str, "replacement": [str], "anew": [str]}], "sites": [{"site_id": str}]},
    "certificate": {"value": NUMBER, "bound": NUMBER, "optimality_gap": NUMBER, "status": str},
}  # fmt: skip
_FIGURE = {"key": str, "label": str, "unit": str, "today": NUMBER, "proposed": NUMBER, "today_text": str,
           "proposed_text": str}  # fmt: skip
_FINDING = {"situation": str, "requirement_id": str, "kind": str, "severity": str, "confidence": str,
            "measured": NUMBER, "required": NUMBER, "unit": str, "passed": str, "values": dict}  # fmt: skip
_LANES = {"check": str, "limit_m": float, "fails": float, "meets": float, "not_known": float, "judged": str}
_CLOCK = {"response_limit_s": float, "alarm_handling_s": float, "turnout_s": float, "travel_budget_s": float}
SUMMARY: dict[str, Any] = {
    "schema_version": int, "name": str, "language": LANGUAGES, "headline": str, "key_figures": [_FIGURE],
    "plans": [_PLAN],
    "study_area": {"area_km2": NUMBER, "cells": NUMBER, "cell_m": float, "crs": str, "crs_name": str},
    "demand": {"unit": str, "read": NUMBER, "inside": NUMBER, "outside": NUMBER},
    "travel_budget_s": NUMBER, "rule_set": {"id": str, "clock": _CLOCK}, "speed_profile": str, "start_stop_s": float,
    "districts": [dict], "units": [dict], "grid": [{"level": str}],
    "hydrants": [{"measure": str, "today": NUMBER, "proposed": NUMBER}],
    "findings": [_FINDING], "lanes": [_LANES], "provenance": dict,
    "notes": [{"topic": str, "message": str, "count": NUMBER, "examples": list}],
}  # fmt: skip
"""A type or several; texts allowed; a list of one shape; or entries by name. Other entries may stand beside them."""

MIX: dict[str, Any] = {
    "residents": (str, type(None)),
    "parts": [{"part": str, "unit": str, "share_points": float, "read": float, "inside": float, "outside": float,
               "points_each": float}],
}  # fmt: skip
"""Of `demand` where it is a mix."""

_PLACED = "edge fraction snap_m"
_STATE = ("site_id?", "travel_time_s", "response_time_s", "is_covered", "depth", "reason?")
_DISTRICT = "site_id? class? area_km2 cap_km2 is_over_cap people worst_s mean_s share_within parts"
_FACILITY = f"site_id? class? name? reason? status? turnout_s {_PLACED}"
TABLES = ("summary", "stations", "districts", "units", "findings", "plan", "hydrants", "lanes", "overrides", "notes",
          "certificate", "provenance")  # fmt: skip

BRIGADES = ("forces", "brigades", "brigade_strengths")
"""Tables of a proposal that judges brigades."""


def layer_columns(summary: Mapping[str, Any], written: Container[str]) -> dict[str, str]:
    """
    The layers that a proposal with this summary has, with their columns; those with ``?`` need not be numbers.

    Only a network on which turns cost has the layer `turns`: it is expected where it is `written`.
    """
    labels = ["today", "proposed"] if summary["plans"] else ["today"]
    frontage = " has_frontage structure? width_m" if summary["hydrants"] else ""
    return {
        "boundary": "geometry area_km2",
        "grid_units": "geometry unit_id?",
        "cells": " ".join(_of_cells(summary)),
        "roads": "geometry edge from_node to_node forward_s backward_s length_m speed_kph way_id "
        f"highway? name? forward_override? backward_override?{frontage}",
        "stations": f"geometry {_FACILITY}",
        **{f"districts_{label}": f"geometry {_DISTRICT}" for label in labels},
        **{f"table_{name}": "" for name in tables_of(summary)},
        **({"turns": "from_edge from_forward to_edge to_forward seconds"} if "turns" in written else {}),
        **_asked_layers(summary),
    }


def _of_cells(summary: Mapping[str, Any]) -> Iterator[str]:
    """Columns of the cells, the last of them only where the proposal answers what they are of."""
    yield f"geometry cell_id area_km2 x y row col unit_id? place? cap_km2 people {_PLACED} {_of_states(*_STATE)}"
    if district_tables(summary):
        yield "district_site_id? district_reason? district_nearest_s"
    if "parts" in summary["demand"]:
        yield from (f"part_{row['part']}" for row in summary["demand"]["parts"])
        yield "" if summary["demand"]["residents"] is None else "residents"
    yield from (f"grid_{level}?" for level in dict.fromkeys(row["level"] for row in summary["grid"]))
    if summary.get("full_alarm") is not None:
        yield _of_states("engines_first", "engines", "all_there_s")
    if summary["hydrants"]:
        yield _of_states("hydrant_share", "hydrant_path_m")


def _of_states(*columns: str) -> str:
    return " ".join(f"{label}_{column}" for label in ("today", "proposed") for column in columns)


def _asked_layers(summary: Mapping[str, Any]) -> dict[str, str]:
    """Layers that only proposals have which answer what they are of."""
    layers = {f"grid_{row['level']}": "geometry unit_id? name? parent_id?" for row in summary["grid"]}
    if district_tables(summary):
        layers["districts_planned"] = "geometry site_id? class? broken? area_km2 construction_km2 people worst_s mean_s"
    if summary.get("micro_stations") is not None:
        cells = f"geometry cell_id people area_km2 unit_id? {_PLACED} {_of_states(*_STATE)}"
        layers |= {
            "micro_stations": f"geometry {_FACILITY}",
            "micro_roads": "geometry edge from_node to_node forward_s backward_s length_m",
            "micro_cells": cells,
            "micro_places": "geometry place_id? people least_people shares_with?",
        }
    if summary["hydrants"]:
        layers |= {
            "hydrants": f"geometry {_FACILITY}",
            "hydrant_gaps": "geometry length_m",
            "hydrant_heads": "geometry structure? name? away_m",
            "hydrant_bare_kerbs": "geometry length_m",
        }
    if any(plan["kind"] == "hydrant" for plan in summary["plans"]):
        layers |= {
            "hydrants": f"geometry {_FACILITY} opens_in? weight_closed metres_closed",
            "hydrant_gaps_today": "geometry length_m",
            "table_hydrant_lots": "opens_in? hydrants people_closed km_closed",
        }
    if summary["lanes"]:
        layers |= {
            "lane_roads": "geometry length_m width_m width? height_m height?",
            "lane_dead_ends": "geometry length_m can_turn? status?",
            "lane_ground": "geometry area_km2 spacing_m status?",
        }
    return layers


def answered(summary: Mapping[str, Any]) -> list[str]:
    """Which of the questions beside a plan any plan answers: each has a table."""
    return [name for name in _PLAN["answers"] if any(plan["answers"][name] for plan in summary["plans"])]


def tables_of(summary: Mapping[str, Any]) -> list[str]:
    """Every table that a proposal with this summary has."""
    micro = [] if summary.get("micro_stations") is None else ["micro_stations", "micro_places"]
    grid = ["grid"] if summary["grid"] else []
    parts = ["demand_parts"] if "parts" in summary["demand"] else []
    brigades = [] if summary.get("brigades") is None else BRIGADES
    asked = [name for name in ("full_alarm", "workload", "indicators", "joint") if summary.get(name) is not None]
    return [*TABLES, *answered(summary), *parts, *grid, *micro, *brigades, *asked, *district_tables(summary)]


def district_tables(summary: Mapping[str, Any]) -> list[str]:
    """The tables of a plan that draws districts."""
    return [] if summary.get("district_plan") is None else ["station_reasons", "unserved", "shortage", "readings"]


def misshapen(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """
    Every entry that is missing or of another kind than expected, as a sentence.

    Examples
    --------
    >>> list(misshapen({"plans": [{"kind": str}]}, {"plans": [{"kind": 3}, {}]}))
    ['plans[0].kind is 3; expected text.', 'plans[1].kind is missing.']
    """
    where = path.removeprefix(".") or "The file"
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{where} is {_brief(value)}; expected entries by name."
            return
        for key, inner in shape.items():
            if key in value:
                yield from misshapen(inner, value[key], f"{path}.{key}")
            else:
                yield f"{f'{path}.{key}'.removeprefix('.')} is missing."
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where} is {_brief(value)}; expected a list."
            return
        for position, entry in enumerate(value):
            yield from misshapen(shape[0], entry, f"{path}[{position}]")
    elif isinstance(shape, tuple) and isinstance(shape[0], str):
        if value not in shape:
            yield f"{where} is {_brief(value)}; expected {' or '.join(shape)}."
    elif not isinstance(value, (int, float) if shape is float else shape):
        kinds = {str: "text", dict: "entries by name", list: "a list"}
        yield f"{where} is {_brief(value)}; expected {kinds.get(shape, 'a number')}."


def missing_columns(layers: Mapping[str, pd.DataFrame], expected: Mapping[str, str]) -> Iterator[str]:
    """Every layer and column that is missing, empty or of another kind than expected, as a sentence."""
    for name, columns in expected.items():
        if name not in layers:
            yield f"There is no layer {name!r}."
            continue
        layer = layers[name]
        for column in columns.split():
            plain = column.removesuffix("?")
            if plain == "geometry" and not (isinstance(layer, gpd.GeoDataFrame) and layer.crs is not None):
                yield f"Layer {name!r} has no geometry with a coordinate reference system."
            elif plain not in layer.columns:
                yield f"Layer {name!r} has no column {plain!r}."
            elif plain == column and column != "geometry" and not pd.api.types.is_numeric_dtype(layer[column]):
                yield f"Column {plain!r} of layer {name!r} does not hold numbers."
    for name in ("boundary", "cells", "roads"):
        if name in layers and layers[name].empty:
            yield f"Layer {name!r} is empty."
    for name, key in (("cells", "cell_id"), ("roads", "edge"), ("stations", "site_id")):
        if name in layers and key in layers[name].columns and not layers[name][key].is_unique:
            yield f"Column {key!r} of layer {name!r} holds a value twice."


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
