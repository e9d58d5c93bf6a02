"""Each siting clause on sites laid out by hand, in metres around a school, a gas depot, a canal and a railway."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.screening import SCREENS, Judged, Surroundings

CRS = 4549


def places(kinds: dict[str, shapely.Geometry], column: str = "name") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({column: list(kinds)}, geometry=list(kinds.values()), crs=CRS)


def sites(*xy: tuple[float, float], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        columns, geometry=[shapely.Point(p) for p in xy], index=list("ABCDEFGH"[: len(xy)]), crs=CRS
    )


EXITS = places({"school": shapely.Point(0, 0), "mall": shapely.Point(200, 0)})
DEPOT = places({"depot": shapely.Point(0, 0)})


def told(judged: Judged) -> list[tuple[float, bool, str]]:
    rows = zip(judged.measured, judged.fails, judged.beside, strict=True)
    return [(round(float(value), 6), bool(fails), beside) for value, fails, beside in rows]


@pytest.mark.parametrize("kind", ["exit_distance", "hazard_distance"])
def test_distances(kind: str) -> None:
    """The nearest counts; exactly at the limit is far enough."""
    around = Surroundings(exits=EXITS, hazards=EXITS)
    judged = SCREENS[kind](sites((0, 50), (0, 49.9), (190, 0)), around, distance_m=50)
    assert told(judged) == [(50, False, "school"), (49.9, True, "school"), (10, True, "mall")]
    assert judged.limit.tolist() == [50, 50, 50]


def test_nothing_given_is_not_judged_and_nothing_there_is_far() -> None:
    """Without a file nobody knows; with a file that has no such place every site is far from one."""
    unknown = SCREENS["exit_distance"](sites((0, 0)), Surroundings(), distance_m=50)
    assert (unknown.is_known.tolist(), unknown.fails.tolist()) == ([False], [False])
    far = SCREENS["exit_distance"](sites((0, 0)), Surroundings(exits=EXITS.iloc[:0]), distance_m=50)
    assert (far.is_known.tolist(), far.fails.tolist()) == ([True], [False])


@pytest.mark.parametrize(
    ("wind_from_deg", "lee"),
    [(0, [False, True, False, False]), (90, [False, False, False, True]), (180, [True, False, False, False]),
     (270, [False, False, True, False]), (315, [False, False, False, False])],
)  # fmt: skip
def test_lee_of_a_hazard(wind_from_deg: float, lee: list[bool]) -> None:
    """Wind from the north: only the site to the south is in the lee; beside and upwind are good, and so is far away."""
    around = Surroundings(hazards=DEPOT, wind_from_deg=wind_from_deg)
    four = sites((0, 400), (0, -400), (400, 0), (-400, 0))
    judged = SCREENS["hazard_wind"](four, around, within_m=1000, sector_deg=44)
    assert judged.fails.tolist() == lee
    assert not SCREENS["hazard_wind"](four, around, within_m=399, sector_deg=44).fails.any()


def test_lee_is_of_any_hazard_within_reach() -> None:
    """Upwind of the near depot and in the lee of a farther one: rejected, and the farther one is named."""
    two = places({"near": shapely.Point(0, -100), "far": shapely.Point(0, 500)})
    judged = SCREENS["hazard_wind"](
        sites((0, 0)), Surroundings(hazards=two, wind_from_deg=0.0), within_m=1000, sector_deg=45
    )
    assert told(judged) == [(0, True, "far")]


def test_wind_unknown_is_not_judged() -> None:
    """A hazard alone does not say where its lee is."""
    assert not SCREENS["hazard_wind"](
        sites((0, 1)), Surroundings(hazards=DEPOT), within_m=9, sector_deg=9
    ).is_known.any()


def test_frontage() -> None:
    """A class that is listed passes, another fails, an unknown one is said to be unknown."""
    judged = SCREENS["frontage"](
        sites((0, 0), (1, 0), (2, 0), frontage=["primary", "service", ""]), Surroundings(), highway=["primary"]
    )
    assert (judged.fails.tolist(), judged.is_known.tolist()) == ([False, True, False], [True, True, False])


def test_lot_area_by_class() -> None:
    """Each by its own class; a class that is not listed by the smallest; an unknown area is said to be unknown."""
    table = sites(
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 0),
        **{"class": ["一级站", "小型站", "", "一级站"], "lot_m2": [3899, 600, 599, np.nan]},
    )
    judged = SCREENS["lot_area"](table, Surroundings(), least_m2={"一级站": 3900, "小型站": 600})
    assert judged.limit.tolist() == [3900, 600, 600, 3900]
    assert judged.fails.tolist() == [True, False, True, False]
    assert judged.is_known.tolist() == [True, True, True, False]


def test_ground() -> None:
    """In the canal, too near the rails, and clear of both; a kind without a limit does not count."""
    ground = places({"water": shapely.box(0, 0, 10, 100), "railway": shapely.LineString([(50, 0), (50, 100)]),
                     "park": shapely.box(0, 0, 99, 99)}, "kind")  # fmt: skip
    limits = {"water": 0.1, "railway": 15}
    judged = SCREENS["ground_distance"](
        sites((5, 50), (40, 50), (30, 50)), Surroundings(ground=ground), distance_m=limits
    )
    assert told(judged)[:2] == [(0, True, "water"), (10, True, "railway")]
    assert not judged.fails[2]


def test_slope() -> None:
    """Steeper fails, as steep passes, unknown is unknown."""
    judged = SCREENS["slope"](
        sites((0, 0), (1, 0), (2, 0), slope_percent=[10, 10.1, np.nan]), Surroundings(), most_percent=10
    )
    assert (judged.fails.tolist(), judged.is_known.tolist()) == ([False, True, False], [True, True, False])
