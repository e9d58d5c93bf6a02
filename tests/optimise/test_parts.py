"""Losses of parts: a bound that no plan exceeds, never above that of the prices, and below it where sites overlap."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.optimise import Problem, covered_weight, parts, simple_problem
from siting.optimise.bound import most_coverable, most_for_each
from siting.optimise.objective import Limits
from siting.optimise.parts import most_less_losses, parted
from siting.optimise.reduce import settled, whole
from siting.optimise.warm_start import best_known_sites
from tests.optimise import cases

ENDLESS = Limits(np.inf)


@settings(max_examples=60, deadline=None)
@given(problem=cases.problems(whole=False), data=st.data())
def test_no_plan_covers_more(problem: Problem, data: st.DataObject) -> None:
    """Whatever the prices and the parts, the bound lies between the optimum and the bound of the prices as rounded."""
    left = settled(whole(problem)).problem
    sites = data.draw(st.integers(0, left.n_sites))
    shares = data.draw(
        st.lists(st.sampled_from([0.0, 1e-310, 0.3, 0.5, 1.0]), min_size=left.n_demand, max_size=left.n_demand)
    )
    price = left.weight * np.array(shares)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS", data.draw(st.sampled_from([2, 4, 20])))
        bound = most_less_losses(left, sites, price, 0.0, ENDLESS)
    rounded = left.n_demand * parts.grain_of(left.weight)
    assert cases.most_covered(left, sites) * (1 - 1e-9) <= bound
    assert bound <= most_for_each(left, price)[sites] * (1 + 1e-8) + rounded


def test_sites_that_overlap_or_leave_gaps_lose() -> None:
    """Any two of three demand points share a site: 2.5 by prices, and one site covers two. Solved by hand."""
    ring = simple_problem([[0, 1], [1, 2], [0, 2]])
    assert most_less_losses(ring, 1, np.full(3, 0.5), 0.0, ENDLESS) == pytest.approx(2.0)


def test_a_town_is_bounded_below_its_prices() -> None:
    """Where sites overlap some of what prices leave open is closed; at a deadline that is past, nothing."""
    town = settled(whole(cases.in_square(300, 300, 4.0, seed=1))).problem
    known = covered_weight(town, best_known_sites(town, 14))
    priced = most_coverable(town, 14, known)
    assert known <= most_less_losses(town, 14, priced.price, 0.0, ENDLESS) < priced.bound - 0.1 * (priced.bound - known)
    assert most_less_losses(town, 14, priced.price, 0.0, Limits(-np.inf)) == pytest.approx(priced.bound)


def test_parts_are_of_one_size_and_share_few_sites() -> None:
    """Five parts differ by one row at most, and most pairs of points that share a site are in one part."""
    town = cases.in_square(1_000, 300, 3.0, seed=2)
    label = parted(town, 5)
    sizes = np.bincount(label)
    assert len(sizes) == 5
    assert np.ptp(sizes) <= 1
    of_site = [label[town.demand[town.sites == j]] for j in range(town.n_sites)]
    assert np.mean([np.bincount(labels).max() / len(labels) for labels in of_site if len(labels)]) > 0.75
