"""The scenario files and the README that go with the district's data."""

from __future__ import annotations

from collections import Counter

from siting.synthetic.district import District
from siting.synthetic.ground import AREA_KM2, UNITS
from siting.synthetic.hydrants import STATUSES
from siting.synthetic.landuse import USES
from siting.synthetic.people import PEOPLE
from siting.synthetic.plane import NOTICE
from siting.synthetic.planted_lots import WIND_FROM_DEG
from siting.synthetic.quarter import WIDE_M

_HEAD = f"""\
notice = "{NOTICE}"
attribution = "{NOTICE}"
"""
_GROUND = """\
[roads]
file = "roads.osm.pbf"
speeds = "fire-engine"

[demand]
source = "raster"
file = "population.tif"
unit = "people_per_cell"
at_edge = "inside"

[[facilities]]
kind = "station"
file = "stations.geojson"
id_column = "site_id"
name_column = "name"
class_column = "class"
turnout_column = "turnout_s"
"""
_DEMO = f"""\
# The built-in district. {NOTICE}
name = "虚川区 Xuchuan (synthetic)"
{_HEAD}\
rules = ["cn-jb152-2017", "cn-gb50974-2014"]

[study_area]
boundary = "boundary.geojson"
units = "units.geojson"
units_id = "unit_id"
units_name = "name"
units_level = "level"
land = "land.geojson"
barriers = "roads.osm.pbf"
cell_m = 200
buffer_m = 2000

{_GROUND}
[[facilities]]
kind = "station"
file = "candidates.geojson"
role = "candidate"
id_column = "site_id"
class_column = "class"
exclude = {{ class = [""], frontage = ["residential"] }}

[[facilities]]
kind = "micro_station"
file = "micro_stations.geojson"
id_column = "site_id"
name_column = "name"
class_column = "class"

[[facilities]]
kind = "hydrant"
file = "hydrants.geojson"
id_column = "hydrant_id"
exclude = {{ status = ["abandoned", "broken"] }}

[protected]
file = "protected.geojson"
hazards = ["hazardous_chemicals", "gas"]
wind_from_deg = 112.5 # ESE

[screening]
lot_column = "lot_m2"
frontage_column = "frontage"
ground = "roads.osm.pbf"

[[plan]]
kind = "station"
objective = "mclp"
sites = 5
keep = "all"

[overrides.ten_more.plan.station]
sites = 10

[overrides.from_scratch.plan.station]
sites = 16
keep = "none"

[overrides.by_risk.demand]
source = "risk"

[overrides.by_risk.demand.parts.residents]
share = 6
source = "raster"
file = "population.tif"
unit = "people_per_cell"
at_edge = "inside"

[overrides.by_risk.demand.parts.key_sites]
share = 1
source = "table"
file = "protected.geojson"
weight = "kind"
points = {{ hazardous_chemicals = 5, gas = 5, hospital = 3, school = 1 }}

[overrides.by_risk.demand.parts.calls]
share = 3
source = "incidents"
file = "calls.csv"
points = {{ fire = 3, rescue = 1 }}

# Uncomment to run variants side by side, each into a folder of its own:
# [scenarios]
# five = []
# ten = ["ten_more"]
# from_scratch = ["from_scratch"]
# risk = ["by_risk"]
"""
_QUARTER = f"""\
# The hydrants of one sub-district: in order but for the faults that planted.geojson lists. {NOTICE}
name = "演城街道消火栓 Hydrants of Yancheng (synthetic)"
{_HEAD}\
rules = ["cn-jb152-2017", "cn-gb50974-2014"]

[study_area]
boundary = "quarter.geojson"
land = "land.geojson"
cell_m = 100
buffer_m = 1000

{_GROUND}
[[facilities]]
kind = "hydrant"
file = "quarter_hydrants.geojson"
id_column = "hydrant_id"
class_column = "class"
flow_column = "flow_lps"
flow_unit = "L/s"
pressure_column = "pressure_mpa"
pressure_unit = "MPa"
exclude = {{ status = ["planned", "abandoned", "broken"] }}

[hydrants]
buildings = "quarter_buildings.geojson"
widths_m = {{ primary = {WIDE_M:g} }}
cold = true # so that filling cranes are due
"""
_TOWNSHIPS = f"""\
# Townships' brigades and micro stations: in order but for the faults that planted.geojson lists. {NOTICE}
name = "虚川区镇街 Townships of Xuchuan (synthetic)"
{_HEAD}\
rules = ["cn-jb152-2017", "cn-micro-2015", "cn-gbt35547-2017"]

[study_area]
boundary = "boundary.geojson"
cell_m = 400
buffer_m = 2000

{_GROUND}
[[facilities]]
kind = "station"
file = "brigades.geojson"
id_column = "site_id"
name_column = "name"
class_column = "class"
force_column = "force"

[[facilities]]
kind = "micro_station"
file = "micro_stations.geojson"
id_column = "site_id"
name_column = "name"
class_column = "class"
force = "micro_first"

[[grid]]
level = "large"
file = "units.geojson"
id_column = "unit_id"
name_column = "name"

[brigades]
reach_s = 300
land_column = "land_m2"
staff_column = "staff"

[micro_stations]
speeds = "micro-engine"

[[micro_stations.due]]
kind = "community"
file = "micro_places.geojson"
source = "演示 a rule of this example"
only = {{ kind = ["community"] }}
id_column = "place_id"
name_column = "name"

[[micro_stations.due]]
kind = "village"
file = "micro_places.geojson"
source = "演示 a rule of this example, as 沪消防委（2016）29号"
only = {{ kind = ["village"] }}
id_column = "place_id"
name_column = "name"
people_column = "residents"
least_people = 1000
shares_column = "shares_with"

[[micro_stations.due]]
kind = "key_unit"
file = "micro_places.geojson"
source = "公消〔2015〕301号"
only = {{ kind = ["key_unit"] }}
id_column = "place_id"
name_column = "name"
shares_column = "shares_with"
"""
_LOTS = f"""\
# Lots for stations: in order but for the faults that planted.geojson lists. {NOTICE}
name = "虚川区地块 Lots of Xuchuan (synthetic)"
{_HEAD}\
rules = "cn-jb152-2017"

[study_area]
boundary = "boundary.geojson"
cell_m = 800
buffer_m = 2000

{_GROUND}
[[facilities]]
kind = "station"
file = "planted_lots.geojson"
role = "candidate"
id_column = "site_id"
class_column = "class"

[protected]
file = "protected.geojson"
hazards = ["hazardous_chemicals", "gas"]
wind_from_deg = {WIND_FROM_DEG}

[screening]
lot_column = "lot_m2"
frontage_column = "frontage"
ground = "roads.osm.pbf"
heights = "heights.tif"
"""
SCENARIOS = {"scenario.toml": _DEMO, "quarter.toml": _QUARTER, "townships.toml": _TOWNSHIPS, "lots.toml": _LOTS}
"""Each scenario file by its name."""


def readme(district: District, seed: int) -> str:
    """The text of README.md, with the exact figures of this district."""
    land_km2: Counter[str] = Counter()
    for face in district.faces:
        land_km2[USES[face.use]] += face.polygon.area / 1e6
    status = Counter(str(hydrant.columns["status"]) for hydrant in district.hydrants)
    units = "\n".join(f"| {u.unit_id} | {u.name} | {u.name_en} | {u.kind} | {u.area_km2} |" for u in UNITS)
    return f"""\
# The built-in district: SYNTHETIC DATA 合成数据, 非真实地点

**Nothing here exists.** 虚川区 (Xuchuan District), its towns, roads, people, stations and hydrants are made by
`siting.synthetic.write_district(folder, seed={seed})`; the same seed makes the same bytes, and a test holds these files
to it. The place on the globe (about 121.05° E, 31.35° N) only gives it a coordinate system.

| figure | value |
|---|---|
| area | {AREA_KM2} km² in EPSG:4549 |
| units | {len(UNITS)}: 7 towns, 3 sub-districts, 1 committee, 1 industrial zone |
| people | {PEOPLE:,} exactly |
| construction land | {land_km2["urban"]:.1f} km² urban, {land_km2["near_suburb"]:.1f} km² near suburb |
| roads | {len(district.roads):,} ways, {sum(road.line.length for road in district.roads) / 1000:,.0f} km |
| stations | {len(district.stations)} |
| micro stations | {len(district.micro_stations)} of the first class |
| hydrants | {len(district.hydrants):,}: {", ".join(f"{status[name]:,} {name}" for name in STATUSES)} |
| lots | {len(district.lots)} |
| calls | {len(district.calls):,} in three years |

## Files
| file | what |
|---|---|
| `scenario.toml` | the demo job: where do 5 more stations cover most? |
| `quarter.toml` | hydrants of one sub-district, in order but for planted faults |
| `townships.toml` | brigades and micro stations, in order but for planted faults |
| `lots.toml` | lots for stations, in order but for planted faults |
| `planted.geojson` | the answer key: every planted fault with the requirement that it breaks; no other is broken |
| `roads.osm.pbf` | roads, water, railway, boundaries; stations, micro stations and hydrants once more as OSM objects |
| `boundary.geojson`, `units.geojson` | district and grid units |
| `land.geojson` | `use` of the land, and its `place` (urban, near_suburb, other) |
| `population.tif` | people per 100 m cell, float32, EPSG:4549, nodata -99999 |
| `stations.geojson`, `micro_stations.geojson`, `hydrants.geojson` | what exists |
| `quarter.geojson`, `quarter_buildings.geojson` | 演城街道 and houses in it |
| `quarter_hydrants.geojson` | its {len(district.quarter.hydrants):,} hydrants and filling cranes, with their fault |
| `brigades.geojson` | brigades of townships |
| `planted_lots.geojson`, `heights.tif` | lots of `lots.toml`; metres above the sea, flat but for one hill |
| `micro_places.geojson` | communities, villages and key units that need a micro station |
| `candidates.geojson` | lots: `class` (largest that fits), `lot_m2`, `frontage`, `ownership`, `cost_10k_cny` |
| `protected.geojson` | exits to keep 50 m from, hazardous sites to keep 200 or 300 m from: lots are screened by them |
| `calls.csv` | records of calls: time, type, place; some lack one of them |

## Planned on purpose
- A village in the west whose streets (断路新村路) meet no other road: 1,000 people nobody can drive to.
- A peninsula in the north-east that only one bridge (拟岛大桥) reaches.
- Canals that only main roads cross; two motorways, an expressway and a railway that districts should not cross.
- Stations that overlap in the centre; none in the committee's ground; one on a lot too small.
- Stations whose turnout is known (45 to 70 s; the standard's is 60 s) beside others where it is not.
- Hydrants with gaps; 算圩镇 has a third of what it should; some are abandoned or broken.
- Roads: oneway yes and -1, three roundabouts, gates, bollards, height restrictors, roads under the
  railway too low for an engine, one maxspeed that makes no sense and one that is a list.
- Lots near school exits, near hazardous sites, too small, or on residential streets.
- 演城街道 in `quarter.toml`: hydrants in order but for six faults, each found by the clauses it breaks and no others.
- `lots.toml`: ten lots, of which each of seven breaks one siting clause and no other.
- `townships.toml`: a unit and two brigades, a community, a village and a key unit at fault; the others are in order.

## Units
| unit_id | name | name:en | kind | km² |
|---|---|---|---|---|
{units}
"""
