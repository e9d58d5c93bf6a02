"""The tables: built once more from layers and summary, and the same in every file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pandas as pd
import shapely
from openpyxl import load_workbook

from siting.language import word
from siting.verification.claim import Claim, rows, same
from siting.verification.expected import BRIGADES, answered, district_tables, tables_of
from siting.verification.packed import check_workbook_cells
from siting.verification.texts import header, in_words, is_alike
from siting.verification.written import Written

RIGHTS = ("emergency", "private", "bus", "exempt", "gate", "contraflow")
"""What may open a road to an engine alone, in the order of the table."""


def check_tables(written: Written) -> Iterator[Claim]:
    """Every cell of every table in the GeoPackage, the summary and the workbook; numbers within 10⁻⁹."""
    summary, layers = written.summary, written.layers
    for where, name, told in _in_summary(summary):
        yield against(f"summary.json {where}", pd.DataFrame(told), layers[f"table_{name}"])
    if "micro_places" in layers:
        plain = pd.DataFrame(layers["micro_places"].drop(columns="geometry"))
        yield against("micro_places", plain, layers["table_micro_places"])
    tables: list[tuple[str, Any]] = [
        ("stations", _stations(written)), ("districts", _districts(written)), ("plan", _plan(summary)),
        *((name, _answers(summary, name)) for name in answered(summary)),
        ("notes", _notes(summary)), ("certificate", _certificate(summary)), ("provenance", _provenance(summary)),
        ("overrides", _overrides(layers["roads"])),
    ]  # fmt: skip
    for name, built in tables:
        yield against(f"table_{name}", layers[f"table_{name}"], pd.DataFrame(built))
    for name in ("stations", "micro_stations", "hydrants"):
        if name in layers:
            is_used, status = layers[name].reason.fillna("") == "", layers[name].status
            yield rows(f"{name}: not used for a reason only", layers[name].site_id, status, layers[name].reason,
                       (status != "not_used") != is_used)  # fmt: skip
    units = layers["table_units"].merge(layers["grid_units"], on="unit_id", how="left", suffixes=("", "_of_layer"))
    for key in ("name", "level"):
        yield against(f"table_units {key}", units[[key]], units[[f"{key}_of_layer"]].set_axis([key], axis=1))


def _in_summary(summary: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Every table that the summary holds too: where it stands there, its name, its rows."""
    for key in ("districts", "units", "findings", "hydrants", "lanes"):
        yield key, key, summary[key]
    for key in district_tables(summary):
        yield f"district_plan {key}", key, summary["district_plan"][key]
    if "parts" in summary["demand"]:
        yield "demand.parts", "demand_parts", summary["demand"]["parts"]
    if summary.get("grid"):
        yield "grid", "grid", summary["grid"]
    for key in BRIGADES if summary.get("brigades") is not None else ():
        yield f"brigades {key}", key, summary["brigades"][key]
    for key, rows_of in (("indicators", "table"), ("full_alarm", "measures"), ("workload", "stations")):
        if summary.get(key) is not None:
            yield key, key, summary[key][rows_of]
    if summary.get("joint") is not None:
        yield "joint", "joint", summary["joint"]
    if summary.get("micro_stations") is not None:
        yield "micro_stations", "micro_stations", summary["micro_stations"]["measures"]
        yield "micro_places", "micro_places", summary["micro_stations"]["places"]
    yield "key_figures", "summary", summary["key_figures"]


def check_workbook(written: Written) -> Iterator[Claim]:
    """The headline on the first sheet; headers and cells of each, in the words of its language."""
    path = written.folder / "proposal.xlsx"
    if not path.is_file():
        return
    language, demand = written.summary["language"], written.summary["demand"]["unit"]
    check_workbook_cells(path)
    # Not by pandas: before 3.1 it reads a False below a 0 as that 0.
    with closing(load_workbook(path, read_only=True)) as book:
        sheets = {sheet.title: pd.DataFrame(sheet.values, dtype=object) for sheet in book}
    first, told = next(iter(sheets.values())).iloc[0, 0], written.summary["headline"]
    yield Claim("workbook headline", first, told, is_alike(first, told))
    for key in tables_of(written.summary):
        table, sheet = written.layers[f"table_{key}"], sheets[word(f"sheet_{key}", language)]
        held = sheet.loc[: sheet.last_valid_index()].tail(len(table) + 1)
        whole = held.iloc[:, : table.shape[1]].set_axis(table.columns, axis=1)
        heads = [header(str(column), language, demand) for column in table]
        yield same(f"workbook {key}: headers", whole.iloc[0].tolist(), heads)
        worded = pd.DataFrame({column: in_words(table[column], language) for column in table}, dtype=object)
        yield against(f"workbook {key}", whole.iloc[1:].reset_index(drop=True), worded)


def against(name: str, printed: pd.DataFrame, table: pd.DataFrame) -> Claim:
    """Every column that both have; rows in the same order."""
    if len(printed) != len(table):
        return Claim(f"{name}: rows", len(printed), len(table), agrees=False)
    for label in table.columns.intersection(printed.columns):
        for row, (a, b) in enumerate(zip(printed[label].tolist(), table[label].tolist(), strict=True), start=1):
            if not is_alike(a, b):
                return Claim(f"{name}, {label}, row {row}", a, b, agrees=False)
    return Claim(name, f"{len(table)} rows", f"{len(table)} rows", agrees=True)


def _stations(written: Written) -> pd.DataFrame:
    """Stations open today or as proposed."""
    today, last = written.states[0].stations, written.states[-1].stations
    table = pd.concat([last, today])
    table = table[~table.index.duplicated()].sort_index()
    boundary = written.layers["boundary"].geometry.iloc[0]
    return pd.DataFrame(
        {
            "site_id": table.index,
            "open_today": table.index.isin(today.index),
            "open_proposed": table.index.isin(last.index),
            "is_inside": shapely.intersects(boundary, table.geometry.to_numpy()),
            **{key: table[key].tolist() for key in ("name", "class", "status", "turnout_s", "travel_budget_s")},
        }
    )


def _districts(written: Written) -> pd.DataFrame:
    parts = []
    for state in written.states:
        layer = pd.DataFrame(written.layers[f"districts_{state.label}"].drop(columns="geometry"))
        own = state.stations.reindex(layer.site_id)
        parts.append(layer.assign(situation=state.label, name=own["name"].tolist(), **{"class": own["class"].tolist()}))
    return pd.concat(parts, ignore_index=True)


def _plan(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for position, plan in enumerate(summary["plans"], start=1):
        for decision in ("kept", "added", "dropped"):
            for site in plan[decision]:
                yield {"plan": position, "kind": plan["kind"], "objective": plan["objective"], "site_id": site,
                       "decision": decision}  # fmt: skip


def _answers(summary: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    for position, plan in enumerate(summary["plans"], start=1):
        for row in plan["answers"][name]:
            told = {key: ", ".join(value) if isinstance(value, list) else value for key, value in row.items()}
            yield {"plan": position, **told}


def _notes(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for note in summary["notes"]:
        yield {**note, "examples": ", ".join(map(str, note["examples"]))}


def _overrides(roads: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The length of each way that somebody drives by a right of his own, by right."""
    taken: dict[str, dict[tuple[Any, ...], float]] = {right: {} for right in RIGHTS}
    texts = ("highway", "name", "forward_override", "backward_override")
    roads = roads.assign(**{key: roads[key].astype(object).fillna("") for key in texts}).sort_values("way_id")
    for road in roads[[*texts, "way_id", "length_m"]].to_dict("records"):
        for right in {*road["forward_override"].split(), *road["backward_override"].split()}:
            way = (road["way_id"], road["highway"], road["name"])
            taken[right][way] = taken[right].get(way, 0.0) + road["length_m"]
    for right, ways in taken.items():
        for (way_id, highway, name), length_m in ways.items():
            yield {"override": right, "way_id": way_id, "highway": highway, "name": name, "length_m": length_m}


def _certificate(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for position, plan in enumerate(summary["plans"], start=1):
        entries = {"travel_budget_s": plan["travel_budget_s"], "unit": plan["unit"], **plan["certificate"]}
        for entry, value in _leaves(entries):
            yield {"plan": position, "kind": plan["kind"], "entry": entry, "value": value}


def _provenance(summary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    area, rule_set = summary["study_area"], summary["rule_set"]
    facts = {
        "name": summary["name"],
        "crs": area["crs"],
        "boundary_crs": area.get("boundary_crs"),
        "speed_profile": summary["speed_profile"],
        "start_stop_s": summary["start_stop_s"],
        "rule_set": {key: rule_set.get(key) for key in ("id", "edition", "digest")},
        "demand": summary["demand"],
        "provenance": summary["provenance"],
    }
    if summary["schema_version"] > 1:
        facts = {"schema_version": summary["schema_version"], **facts}
    for entry, value in _leaves(facts):
        yield {"entry": entry, "value": value}


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict | list):
        entries = tree.items() if isinstance(tree, dict) else enumerate(tree, start=1)
        for key, value in entries:
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, tree
