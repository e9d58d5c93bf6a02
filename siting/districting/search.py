"""What a search of either question is made of: rounds of rebuilding, and what it comes back with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from siting.arrays import Floats, Ids
from siting.districting.kernels import Districts, Ground
from siting.districting.rebuild import rebuilt


@dataclass(frozen=True)
class Search:
    """
    The best districts met, and what bounds them.

    Attributes
    ----------
    site
        Shape (I,). The site of each cell; -1 unserved.
    bounds
        By name.
    method
        What was done, in order.
    rounds
        Of rebuilding.
    """

    site: Ids
    bounds: dict[str, float]
    method: tuple[str, ...]
    rounds: int


@dataclass(frozen=True)
class Round:
    """
    The best districts of a round.

    Attributes
    ----------
    plan
        Shape (P,). Sites of the slots, with a district or not.
    site
        Shape (I,). The site of each cell; -1 unserved.
    lost
        Weight left unserved.
    """

    plan: Ids
    site: Ids
    lost: float


def as_round(districts: Districts) -> Round:
    """Districts as they stand; what they leave unserved is not weighed."""
    owner, plan = districts.owner, districts.site.copy()
    site = np.where(owner >= 0, plan[owner], -1) if len(plan) else owner.copy()
    return Round(plan, site, np.inf)


def searched(
    ground: Ground,
    districts: Districts,
    weight: Floats,
    urgency: Floats,
    steps: int,
    growth: float,
    heat: float,
    seed: int,
) -> Round:
    """Take some steps of rebuilding, in `districts` and `urgency` themselves (`rebuild.rebuilt`)."""
    if not len(districts.site):
        return Round(districts.site, districts.owner, float(weight.sum()))
    is_open = np.zeros(len(ground.home), dtype=bool)
    is_open[districts.site] = True
    owner, sites = np.empty_like(districts.owner), np.empty_like(districts.site)
    lost = rebuilt(ground, districts, weight, urgency, is_open, (owner, sites), steps, growth, heat, seed)
    return Round(sites, np.where(owner >= 0, sites[owner], -1), float(lost))
