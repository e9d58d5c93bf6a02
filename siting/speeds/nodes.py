"""Node tags read by a profile: what it takes to pass a signal, a crossing or a barrier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.speeds.overrides import Override, OverrideFlags
from siting.speeds.profile import SpeedProfile
from siting.speeds.reading import EMERGENCY_OPEN, access_value, is_too_small, looked_up
from siting.tables import Note, noted

_REMOVABLE = ("removable", "rising", "foldable", "flexible")


@dataclass(frozen=True)
class NodePassage:
    """
    What it takes to pass each tagged node.

    Attributes
    ----------
    forward_delay_s, backward_delay_s
        Shape (T,). Seconds for who drives along, and against, the way that the node is on; 0 where one drives through.
    is_closed
        Shape (T,). True where an engine cannot pass.
    override
        Shape (T,). `Override.GATE` where a barrier takes time.
    notes
        What was closed or not known.
    """

    forward_delay_s: Floats
    backward_delay_s: Floats
    is_closed: Mask
    override: OverrideFlags
    notes: tuple[Note, ...]


def node_passage(node_id: Ids, tags: pd.DataFrame, profile: SpeedProfile) -> NodePassage:
    """
    Delay and closure of every tagged node.

    Signals, signs and level crossings delay, signals and signs only in their direction where one is tagged; a barrier
    delays or closes by its kind. At a barrier, access and size are judged as on a way; elsewhere a node's access tags
    describe something beside the road. A removable or rising bollard, or one that is open to emergency vehicles, counts
    as a gate.

    Parameters
    ----------
    node_id
        Shape (T,), for the notes.
    tags
        T rows, the columns of `siting.network.NODE_TAGS`.
    """
    barrier = tags["barrier"]
    has_barrier = (barrier != "").to_numpy()
    for_emergency = tags["emergency"].isin(EMERGENCY_OPEN).to_numpy()
    delay = looked_up(barrier, profile.barrier_delay_s)
    is_shut_kind = barrier.isin(profile.barrier_closed).to_numpy()
    is_unknown = has_barrier & np.isnan(delay) & ~is_shut_kind
    is_opened = is_shut_kind & (for_emergency | tags["bollard"].isin(_REMOVABLE).to_numpy())
    small, notes = is_too_small(node_id, tags, has_barrier, profile)
    no_access = access_value(tags, profile).isin(profile.access_closed).to_numpy() & ~for_emergency
    is_closed = has_barrier & ((is_shut_kind & ~is_opened) | no_access | small)

    delay[is_opened] = profile.barrier_delay_s.get("gate", 0.0)
    delay[np.isnan(delay) | is_closed] = 0.0
    override = np.where(delay > 0, np.uint8(Override.GATE), np.uint8(0))
    delay += np.nan_to_num(looked_up(tags["railway"], profile.node_delay_s))
    signal = np.nan_to_num(looked_up(tags["highway"], profile.node_delay_s))
    facing = tags["traffic_signals:direction"].mask(tags["traffic_signals:direction"] == "", tags["direction"])
    forward, backward = (delay + signal * (facing != other).to_numpy() for other in ("backward", "forward"))

    for key, rows in (("note_barriers_unknown", is_unknown), ("note_barriers_closed", is_closed)):
        notes += noted("topic_roads", key, node_id[rows], kinds=_counts(barrier[rows]))
    return NodePassage(forward, backward, is_closed, override, tuple(notes))


def _counts(kinds: pd.Series) -> str:
    return ", ".join(f"{kind} {n}" for kind, n in kinds.value_counts().sort_index().items())
