"""What turning costs as a table, for files and for whoever checks them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.network.csr import CLOSED
from siting.network.road_network import RoadNetwork


def turn_table(network: RoadNetwork) -> pd.DataFrame:
    """
    Every turn that costs or is forbidden: from_edge, from_forward, to_edge, to_forward, seconds (nan where forbidden).

    All other turns are free.

    Examples
    --------
    >>> from siting import toy
    >>> from siting.network import with_turns
    >>> from siting.speeds import load_profile
    >>> town = with_turns(toy.network(), load_profile("fire-engine-turns"), toy.ways().restrictions)
    >>> turn_table(town).groupby("seconds").size().to_dict()  # right, left, round
    {3.0: 26, 6.0: 22, 30.0: 48}
    """
    if network.turns is None:
        return pd.DataFrame({key: [] for key in ("from_edge", "from_forward", "to_edge", "to_forward", "seconds")})
    arcs, code = network.states.arcs, np.empty(network.states.n_states, dtype=np.int64)
    whole_ms = np.empty(len(code), dtype=np.int64)
    for back, ms, state in (
        (0, network.forward_ms, network.states.forward),
        (1, network.backward_ms, network.states.backward),
    ):
        is_open = np.flatnonzero(ms != CLOSED)
        code[state[is_open]], whole_ms[state[is_open]] = 2 * is_open + back, ms[is_open]
    come, go = code[arcs.tail], code[arcs.head]
    delay_ms = arcs.weight - whole_ms[arcs.tail]
    is_turn = (delay_ms > 0) & (come ^ 1 != go)
    is_two_way = (network.forward_ms != CLOSED) & (network.backward_ms != CLOSED)
    both_ways = 2 * np.flatnonzero(is_two_way & (network.turns.u_turn_ms > 0))
    u_turns = np.column_stack([np.concatenate([both_ways, both_ways + 1]), np.concatenate([both_ways + 1, both_ways])])
    n = 2 * network.n_edges
    u_turns = u_turns[~np.isin(u_turns @ [n, 1], network.turns.forbidden @ [n, 1])]  # those a search leaves out too
    come, go = np.concatenate([np.column_stack([come, go])[is_turn], u_turns, network.turns.forbidden]).T
    seconds = np.concatenate(
        [
            delay_ms[is_turn] / 1000.0,
            np.full(len(u_turns), network.turns.u_turn_ms / 1000.0),
            np.full(len(network.turns.forbidden), np.nan),
        ]
    )
    return pd.DataFrame(
        {
            "from_edge": come // 2, "from_forward": come % 2 == 0, "to_edge": go // 2, "to_forward": go % 2 == 0,
            "seconds": seconds,
        }
    )  # fmt: skip
