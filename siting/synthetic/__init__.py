"""The built-in district: made by code with a fixed seed, labelled synthetic on every output."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

from siting.files import whole_folder
from siting.synthetic.district import make_district
from siting.synthetic.layers import write_heights, write_layers, write_people
from siting.synthetic.osm_file import write_osm, write_roads
from siting.synthetic.readme import readme
from siting.synthetic.scenarios import NEW_TOWN_RULES, SCENARIOS

__all__ = ["SEED", "demo_folder", "write_district"]

SEED = 152
"""Of the district in data/demo."""
_LAYERS = (
    "boundary", "brigades", "candidates", "estate", "estate_buildings", "estate_hydrants", "estate_micro_stations",
    "hydrants", "land", "micro_places", "micro_stations", "new_town", "new_town_barriers", "new_town_districts",
    "new_town_stations", "planted", "planted_lots", "protected", "quarter", "quarter_buildings", "quarter_hydrants",
    "stations", "units",
)  # fmt: skip
FILES = (
    "README.md",
    "calls.csv",
    "estate_roads.osm.pbf",
    "heights.tif",
    "new_town_roads.osm.pbf",
    "new_town_rules.toml",
    "population.tif",
    "roads.osm.pbf",
    *SCENARIOS,
    *(f"{name}.geojson" for name in _LAYERS),
)


def write_district(folder: Path, seed: int = SEED) -> None:
    """
    Write the built-in district into `folder`: roads, people, tables, scenarios that use them, and a README.

    The same seed writes the same bytes. What stood in the folder before is replaced as a whole.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    district = make_district(seed)
    with whole_folder(folder, holding=FILES) as partial:
        write_osm(partial / "roads.osm.pbf", district)
        write_roads(partial / "estate_roads.osm.pbf", district.estate.roads, [district.estate.turning])
        write_roads(partial / "new_town_roads.osm.pbf", district.new_town.roads)
        write_layers(partial, district)
        write_people(partial / "population.tif", district.people)
        write_heights(partial / "heights.tif", district.people)
        (partial / "new_town_rules.toml").write_text(NEW_TOWN_RULES, "utf-8")
        for name, text in SCENARIOS.items():
            (partial / name).write_text(text, "utf-8")
        (partial / "README.md").write_text(readme(district, seed), "utf-8")


def demo_folder() -> Path:
    """Where the built-in district is: data/demo of a checkout; else made once in a temporary folder."""
    shipped = Path(__file__).parents[2] / "data" / "demo"
    if (shipped / "scenario.toml").exists():
        return shipped
    made = Path(tempfile.gettempdir()) / f"siting-{version('siting')}-demo"
    if not all((made / name).exists() for name in FILES):  # such folders are cleared by age, file by file
        write_district(made)
    return made
