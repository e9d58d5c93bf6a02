"""A road network as a layer, with all that its times can be recomputed from."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from siting.network import CLOSED, RoadNetwork, open_overrides
from siting.speeds import override_codes

OF_EDGES = ("way_id", "highway", "name", "speed_kph", "has_frontage", "structure", "width_m")
"""Columns of `RoadNetwork.edges` that are written as they are."""


def roads_layer(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Edges with their geometry, ends and times: the whole network, so that times can be recomputed from the file."""
    seconds = {}
    for name, ms in (("forward_s", network.forward_ms), ("backward_s", network.backward_ms)):
        seconds[name] = np.where(ms == CLOSED, np.nan, ms / 1000.0)
    opened = {
        f"{way}_override": [override_codes(flags) for flags in by_way.tolist()]
        for way, by_way in zip(("forward", "backward"), open_overrides(network), strict=True)
    }
    return gpd.GeoDataFrame(
        {
            "edge": np.arange(network.n_edges),
            # Positions, not ids: where a barrier closes a node, several nodes share its id and nobody drives across.
            "from_node": network.edge_from.astype(np.int64),
            "to_node": network.edge_to.astype(np.int64),
            "from_node_id": network.node_id[network.edge_from],
            "to_node_id": network.node_id[network.edge_to],
            **seconds,
            "length_m": network.edge_length_m,
            "is_main": network.is_main,
            **{name: network.edges[name].to_numpy() for name in OF_EDGES},
            **opened,
        },
        geometry=edge_lines(network),
        crs=network.crs,
    )


def edge_lines(network: RoadNetwork) -> gpd.GeoSeries:
    """The line of each edge, in the network's CRS."""
    edge_of_coord = np.repeat(np.arange(network.n_edges), np.diff(network.coord_ptr))
    return gpd.GeoSeries(shapely.linestrings(network.coords, indices=edge_of_coord), crs=network.crs)
