"""Ways are cut at the same places as a plain loop over ways and nodes, written without arrays, cuts them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.network.chains import cut_chains
from tests.network.drawing import draw

NAMES = "abcdefghi"
NODES = {name: (100.0 * (i % 3), 100.0 * (i // 3)) for i, name in enumerate(NAMES)}
ROADS = st.lists(
    st.tuples(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.booleans()), min_size=1, max_size=6
)
BLOCKED = st.sets(st.sampled_from(NAMES), max_size=2)


def cut_by_hand(runs: list[list[str]], blocked: set[str]) -> list[str]:
    """The nodes of every piece, in order."""
    runs = [[node for i, node in enumerate(run) if i == 0 or node != run[i - 1]] for run in runs]
    uses = Counter(node for run in runs for node in run)
    pieces = []
    for run in runs:
        start = 0
        for i in range(1, len(run)):
            if i == len(run) - 1 or uses[run[i]] > 1 or run[i] in blocked:
                pieces.append("".join(run[start : i + 1]))
                start = i
    return pieces


@settings(deadline=None, max_examples=60)
@given(ROADS, BLOCKED)
def test_pieces_equal_those_cut_by_hand(roads: list[tuple[list[str], bool]], blocked: set[str]) -> None:
    ways = draw(NODES, [(" ".join(run), {}) for run, _ in roads])
    is_driven = np.array([driven for _, driven in roads])
    chains = cut_chains(ways, is_driven, np.array([name in blocked for name in NAMES]))
    point, pointer = chains.points
    found = ["".join(NAMES[i] for i in point[a:b]) for a, b in pairwise(pointer)]
    assert found == cut_by_hand([run for run, driven in roads if driven], blocked)
    assert is_driven[chains.way].all()
