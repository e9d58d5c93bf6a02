"""Risk mixed by hand, and what may not be mixed."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting.errors import InputError
from siting.inputs.demand import CarriedDemand
from siting.inputs.demand.land import carry_land
from siting.inputs.demand.risk import carry_risk
from siting.inputs.demand.table import carry_rows, carry_table
from siting.study_area import StudyArea

X, Y = 500_000, 3_400_000
AREA = StudyArea.from_geometry(gpd.GeoSeries([shapely.box(X, Y, X + 400, Y + 200)], crs=4549), cell_m=200, crs=4549)
"""Two cells side by side."""


def at(column: str, amounts: list[float], x: list[float]) -> CarriedDemand:
    points = gpd.points_from_xy([X + there for there in x], [Y + 100] * len(x))
    return carry_rows(AREA, gpd.GeoDataFrame({column: amounts}, geometry=points, crs=4549), weight=column)


def test_shares_by_hand() -> None:
    """
    60 people and 6 calls inside, 2 outside: shares 3 and 1 give 75,000 and 25,000 points inside, 25,000 / 6 for each
    call, so that the two outside are worth 8,333.3.
    """
    mixed = carry_risk(
        AREA,
        parts={"homes": at("people", [45, 15], [100, 300]), "calls": at("calls", [6, 2], [300, 900])},
        shares={"homes": 3, "calls": 1},
    )
    assert mixed.weight.tolist() == pytest.approx([56_250, 18_750 + 25_000])
    assert mixed.total_inside == pytest.approx(100_000)
    assert mixed.total_outside == pytest.approx(25_000 / 6 * 2)
    assert [(part.name, part.share, part.counts_people) for part in mixed.parts] == [
        ("homes", 0.75, True), ("calls", 0.25, False)
    ]  # fmt: skip
    assert [part.points_each for part in mixed.parts] == pytest.approx([1250, 25_000 / 6])
    assert (mixed.unit, mixed.notes) == ("risk points", ())


def test_a_share_that_is_not_stated_is_told() -> None:
    """It counts 1 and is called an editable default."""
    mixed = carry_risk(AREA, parts={"land": carry_land(AREA), "homes": at("people", [1], [10])}, shares={"homes": 1})
    assert [part.share for part in mixed.parts] == [0.5, 0.5]
    (note,) = mixed.notes
    assert (note.key, note.examples) == ("note_shares_not_stated", ("land",))
    assert "editable default" in note.message("en")


def test_what_may_not_be_mixed() -> None:
    """Shares of no part or no size, two parts that count people, residents that are none; all at once."""
    two = {"day": at("people", [1], [10]), "night": at("people", [1], [300]), "land": carry_land(AREA)}
    with pytest.raises(InputError) as caught:
        carry_risk(AREA, parts=two, shares={"nigth": 1.0, "day": -1.0})
    assert len(caught.value.faults) == 3
    assert "Did you mean 'night'?" in str(caught.value)
    with pytest.raises(InputError, match="Only a part that counts people"):
        carry_risk(AREA, parts=two, residents="land")
    assert [part.counts_people for part in carry_risk(AREA, parts=two, residents="night").parts] == [False, True, False]
    with pytest.raises(InputError, match="has no parts"):
        carry_risk(AREA, parts={})


def write(path: Path, **columns: list[object]) -> Path:
    shapes = [shapely.box(X, Y, X + 200, Y + 200), shapely.box(X + 200, Y, X + 400, Y + 100)]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4549).to_file(path)
    return path


def test_key_sites_and_zones_by_words(tmp_path: Path) -> None:
    """Words become points; a zone counts for each km², half a cell for half; a word without points is told."""
    path = write(tmp_path / "zones.gpkg", level=["key", "general"])
    sites = carry_table(AREA, path=path, weight="level", points={"key": 5.0, "general": 1.0})
    assert (sites.weight.tolist(), sites.unit) == ([5, 1], "points")
    zones = carry_table(AREA, path=path, weight="level", points={"key": 5.0, "general": 1.0}, per_km2=True)
    assert zones.weight.tolist() == pytest.approx([5 * 0.04, 0.02])
    some = carry_table(AREA, path=path, weight="level", points={"key": 5.0})
    assert some.weight.tolist() == [5, 0]
    assert "general" in some.notes[0].message("en")


def test_a_point_has_no_land(tmp_path: Path) -> None:
    """What is told for each km² needs polygons."""
    gpd.GeoDataFrame({"level": [1.0]}, geometry=[shapely.Point(X, Y)], crs=4549).to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError, match="are not Polygon or MultiPolygon but Point"):
        carry_table(AREA, path=tmp_path / "p.gpkg", weight="level", per_km2=True)
