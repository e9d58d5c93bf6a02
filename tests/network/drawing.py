"""Roads drawn in metres, for tests: named points, ways as strings of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyproj

from siting import toy
from siting.network import NODE_TAGS, WAY_TAGS, Ways
from siting.network.ways import no_restrictions

Tags = Mapping[str, str]


def draw(
    points: Mapping[str, tuple[float, float]],
    roads: Sequence[tuple[str, Tags]],
    node_tags: Mapping[str, Tags] | None = None,
    restrictions: Sequence[tuple[str, int, str, int]] = (),
) -> Ways:
    """
    Residential ways through named points; plan coordinates and CRS as in the toy town; node ids 100, 101, ...

    Way ids are 1, 2, ...; restrictions are kind, from way, via point, to way, with whom they except behind a slash.
    """
    position = {name: i for i, name in enumerate(points)}
    lon, lat = pyproj.Transformer.from_crs(toy.CRS, "EPSG:4326", always_xy=True).transform(
        *toy.xy(list(points.values()))
    )
    runs = [[position[name] for name in nodes.split()] for nodes, _ in roads]
    plain = dict.fromkeys(WAY_TAGS, "") | {"highway": "residential"}
    tagged = node_tags or {}
    return Ways(
        way_id=np.arange(len(roads), dtype=np.int64) + 1,
        tags=pd.DataFrame([plain | dict(tags) for _, tags in roads], columns=list(plain)),
        ref_ptr=np.cumsum([0] + [len(run) for run in runs]),
        ref=np.array([node for run in runs for node in run], dtype=np.int64),
        node_id=np.arange(len(points), dtype=np.int64) + 100,
        lon=np.atleast_1d(lon),
        lat=np.atleast_1d(lat),
        node_tags=pd.DataFrame(
            [dict.fromkeys(NODE_TAGS, "") | dict(tags) for tags in tagged.values()],
            index=pd.Index([position[name] for name in tagged], dtype=np.int64),
            columns=list(NODE_TAGS),
        ),
        source="drawing",
        restrictions=pd.DataFrame(
            [
                (k + 1, come, 100 + position[via], go, kind.partition("/")[0], kind.partition("/")[2])
                for k, (kind, come, via, go) in enumerate(restrictions)
            ],
            columns=no_restrictions().columns,
        ).astype(no_restrictions().dtypes),
    )
