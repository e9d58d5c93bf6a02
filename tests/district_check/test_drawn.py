"""A map laid over the land."""

from __future__ import annotations

import pytest
from shapely import box

from siting.district_check import lay_over
from tests.district_check.handmade import cells, districts, roads, stations, swapped


def test_every_cell_is_one_piece() -> None:
    """Districts that only touch a cell hold nothing of it."""
    pieces = lay_over(districts(), stations(), cells(), roads()).pieces
    assert sorted(pieces.cell_id) == cells().index.tolist()
    assert pieces.share.tolist() == [1.0] * len(pieces)
    assert pieces.area_km2.tolist() == pytest.approx([0.04] * len(pieces), rel=1e-9)


def test_a_border_cuts_cells_in_two() -> None:
    """A quarter of each of a column of cells is B's."""
    pieces = lay_over(swapped("A", "B", box(2350, 0, 2400, 2400)), stations(), cells(), roads()).pieces
    cut = pieces[pieces.cell_id == 11].set_index("site_id")
    assert cut.share.to_dict() == pytest.approx({"A": 0.75, "B": 0.25})
    assert cut.area_km2.to_dict() == pytest.approx({"A": 0.03, "B": 0.01})
