"""
First-due districts of Cambridge's stations beside the engine districts the city dispatches by.

python scripts/cambridge_overlap.py [FOLDER OF THE CAMBRIDGE DATA]
"""

from __future__ import annotations

import sys
from pathlib import Path

import siting
from siting.districts import overlap
from siting.inputs.vector import read_table

SCENARIO = Path(__file__).with_name("cambridge_ma.toml")
OFFICIAL = "PUBLICSAFETY_FireEngineDistricts.geojson"


def main(data_folder: Path | None) -> None:
    """Print the table and the share of the city's land that both give to the same station."""
    scenario = siting.read_scenarios(SCENARIO, data_folder=data_folder, allow_outside=True)["raster"]
    audit = siting.audit(scenario)
    stations = audit.facilities["station"].loc[audit.today.stations.index]
    official = read_table(scenario.path(OFFICIAL)).set_index("ENGINE")
    table = overlap(audit.today.districts, official, stations)
    table.insert(0, "name", stations["name"])
    print(table.round(3).to_string())
    print(f"same station in both: {table.shared_km2.sum() / table.official_km2.sum():.1%} of the city's land")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
