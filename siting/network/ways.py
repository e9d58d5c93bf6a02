"""Road lines as they come out of any file or service: OSM's own shape, before anything is decided about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids
from siting.tables import Note

WAY_TAGS = (
    "highway", "oneway", "oneway:emergency", "junction", "name", "ref", "maxspeed", "lanes", "width", "surface",
    "service", "access", "vehicle", "motor_vehicle", "hgv", "emergency", "bus", "psv", "oneway:bus", "oneway:psv",
    "maxheight", "maxwidth", "maxweight", "bridge", "tunnel",
)  # fmt: skip
"""The tags of a way that decide whether, where and how fast a fire engine drives on it."""

NODE_TAGS = (
    "highway",
    "barrier",
    "access",
    "motor_vehicle",
    "emergency",
    "maxheight",
    "maxwidth",
    "bollard",
    "railway",
    "traffic_signals:direction",
    "direction",
)
"""The tags of a node on a way that delay or stop a fire engine."""


def no_restrictions() -> pd.DataFrame:
    """The table of turn restrictions of a source that has none."""
    numbers = dict.fromkeys(("relation_id", "from_way", "via_node", "to_way"), np.array([], dtype=np.int64))
    return pd.DataFrame({**numbers, "kind": pd.Series(dtype="str"), "except_for": pd.Series(dtype="str")})


@dataclass(frozen=True)
class Ways:
    """
    Ways over nodes, longitude and latitude in WGS 84 (EPSG:4326).

    Every road reader returns this, and `build_network` is the only one who reads it: a new format costs one function.

    Attributes
    ----------
    way_id
        Shape (W,). OSM ids, or the source's own; edges of a simplified graph may share one.
    tags
        W rows in the order of `way_id`, a column of text, categorical or not, for each of `WAY_TAGS`; "" where the way
        has no such tag.
    ref_ptr, ref
        Way w runs through nodes ``ref[ref_ptr[w]:ref_ptr[w + 1]]``, positions into `node_id`. A node that the file
        names but does not hold splits the way: no position is ever missing.
    node_id, lon, lat
        Shape (N,). Only nodes that a way uses.
    node_tags
        Rows only for nodes with one of `NODE_TAGS`, indexed by position in `node_id`; "" where a tag is missing.
    source
        File or service, for messages.
    restrictions
        Turn restrictions, a row for each way that one comes from and each that one goes to: relation_id; from_way,
        via_node, to_way (ids, not positions); kind (``"no_left_turn"``, ``"only_straight_on"``...); except_for (whom it
        does not bind, between semicolons).
    notes
        What the reader set aside, each with its count.
    """

    way_id: Ids
    tags: pd.DataFrame
    ref_ptr: Ids
    ref: Ids
    node_id: Ids
    lon: Floats
    lat: Floats
    node_tags: pd.DataFrame
    source: str
    restrictions: pd.DataFrame = field(default_factory=no_restrictions)
    notes: tuple[Note, ...] = ()
