"""The table of a joint plan: several kinds of sites bought from one budget, or one kind after the other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from siting.scenario.table import Positive, Table

PlannedKind = Literal["station", "micro_station"]
NotNegative = Annotated[float, Field(ge=0)]


class TierTable(Table):
    """[[joint.tier]]: what a site of this kind, or of one class of it, costs and is worth to whom it serves."""

    kind: PlannedKind
    """Stations drive and are timed as such, micro stations as [micro_stations] says."""
    class_: Annotated[str | None, Field(alias="class")] = None
    """Only sites of this class, such as "小型站"; all of the kind that no other tier names when absent."""
    new_cost: NotNegative
    """Cost of a new one, in the unit of cost_budget. What stands costs nothing."""
    worth: Annotated[float, Field(gt=0, le=1)]
    """
    What being served by it counts, of 1: nobody's standard says it, so it is printed beside the plan. Who is served by
    several counts with the best.
    """


class JointTable(Table):
    """[joint]: one plan over several kinds of sites, instead of [[plan]]."""

    cost_budget: NotNegative | dict[PlannedKind, NotNegative]
    """
    The most that all new sites may cost together; or by kind, {station = 9000, micro_station = 600}: one kind after the
    other in this order, each with its own and what those before it left.
    """
    tier: Annotated[list[TierTable], Field(min_length=1)]
    """The tiers."""
    time_limit_s: Positive = 60.0
    """Seconds for each search; the best plan and its bound are given at the limit."""
    relative_gap: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Stop when the plan is proven this near to the best."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Of every random choice."""

    @property
    def kinds(self) -> list[PlannedKind]:
        """In the order of the tiers."""
        return list(dict.fromkeys(tier.kind for tier in self.tier))

    @property
    def steps(self) -> list[tuple[list[PlannedKind], float]]:
        """What is searched for: the kinds bought together, and their own budget."""
        if isinstance(self.cost_budget, dict):
            return [([kind], budget) for kind, budget in self.cost_budget.items()]
        return [(self.kinds, self.cost_budget)]

    @model_validator(mode="after")
    def _each_tier_once(self) -> JointTable:
        named = [(tier.kind, tier.class_) for tier in self.tier]
        if len(named) > len(set(named)):
            raise ValueError("names one kind and class in two [[joint.tier]] tables; say its cost and worth once")
        return self

    @model_validator(mode="after")
    def _each_kind_has_a_budget(self) -> JointTable:
        if isinstance(self.cost_budget, dict) and set(self.cost_budget) != set(self.kinds):
            raise ValueError(f"cost_budget names {[*self.cost_budget]}, the tiers {self.kinds}; name the same kinds")
        return self
