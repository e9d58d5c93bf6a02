"""Whether the arrays of a network that somebody kept fit each other: a search reads them without looking."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.network.csr import CLOSED
from siting.network.road_network import RoadNetwork

_LONGEST_MS = 10**8
"""On one edge: a day, and delays at its ends."""


def check_sound(network: RoadNetwork) -> None:
    """
    Refuse a network in which an array is too short, or points where nothing is.

    Raises
    ------
    ValueError
        Naming the first such array.

    Examples
    --------
    >>> from siting import toy
    >>> check_sound(toy.network())
    """
    n, e = network.n_nodes, network.n_edges
    for name, shape in (
        *((name, (n,)) for name in ("node_id", "x", "y")),
        *((name, (e,)) for name in ("edge_from", "edge_to", "edge_length_m", "forward_ms", "backward_ms", "is_main")),
        ("coord_ptr", (e + 1,)),
        ("coords", (len(network.coords), 2)),
    ):
        _check(name, getattr(network, name).shape == shape)
    for name in ("x", "y", "coords", "edge_length_m"):
        _check(name, np.isfinite(getattr(network, name)).all())
    for name in ("edge_from", "edge_to"):
        _check(name, _within(getattr(network, name), 0, n - 1))
    for name in ("forward_ms", "backward_ms"):
        _check(name, _within(getattr(network, name), CLOSED, _LONGEST_MS))
    ends = network.coord_ptr
    _check("coord_ptr", ends[0] == 0 and ends[-1] == len(network.coords) and (np.diff(ends) > 1).all())
    _check("edges", len(network.edges) == e)
    if network.turns is not None:
        turns = network.turns
        delays = np.array([turns.left_ms, turns.right_ms, turns.sharp_ms, turns.u_turn_ms])
        _check("turns", _within(delays, 0, _LONGEST_MS))
        _check("leaving_deg", turns.leaving_deg.shape == (e, 2) and np.isfinite(turns.leaving_deg).all())
        _check("forbidden", turns.forbidden.shape[1:] == (2,) and _within(turns.forbidden, 0, 2 * e - 1))


def _within(values: NDArray[Any], least: int, most: int) -> bool:
    return not len(values) or bool(values.min() >= least and values.max() <= most)


def _check(name: str, is_sound: object) -> None:
    if not is_sound:
        raise ValueError(f"{name} does not fit the other arrays")
