"""By which right an engine drives: on the whole network, and on one route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from siting.arrays import Ids, Mask
from siting.language import Language, word
from siting.network.csr import CLOSED
from siting.network.road_network import RoadNetwork
from siting.speeds import Override, OverrideFlags, override_codes, override_keys
from siting.tables import Note

_NOTES = {
    Override.EMERGENCY: "note_override_emergency",
    Override.PRIVATE: "note_override_private",
    Override.BUS: "note_override_bus",
    Override.EXEMPT: "note_override_exempt",
    Override.GATE: "note_override_gate",
    Override.CONTRAFLOW: "note_override_contraflow",
}


def overrides_used(network: RoadNetwork, edge: Ids, is_forward: Mask, language: Language = "en") -> pd.DataFrame:
    """
    The edges of a route that only an engine may drive so, in driving order.

    Parameters
    ----------
    edge, is_forward
        Shape (K,). The edges driven, and whether along their drawing. All edges, once along and once against, give the
        overrides of the whole network.

    Returns
    -------
    A row for each such edge, indexed by its place in the route: edge, way_id, highway, name, length_m, override (the
    names of all that were needed).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from siting import toy
    >>> from siting.network import build_network
    >>> ways = replace(toy.ways(), tags=toy.ways().tags.copy())
    >>> is_quay = ways.tags["name"] == "South Quay"
    >>> ways.tags["access"] = ["private" if quay else "" for quay in is_quay]
    >>> network = build_network(ways, toy.profile(), toy.CRS)
    >>> every = np.arange(network.n_edges)
    >>> overrides_used(network, every, every >= 0)[["name", "override"]].drop_duplicates().to_numpy().tolist()
    [['South Quay', 'private road']]
    """
    edge = np.asarray(edge, dtype=np.int64)
    forward, backward = (network.edges[f"{way}_override"].to_numpy()[edge] for way in ("forward", "backward"))
    flags = np.where(is_forward, forward, backward)
    rows = np.flatnonzero(flags)
    names = {
        flag: ", ".join(word(key, language) for key in override_keys(flag)) for flag in np.unique(flags[rows]).tolist()
    }
    table = network.edges[["way_id", "highway", "name"]].iloc[edge[rows]].set_axis(rows)
    table.insert(0, "edge", edge[rows])
    return table.assign(
        length_m=network.edge_length_m[edge[rows]], override=[names[flag] for flag in flags[rows].tolist()]
    )


def overrides_by_way(network: RoadNetwork) -> pd.DataFrame:
    """
    The ways of a network that only an engine may drive so, in one direction at least.

    Returns
    -------
    A row for each right and way, in the order of `Override` and by id: override (its code), way_id, highway, name,
    length_m (of road; a way that takes two rights has two rows).
    """
    flags = np.bitwise_or(*open_overrides(network))
    parts = [
        network.edges[["way_id", "highway", "name"]]
        .assign(override=override_codes(right), length_m=network.edge_length_m)[flags & right > 0]
        .groupby(["override", "way_id", "highway", "name"], as_index=False)
        .agg({"length_m": "sum"})
        for right in Override
    ]
    return pd.concat(parts, ignore_index=True)


def open_overrides(network: RoadNetwork) -> tuple[OverrideFlags, OverrideFlags]:
    """What opens each edge forward and backward; 0 where nobody drives, as on roads that were closed since."""
    forward, backward = (network.edges[f"{way}_override"].to_numpy() for way in ("forward", "backward"))
    return np.where(network.forward_ms == CLOSED, 0, forward), np.where(network.backward_ms == CLOSED, 0, backward)


def override_notes(network: RoadNetwork) -> Iterator[Note]:
    """How much road only an engine may drive so, a note for each right; both directions of a road count once."""
    flags, name = np.bitwise_or(*open_overrides(network)), network.edges["name"]
    for override, key in _NOTES.items():
        rows = np.flatnonzero(flags & override)
        if len(rows):
            names = [text for text in name.iloc[rows].unique() if text]
            km = f"{network.edge_length_m[rows].sum() / 1000.0:.1f}"
            yield Note("topic_roads", key, len(rows), tuple(names[:5]), {"km": km})


def with_override_notes(network: RoadNetwork) -> RoadNetwork:
    """The network with these notes as of now, instead of those from before roads were closed."""
    others = [note for note in network.notes if note.key not in _NOTES.values()]
    return replace(network, notes=(*others, *override_notes(network)))
