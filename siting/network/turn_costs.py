"""The turns of a network by a speed profile: delays from its angles, prohibitions from the restrictions of its ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.arrays import Floats
from siting.network.connectivity import main_part
from siting.network.restrictions import forbidden_turns
from siting.network.road_network import EdgePositions, RoadNetwork
from siting.network.snap import position_xy
from siting.network.turns import Turns
from siting.speeds import SpeedProfile
from siting.tables import Note, noted

_LOOK_M = 15.0
"""How far along an edge its bearing is taken: past the rounding of a kerb, before the next bend."""


_NOTES = (
    "note_turn_delays", "note_restrictions_not_obeyed", "note_restrictions_none", "note_restrictions_obeyed",
    "note_restrictions_exempt", "note_restrictions_ambiguous",
)  # fmt: skip
"""What is said of turns; other turns say it anew."""


def with_turns(network: RoadNetwork, profile: SpeedProfile, restrictions: pd.DataFrame) -> RoadNetwork:
    """
    The network with what turning costs by the profile, and without the turns that its restrictions forbid.

    Where the profile charges no turn and nothing is forbidden, the network is one of junctions. Turns that it had go,
    with what was said of them.

    Parameters
    ----------
    restrictions
        As `Ways` has them; obeyed where the profile says so.

    Examples
    --------
    >>> from siting import toy
    >>> from siting.speeds import load_profile
    >>> town = with_turns(toy.network(), load_profile("fire-engine-turns"), toy.ways().restrictions)
    >>> town.states.n_states, town.turns.left_ms, town.turns.right_ms
    (52, 6000, 3000)
    """
    network = _without_turns(network)
    forbidden = np.empty((0, 2), dtype=np.int64)
    if not profile.obey_restrictions:
        notes = tuple(noted("topic_roads", "note_restrictions_not_obeyed", restrictions["relation_id"].unique()))
    elif restrictions.empty:
        notes = (Note("topic_roads", "note_restrictions_none", 1),)
    else:
        forbidden, notes = forbidden_turns(network, restrictions)
    delays = profile.turns
    near_ms, across_ms, sharp_ms, u_turn_ms = (
        round(delays[key] * 1000) for key in ("near_s", "across_s", "sharp_s", "u_turn_s")
    )
    if not any((near_ms, across_ms, sharp_ms, u_turn_ms, len(forbidden))):
        return replace(network, notes=(*network.notes, *notes))
    right_ms, left_ms = (near_ms, across_ms) if profile.driving_side == "right" else (across_ms, near_ms)
    turns = Turns(
        left_ms=left_ms,
        right_ms=right_ms,
        sharp_ms=sharp_ms,
        u_turn_ms=u_turn_ms,
        from_deg=float(delays["from_deg"]),
        sharp_from_deg=float(delays["sharp_from_deg"]),
        leaving_deg=_leaving_deg(network),
        forbidden=forbidden,
    )
    if near_ms or across_ms or sharp_ms or u_turn_ms:
        seconds = {key: delays[key] for key in ("near_s", "across_s", "sharp_s", "u_turn_s")}
        notes = (*notes, Note("topic_roads", "note_turn_delays", 1, values=seconds))
    turning = replace(network, turns=turns, notes=(*network.notes, *notes))
    return replace(turning, is_main=main_part(turning)) if len(forbidden) else turning


def _without_turns(network: RoadNetwork) -> RoadNetwork:
    free = replace(network, turns=None, notes=tuple(note for note in network.notes if note.key not in _NOTES))
    had_forbidden = network.turns is not None and len(network.turns.forbidden) > 0
    return replace(free, is_main=main_part(free)) if had_forbidden else free


def _leaving_deg(network: RoadNetwork) -> NDArray[np.float32]:
    """The bearing in which each edge leaves its two ends, shape (E, 2)."""
    share = np.minimum(_LOOK_M / np.maximum(network.edge_length_m, _LOOK_M), 0.5)
    edge = np.arange(network.n_edges)
    first, last = network.coords[network.coord_ptr[:-1]], network.coords[network.coord_ptr[1:] - 1]

    def bearing(end: Floats, fraction: Floats) -> Floats:
        x, y = (position_xy(network, EdgePositions(edge, fraction, fraction)) - end).T
        return np.degrees(np.arctan2(y, x))

    return np.column_stack([bearing(first, share), bearing(last, 1.0 - share)]).astype(np.float32)
