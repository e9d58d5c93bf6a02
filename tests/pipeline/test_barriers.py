"""A scenario names its barriers, and the ground it is answered on knows them."""

from pathlib import Path

import geopandas as gpd
import shapely

from siting import toy
from siting.cells import PENALTY, WALL
from siting.pipeline import only_scenario, read


def test_the_scenario_s_own_word_goes_before_the_default(town: Path, edit) -> None:
    """The toy's river, drawn as a line, is a wall; called a penalty in the scenario, it is one and the note says so."""
    x, y = toy.xy([(-200.0, 600.0), (1800.0, 600.0)])
    river = gpd.GeoDataFrame({"kind": ["river"]}, geometry=[shapely.LineString(zip(x, y, strict=True))], crs=toy.CRS)
    river.to_crs(4326).to_file(town.with_name("river.geojson"), driver="GeoJSON")
    edit("cell_m = 100", 'cell_m = 100\nbarriers = "river.geojson"')
    area = read.study_area(only_scenario(town))
    columns = area.cells["col"].nunique()
    assert (area.crossing == WALL).sum() == columns
    edit("buffer_m", 'barrier_severity = { river = "penalty" }\nbuffer_m')
    softer = read.study_area(only_scenario(town))
    assert (softer.crossing == PENALTY).sum() == columns
    assert "river 1" in next(note.message("en") for note in softer.notes if note.key == "note_barriers_penalty")
