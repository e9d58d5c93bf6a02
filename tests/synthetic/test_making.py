"""The code that makes the district: the same seed makes the same bytes, another seed another sound district."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import LineString

from siting import synthetic
from siting.synthetic.ground import UNITS, make_ground
from siting.synthetic.people import _whole
from siting.synthetic.plane import generator, make_bend
from siting.synthetic.weave import Road, knit, largest_part

SHIPPED = Path(__file__).parents[2] / "data" / "demo"


@pytest.mark.slow
def test_the_same_seed_writes_the_shipped_bytes(tmp_path: Path) -> None:
    """Every file of data/demo, byte for byte, and no other file."""
    made = tmp_path / "demo"
    synthetic.write_district(made)
    assert sorted(file.name for file in made.iterdir()) == sorted(file.name for file in SHIPPED.iterdir())
    differ = [file.name for file in SHIPPED.iterdir() if file.read_bytes() != (made / file.name).read_bytes()]
    assert differ == [], "write data/demo anew, see data/README.md"


@pytest.mark.parametrize("seed", [1, 2])
def test_any_seed_gives_the_planned_areas(seed: int) -> None:
    """The areas do not hang on one lucky seed."""
    ground = make_ground(seed)
    assert np.allclose([unit.area / 1e6 for unit in ground.units], [unit.area_km2 for unit in UNITS], atol=0.01)
    assert ground.boundary.geom_type == "Polygon"
    assert ground.boundary.contains(ground.moat.union(ground.peninsula))


def test_the_bend_does_not_fold() -> None:
    """Everywhere on the drawing board, a small square keeps its orientation and most of its size."""
    bend = make_bend(generator(synthetic.SEED, 1))
    places = range(-14_000, 14_001, 1000)
    squares = [shapely.box(x, y, x + 10, y + 10, ccw=True) for x in places for y in places]
    bent = [bend(square) for square in squares]
    assert all(shapely.is_ccw(square.exterior) for square in bent)
    assert min(square.area for square in bent) > 25.0


def test_knit_joins_what_touches() -> None:
    """A T-crossing and a cross get a shared point; a road that is not at grade gets none; directions stay."""
    roads = [
        Road(LineString([(100, 0), (0, 0)]), {"highway": "primary"}),
        Road(LineString([(50, 0.02), (50, 80)]), {"highway": "residential"}),
        Road(LineString([(20, -30), (20, 30)]), {"highway": "tertiary"}),
        Road(LineString([(70, -30), (70, 30)]), {"highway": "motorway"}, at_grade=False),
    ]
    primary, residential, tertiary, motorway = (list(road.line.coords) for road in knit(roads))
    assert primary == [(100, 0), (50, 0), (20, 0), (0, 0)]
    assert residential == [(50, 0), (50, 80)]
    assert tertiary == [(20, -30), (20, 0), (20, 30)]
    assert motorway == [(70, -30), (70, 30)]


def test_largest_part_leaves_out_what_hangs_on_nothing() -> None:
    """Two roads that meet stay, a third alone goes."""
    lines = [LineString([(0, 0), (9, 0)]), LineString([(50, 0), (60, 0)]), LineString([(9, 0), (9, 9)])]
    kept = largest_part([Road(line, {"highway": "service"}) for line in lines])
    assert [road.line for road in kept] == [lines[0], lines[2]]


def test_whole_numbers_keep_the_total() -> None:
    """Ten people over weights 1, 1 and 2: the two halves go to the largest remainders, first come first."""
    assert _whole(np.array([1.0, 1.0, 2.0]), 10).tolist() == [3.0, 2.0, 5.0]
    assert _whole(np.array([0.0, 1.0]), 7).tolist() == [0.0, 7.0]


def test_demo_folder_is_the_checkout() -> None:
    """Run from a checkout, the shipped files are used."""
    assert synthetic.demo_folder() == SHIPPED


def test_demo_folder_without_a_checkout_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An installed package has no data/demo: the district is written to a temporary folder, then found there.

    Where the machine clears that folder by the age of its files, and one is gone, it is written again.
    """
    written = []

    def write(folder: Path) -> None:
        written.append(folder)
        folder.mkdir(exist_ok=True)
        for name in synthetic.FILES:
            (folder / name).touch()

    monkeypatch.setattr(synthetic, "__file__", str(tmp_path / "site-packages" / "siting" / "synthetic" / "__init__.py"))
    monkeypatch.setattr(synthetic, "write_district", write)
    monkeypatch.setattr(synthetic.tempfile, "gettempdir", lambda: str(tmp_path))
    first, second = synthetic.demo_folder(), synthetic.demo_folder()
    assert first == second == written[0]
    assert len(written) == 1
    assert first.parent == tmp_path
    (first / "roads.osm.pbf").unlink()
    assert synthetic.demo_folder() == first
    assert len(written) == 2
