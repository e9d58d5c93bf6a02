"""A network as people look at it: a table, a picture, a map, a line in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from siting import toy


def test_a_row_for_each_edge() -> None:
    """South Quay runs one way; lines and lengths are those of the arrays."""
    network = toy.network()
    table = network.to_frame()
    assert len(table) == network.n_edges
    assert table.crs == toy.CRS
    quay = table[table.name == "South Quay"]
    assert quay.backward_s.isna().all()
    assert quay.forward_s.tolist() == [36.0] * 4
    assert np.allclose(table.length.to_numpy(), network.edge_length_m, rtol=1e-4)


def test_the_map_asks_no_other_host_and_shows_the_whole_town() -> None:
    """Leaflet's own link in the corner is an address for the reader; nothing is fetched from one."""
    page = toy.network().map().get_root().render()
    assert set(re.findall(r"(?:src|href)=\W{0,2}https?://([\w.]+)", page)) <= {"leafletjs.com"}
    assert "L.geoJson" in page
    west, east = toy.network().to_frame().to_crs(4326).total_bounds[[0, 2]]
    (south_west, north_east) = re.search(r"\.fitBounds\(\s*\[\[([-\d., ]+)\], \[([-\d., ]+)\]\]", page).groups()
    assert np.allclose([float(corner.split(",")[1]) for corner in (south_west, north_east)], [west, east])


def test_a_notebook_shows_it_as_text() -> None:
    """Junctions, kilometres and classes; what stands in a profile's name or a class does not run."""
    nasty = "<script>alert(1)</script>"
    network = replace(toy.network(), profile=nasty, edges=toy.network().edges.assign(highway=nasty))
    assert "22 junctions, 28 edges, 10.9 km" in repr(network)
    assert "<script>" not in network._repr_html_()
    assert network._repr_html_().count("&lt;script&gt;") == 2
