"""The scenario files that go with the district's data."""

from __future__ import annotations

from siting.synthetic.plane import NOTICE
from siting.synthetic.planted_lots import WIND_FROM_DEG
from siting.synthetic.quarter import WIDE_M

_HEAD = f"""\
notice = "{NOTICE}"
attribution = "{NOTICE}"
"""
_RASTER = """\
source = "raster"
file = "population.tif"
unit = "people_per_cell"
at_edge = "inside"
"""
_MICRO_STATIONS = """\
[[facilities]]
kind = "micro_station"
file = "micro_stations.geojson"
id_column = "site_id"
name_column = "name"
class_column = "class"
"""
_HYDRANTS = """\
id_column = "hydrant_id"
class_column = "class"
flow_column = "flow_lps"
flow_unit = "L/s"
"""
_PROTECTED = """\
[protected]
file = "protected.geojson"
hazards = ["hazardous_chemicals", "gas"]
"""
_SCREENING = """\
[screening]
lot_column = "lot_m2"
frontage_column = "frontage"
ground = "roads.osm.pbf"
"""
_STATIONS = """\
[[facilities]]
kind = "station"
file = "stations.geojson"
id_column = "site_id"
name_column = "name"
class_column = "class"
turnout_column = "turnout_s"
"""
_GROUND = f"""\
[roads]
file = "roads.osm.pbf"
speeds = "fire-engine"

[demand]
{_RASTER}
{_STATIONS}"""


def _ruled(name: str) -> str:
    """Roads drawn with a ruler, and the people of the ground itself."""
    return f"""\
[roads]
file = "{name}_roads.osm.pbf"

[demand]
source = "table"
file = "{name}.geojson"
weight = "people"
"""


def _due(kind: str, source: str, more: str = "") -> str:
    """Places of one kind that need a micro station."""
    return f"""\
[[micro_stations.due]]
kind = "{kind}"
file = "micro_places.geojson"
source = "{source}"
only = {{ kind = ["{kind}"] }}
id_column = "place_id"
name_column = "name"
{more}"""


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

{_MICRO_STATIONS}
[[facilities]]
kind = "hydrant"
file = "hydrants.geojson"
id_column = "hydrant_id"
exclude = {{ status = ["abandoned", "broken"] }}

{_PROTECTED}wind_from_deg = 112.5 # ESE

{_SCREENING}
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
{_RASTER}
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
{_HYDRANTS}pressure_column = "pressure_mpa"
pressure_unit = "MPa"
exclude = {{ status = ["planned", "abandoned", "broken"] }}

[hydrants]
buildings = "quarter_buildings.geojson"
widths_m = {{ primary = {WIDE_M:g} }}
cold = true # so that filling cranes are due
"""
_SHARES = 'shares_column = "shares_with"\n'
_VILLAGES = f'people_column = "residents"\nleast_people = 1000\n{_SHARES}'
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

{_MICRO_STATIONS}force = "micro_first"

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

{_due("community", "演示 a rule of this example")}
{_due("village", "演示 a rule of this example, as 沪消防委（2016）29号", _VILLAGES)}
{_due("key_unit", "公消〔2015〕301号", _SHARES)}
[indicators.targets]
source = "演示 targets of this example"
micro_stations = {{ 2027 = 11 }}
places_without_micro = {{ 2027 = 0 }}
units_without_own = {{ 2027 = 0 }}
units_missing = {{ 2027 = 0 }}
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

{_PROTECTED}wind_from_deg = {WIND_FROM_DEG}

{_SCREENING}heights = "heights.tif"
"""
_ESTATE = f"""\
# Hydrants and lanes of an estate: in order but for the faults that planted.geojson lists. {NOTICE}
name = "样板小区 Model estate (synthetic)"
{_HEAD}\
rules = ["cn-jb152-2017", "cn-gb50974-2014", "cn-micro-2015"]

[study_area]
boundary = "estate.geojson"
cell_m = 50
buffer_m = 500

{_ruled("estate")}
{_STATIONS}
[[facilities]]
kind = "micro_station"
file = "estate_micro_stations.geojson"
id_column = "site_id"
exclude = {{ status = ["closed"] }}

[[facilities]]
kind = "hydrant"
file = "estate_hydrants.geojson"
{_HYDRANTS}radius_column = "radius_m"
exclude = {{ status = ["broken"] }}

[hydrants]
buildings = "estate_buildings.geojson"

[micro_stations]
speeds = "micro-engine"

[lanes]

[indicators.targets]
source = "演示 targets of this example"
hydrants = {{ 2027 = 82 }}
"""
_NEW_TOWN = f"""\
# Stations of a new town: in order but for the faults that planted.geojson lists. {NOTICE}
name = "样板新城 Model new town (synthetic)"
{_HEAD}\
rules = "new_town_rules.toml"

[study_area]
boundary = "new_town.geojson"
units = "new_town.geojson"
units_id = "unit_id"
units_name = "name"
land = "new_town.geojson"
barriers = "new_town_barriers.geojson"
cell_m = 100
buffer_m = 3000

{_ruled("new_town")}
[[facilities]]
kind = "station"
file = "new_town_stations.geojson"
id_column = "site_id"
class_column = "class"
exclude = {{ status = ["closed"] }}

[districts]
file = "new_town_districts.geojson"

[indicators.staff]
today = 60
by_year = {{ 2026 = 60, 2027 = 54 }}
source = "演示 an example"

[indicators.targets]
source = "演示 targets of this example"
people_per_station = {{ 2027 = 3.5 }}
staff_per_10k = {{ 2026 = 4, 2027 = 5 }}
share_land = {{ 2027 = 1 }}
"""
NEW_TOWN_RULES = f"""\
# One requirement more than the standard. {NOTICE}
id = "new-town"
edition = "演示 example"
extends = "cn-jb152-2017"
title = {{ zh = "样板新城规则（演示）", en = "Rules of the model new town (example)" }}

[sources]
example = "演示 a rule of this example"

[[requirement]]
id = "people-per-station"
kind = "people_per_station"
title = {{ zh = "每站服务人口", en = "People for each station" }}
clause = "演示 example"
source = ["example"]
severity = "may"
confidence = "low"
values = {{ people = 35000 }}
"""
SCENARIOS = {
    "scenario.toml": _DEMO,
    "quarter.toml": _QUARTER,
    "townships.toml": _TOWNSHIPS,
    "lots.toml": _LOTS,
    "estate.toml": _ESTATE,
    "new_town.toml": _NEW_TOWN,
}
"""Each scenario file by its name."""
