"""A road network as a layer, with all that its times can be recomputed from."""

from __future__ import annotations

import geopandas as gpd

from siting.network import RoadNetwork, open_overrides
from siting.speeds import override_codes


def roads_layer(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Every edge with its ends and times, and by which right only an engine drives it."""
    opened = {
        f"{way}_override": [override_codes(flags) for flags in by_way.tolist()]
        for way, by_way in zip(("forward", "backward"), open_overrides(network), strict=True)
    }
    return network.to_frame().assign(**opened)
