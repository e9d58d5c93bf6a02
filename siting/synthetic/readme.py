"""The README that goes with the district's data."""

from __future__ import annotations

from collections import Counter

from siting.synthetic.district import District
from siting.synthetic.ground import AREA_KM2, UNITS
from siting.synthetic.hydrants import STATUSES
from siting.synthetic.landuse import USES
from siting.synthetic.people import PEOPLE

_TEXT = """\
# The built-in district: SYNTHETIC DATA 合成数据, 非真实地点

**Nothing here exists.** 虚川区 (Xuchuan District), its towns, roads, people, stations and hydrants are made by
`siting.synthetic.write_district(folder, seed={seed})`; the same seed makes the same bytes, and a test holds these files
to it. The place on the globe (about 121.05° E, 31.35° N) only gives it a coordinate system.

| figure | value |
|---|---|
| area | {area_km2} km² in EPSG:4549 |
| units | {n_units}: 7 towns, 3 sub-districts, 1 committee, 1 industrial zone |
| people | {people:,} exactly |
| construction land | {urban_km2:.1f} km² urban, {suburb_km2:.1f} km² near suburb |
| roads | {n_roads:,} ways, {roads_km:,.0f} km |
| stations | {n_stations} |
| micro stations | {n_micro_stations} of the first class |
| hydrants | {n_hydrants:,}: {statuses} |
| lots | {n_lots} |
| calls | {n_calls:,} in three years |

## Files
| file | what |
|---|---|
| `scenario.toml` | the demo job: where do 5 more stations cover most? |
| `quarter.toml` | hydrants of one sub-district, in order but for planted faults |
| `townships.toml` | brigades and micro stations, in order but for planted faults |
| `lots.toml` | lots for stations, in order but for planted faults |
| `estate.toml` | hydrants, micro stations and lanes of an estate drawn with a ruler, in order but for planted faults |
| `new_town.toml` | stations, drawn districts and indicators of a new town drawn with a ruler, likewise |
| `planted.geojson` | the answer key: every planted fault with all that finds it, and the place that is named |
| `roads.osm.pbf` | roads, water, railway, boundaries; stations, micro stations and hydrants once more as OSM objects |
| `boundary.geojson`, `units.geojson` | district and grid units |
| `land.geojson` | `use` of the land, and its `place` (urban, near_suburb, other) |
| `population.tif` | people per 100 m cell, float32, EPSG:4549, nodata -99999 |
| `stations.geojson`, `micro_stations.geojson`, `hydrants.geojson` | what exists |
| `quarter.geojson`, `quarter_buildings.geojson` | 演城街道 and houses in it |
| `quarter_hydrants.geojson` | its {n_quarter_hydrants:,} hydrants and filling cranes, with their fault |
| `brigades.geojson` | brigades of townships |
| `planted_lots.geojson`, `heights.tif` | lots of `lots.toml`; metres above the sea, flat but for one hill |
| `estate*`, `new_town*` | ground, roads, tables of these two; `new_town_rules.toml` adds to the standard |
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
- `estate.toml`: a tunnel portal, an intake, hydrants of unknown flow, a micro station and four lanes at fault.
- `new_town.toml`: a class too small, two stations closed, a small station alone, fewer staff than planned; and a map of
  districts that breaks every clause of such maps.

## Units
| unit_id | name | name:en | kind | km² |
|---|---|---|---|---|
{units}
"""


def readme(district: District, seed: int) -> str:
    """The text of README.md, with the exact figures of this district."""
    land_km2: Counter[str] = Counter()
    for face in district.faces:
        land_km2[USES[face.use]] += face.polygon.area / 1e6
    status = Counter(str(hydrant.columns["status"]) for hydrant in district.hydrants)
    return _TEXT.format(
        seed=seed,
        area_km2=AREA_KM2,
        n_units=len(UNITS),
        people=PEOPLE,
        urban_km2=land_km2["urban"],
        suburb_km2=land_km2["near_suburb"],
        n_roads=len(district.roads),
        roads_km=sum(road.line.length for road in district.roads) / 1000,
        n_stations=len(district.stations),
        n_micro_stations=len(district.micro_stations),
        n_hydrants=len(district.hydrants),
        statuses=", ".join(f"{status[name]:,} {name}" for name in STATUSES),
        n_lots=len(district.lots),
        n_calls=len(district.calls),
        n_quarter_hydrants=len(district.quarter.hydrants),
        units="\n".join(f"| {u.unit_id} | {u.name} | {u.name_en} | {u.kind} | {u.area_km2} |" for u in UNITS),
    )
