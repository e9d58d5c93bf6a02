"""One more site into an answer that is there: the same as asking again with it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.travel_time import insert_site, spread
from tests.travel_time.streets import town


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_sites=st.integers(0, 8))
def test_inserting_equals_asking_again(seed: int, n_sites: int) -> None:
    """Site by site, with closed and doubled seeds and ties: weights, labels and the nodes that changed hands."""
    rng = np.random.default_rng(seed)
    graph = town(rng).outward
    node, start = rng.integers(0, 36, (12, 2)), rng.integers(-1, 3, (12, 2)) * 9_000
    start[start < 0] = -1
    owner = np.repeat(np.arange(12), 2).reshape(12, 2)
    weight, label = spread(graph, node[:n_sites].ravel(), start[:n_sites].ravel(), owner[:n_sites].ravel())
    for site in range(n_sites, 12):
        before = label.copy()
        taken = insert_site(graph, weight, label, node[site], start[site], site)
        rows = slice(0, site + 1)
        expected = spread(graph, node[rows].ravel(), start[rows].ravel(), owner[rows].ravel())
        np.testing.assert_array_equal(weight, expected[0])
        np.testing.assert_array_equal(label, expected[1])
        assert sorted(taken.tolist()) == np.flatnonzero(label != before).tolist()
