"""The answer with its proof."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import geopandas as gpd
import numpy as np

from siting.arrays import Ids
from siting.drawing import Drawn
from siting.errors import InputError
from siting.language import Language
from siting.tables import Note

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


class PlanAtSites(Drawn, gpd.GeoDataFrame):  # type: ignore[misc] # geopandas has no types
    """
    Sites as a GeoDataFrame that draws itself, open ones dark and over the others.

    `map` is a map of it, and not pandas' call for every value.
    """

    EXPLORED: ClassVar[dict[str, Any]] = {
        "marker_kwds": {"radius": 5, "fill": True},
        "style_kwds": {"fillOpacity": 0.9},
    }

    def shapes(self) -> gpd.GeoDataFrame:
        """The rows, open ones last."""
        table = gpd.GeoDataFrame(self)
        if "is_open" not in table:  # columns chosen without it
            return table
        color = np.where(table["is_open"], "#9c1c2e", "#aab3bc")
        return table.assign(color=color).sort_values("is_open", kind="stable")


@dataclass(frozen=True)
class Solution:
    """
    A plan, and how far from the best possible it can be at most.

    Attributes
    ----------
    objective
        ``"mclp"``, ``"lscp"``, ...
    plan
        Open sites, ascending positions, those fixed open included.
    value
        Objective of `plan`, recomputed from the problem's arrays.
    bound
        Proven: no plan is better than this (above `value` when maximising, below when minimising).
    sense
        Whether more or less is better.
    status
        ``optimal`` when `bound` closes on `value`; ``feasible`` with a proven optimality gap; ``infeasible`` with
        `reasons`; ``unknown`` when the time ran out without a plan.
    method
        Who answered, ``"reduce + greedy + swap + scip"``.
    seconds, seed, settings
        How, so that it can be run again.
    reasons
        Demand or requirements no set of sites can satisfy; examples are positions.
    sizes
        What the reductions left: demand, sites and entries before and after.
    also
        Other figures of the plan that its objective speaks of, ``{"covered_once": 812.0}``.
    """

    objective: str
    plan: Ids
    value: float
    bound: float
    sense: Literal["max", "min"]
    status: Status
    method: str
    seconds: float
    seed: int
    settings: dict[str, object] = field(default_factory=dict)
    reasons: tuple[Note, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    also: dict[str, float] = field(default_factory=dict)

    @property
    def optimality_gap(self) -> float:
        """(bound - value) / bound when maximising, (value - bound) / value when minimising; 0 is proven best."""
        if self.status == "unknown":
            return math.inf
        better, other = (self.bound, self.value) if self.sense == "max" else (self.value, self.bound)
        if better == other:
            return 0.0
        return (better - other) / better if better and math.isfinite(better) else math.inf

    def certificate(self, language: Language = "en") -> dict[str, object]:
        """What is printed under every plan: objective, proven bound, optimality gap, method, time, seed, settings."""
        return {
            "objective": self.objective,
            "value": self.value,
            "bound": self.bound,
            "optimality_gap": self.optimality_gap,
            "status": self.status,
            "method": self.method,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "settings": dict(self.settings),
            "sizes": dict(self.sizes),
            "also": dict(self.also),
            "reasons": [reason.message(language) for reason in self.reasons],
        }

    def at(self, sites: gpd.GeoDataFrame) -> PlanAtSites:
        """
        The plan where its sites stand, as a table that draws itself: the same rows, with `is_open`.

        Parameters
        ----------
        sites
            A row for each site of the problem, in its order.

        Raises
        ------
        InputError
            If a site of the plan has no row.

        Examples
        --------
        >>> sites = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=gpd.points_from_xy([0, 1], [0, 0]), crs=4326)
        >>> Solution("mclp", np.array([1]), 9.0, 9.0, "max", "optimal", "by hand", 0.0, 0).at(sites).is_open.tolist()
        [False, True]
        """
        if len(self.plan) and self.plan.max() >= len(sites):
            fault = f"The plan opens site {self.plan.max()}, counted from 0, but there are {len(sites)} rows."
            raise InputError("sites", [f"{fault} Hand in the table that the problem was made of."])
        return PlanAtSites(sites.assign(is_open=np.isin(np.arange(len(sites)), self.plan)))

    def _repr_html_(self) -> str:
        told = {key: value for key, value in self.certificate().items() if value or key in ("value", "bound")}
        told["optimality_gap"] = f"{self.optimality_gap:.2%}"
        rows = "".join(
            f"<tr><th>{html.escape(key)}</th><td>{html.escape(str(value))}</td></tr>" for key, value in told.items()
        )
        return f"<table>{rows}</table>"
