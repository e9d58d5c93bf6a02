"""The full alarm: engines at every cell driven again, and the shares that they add up to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from siting.verification.claim import Claim, between, number, same
from siting.verification.covering import Covering, covering
from siting.verification.drives import Seconds
from siting.verification.schema import ALL_THERE
from siting.verification.written import State, Written, counted, figure

LOOKED_AT = 2.0
"""Times the limit: whom all engines reach no sooner has an empty field."""


def engines_there(covers: Covering, asked: dict[str, Any], limit_s: float) -> tuple[Seconds, Seconds]:
    """Shape (I,) each: engines that all these sites send to each cell within so many seconds, at least and at most."""
    engines = _sent(covers, asked)
    return engines @ (covers.most_s <= limit_s), engines @ (covers.least_s <= limit_s)


def _sent(covers: Covering, asked: dict[str, Any]) -> Seconds:
    """Shape (J,). Engines of each site."""
    engines = np.full(len(covers.sites), float(asked["engines_each"]))
    if asked.get("engines_column"):
        own = pd.to_numeric(covers.sites[asked["engines_column"]]).to_numpy(dtype=np.float64)
        engines = np.where(np.isnan(own), engines, own)
    return engines


def _all_there_s(drive_s: Seconds, engines: Seconds, needed: float) -> Seconds:
    """Shape (I,). The drive of the engine that makes up the number, of drives [site, cell]; inf without one."""
    by_arrival = np.argsort(drive_s, axis=0, kind="stable")
    last_s = np.vstack([np.take_along_axis(drive_s, by_arrival, axis=0), np.full(drive_s.shape[1], np.inf)])
    so_far = np.cumsum(engines[by_arrival], axis=0)
    return np.asarray(np.take_along_axis(last_s, (so_far < needed).sum(axis=0)[None, :], axis=0)[0])


def _all_there(written: Written, state: State, covers: Covering, asked: dict[str, Any]) -> Claim:
    """By when all engines are at each cell."""
    told, cells = written.summary["full_alarm"], written.layers["cells"]
    looked_s, name = LOOKED_AT * told["all_s"], f"{state.label}_all_there_s"
    ends = (_all_there_s(drive_s, _sent(covers, asked), told["engines"]) for drive_s in (covers.least_s, covers.most_s))
    printed_s = cells[name].astype("float64").fillna(looked_s)
    return between(f"cells.{name}", cells.cell_id, printed_s, *(np.minimum(end, looked_s) for end in ends))


def check_alarm(written: Written) -> Iterator[Claim]:
    """Within 2.1 ms of a limit an engine may count either way."""
    told = written.summary.get("full_alarm")
    if told is None:
        return
    asked = written.summary["provenance"]["scenario"]["full_alarm"]
    for plan in written.summary["plans"]:
        if plan["objective"] == "full_alarm":
            yield same("full_alarm: what is planned by is what is judged by", plan["asked"]["full_alarm"], asked)
    for key in ("engines", "first_s", "all_s"):
        yield number(f"full_alarm: {key}", told[key], float(asked[key]))
    measures = {row["measure"]: row for row in told["measures"]}
    cells = written.layers["cells"]
    for state in written.states:
        covers = covering(written, set(state.stations.index))
        sent = {}
        for name, limit_s in (("engines_first", told["first_s"]), ("engines", told["all_s"])):
            sent[name] = cells[f"{state.label}_{name}"].to_numpy(dtype=np.float64)
            least, most = engines_there(covers, asked, limit_s)
            yield between(f"cells.{state.label}_{name}", cells.cell_id, sent[name], least, most)
        if written.summary["schema_version"] >= ALL_THERE:
            yield _all_there(written, state, covers, asked)
        is_first, are_all = sent["engines_first"] > 0, sent["engines"] >= told["engines"]
        weights = {f"share_{who}": cells[who] for who in counted(cells)} | {"share_land": cells.area_km2}
        for of, weight in weights.items():
            for name, is_there in (("first", is_first), ("all", are_all), ("both", is_first & are_all)):
                share = float(weight[is_there].sum() / (weight.sum() or 1.0))
                printed = figure(measures[f"{of}_{name}"][state.label])
                yield number(f"full_alarm, {of}_{name}, {state.label}", printed, share, 1e-9)
