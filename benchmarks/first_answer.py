"""`python -m benchmarks.first_answer ROADS CACHE`: CPU seconds from a bare numpy to the first site of 1000 places."""

from __future__ import annotations

import sys
import time

import numpy as np


def main(roads: str, cache: str) -> None:
    start = time.process_time()
    import geopandas as gpd

    from siting.inputs.road_network import read_roads
    from siting.network import snap
    from siting.study_area import StudyArea
    from siting.travel_time import nearest

    ground = gpd.GeoSeries.from_wkt(["POLYGON((-8.72 41.05, -8.5 41.05, -8.5 41.3, -8.72 41.3, -8.72 41.05))"])
    area = StudyArea.from_geometry(ground.set_crs("EPSG:4326"), name="Porto", cell_m=2000.0, buffer_m=0.0)
    network = read_roads(roads, area, cache=cache)
    node = np.random.default_rng(0).integers(0, network.n_nodes, 1000)
    places = snap(network, network.x[node], network.y[node], 1000.0)
    nearest(network, places.take(np.arange(10)), places)
    print(time.process_time() - start)


if __name__ == "__main__":
    main(*sys.argv[1:])
