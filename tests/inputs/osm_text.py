"""A little town in OpenStreetMap's own words, for tests that read it back."""

from pathlib import Path

TOWN = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="test">
  <node id="1" lat="31.400" lon="121.200"><tag k="amenity" v="fire_station"/><tag k="name" v="东站"/></node>
  <node id="2" lat="31.401" lon="121.201"><tag k="amenity" v="fire_station"/><tag k="name" v="社区微型消防站"/></node>
  <node id="3" lat="31.402" lon="121.202"><tag k="disused:amenity" v="fire_station"/><tag k="name" v="老站"/></node>
  <node id="4" lat="31.403" lon="121.203"><tag k="emergency" v="fire_hydrant"/></node>
  <node id="5" lat="31.404" lon="121.204"><tag k="emergency" v="fire_hydrant"/>
    <tag k="operational_status" v="out_of_order"/></node>
  <node id="6" lat="31.405" lon="121.205"><tag k="proposed:emergency" v="fire_hydrant"/></node>
  <node id="11" lat="31.410" lon="121.210"/>
  <node id="12" lat="31.410" lon="121.212"/>
  <node id="13" lat="31.412" lon="121.212"/>
  <node id="14" lat="31.412" lon="121.210"/>
  <node id="21" lat="31.420" lon="121.220"/>
  <node id="22" lat="31.420" lon="121.230"/>
  <node id="23" lat="31.430" lon="121.230"/>
  <node id="24" lat="31.430" lon="121.220"/>
  <node id="31" lat="31.421" lon="121.221"/>
  <node id="32" lat="31.421" lon="121.229"/>
  <node id="33" lat="31.429" lon="121.229"/>
  <node id="34" lat="31.429" lon="121.221"/>
  <way id="1"><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="14"/><nd ref="11"/>
    <tag k="amenity" v="fire_station"/><tag k="building" v="yes"/><tag k="building:levels" v="3"/></way>
  <way id="2"><nd ref="21"/><nd ref="22"/><nd ref="23"/></way>
  <way id="3"><nd ref="23"/><nd ref="24"/><nd ref="21"/></way>
  <way id="4"><nd ref="31"/><nd ref="32"/><nd ref="33"/><nd ref="34"/><nd ref="31"/></way>
  <way id="5"><nd ref="31"/><nd ref="32"/><nd ref="99"/></way>
  <relation id="1"><member type="way" ref="2" role="outer"/><member type="way" ref="3" role="outer"/>
    <member type="way" ref="4" role="inner"/>
    <tag k="type" v="multipolygon"/><tag k="amenity" v="fire_station"/><tag k="name" v="环站"/>
    <tag k="building" v="yes"/></relation>
  <relation id="2"><member type="way" ref="5" role="outer"/><member type="way" ref="98" role="outer"/>
    <tag k="type" v="multipolygon"/><tag k="amenity" v="fire_station"/><tag k="name" v="断站"/></relation>
  <relation id="3"><member type="way" ref="97" role="outer"/>
    <tag k="type" v="multipolygon"/><tag k="amenity" v="fire_station"/></relation>
  <relation id="4"><member type="way" ref="2" role="outer"/><member type="way" ref="3" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="8"/>
    <tag k="name" v="南镇"/><tag k="name:en" v="South Town"/></relation>
  <relation id="5"><member type="way" ref="5" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="8"/>
    <tag k="name" v="断镇"/></relation>
  <relation id="6"><member type="way" ref="4" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="9"/>
    <tag k="name" v="南镇"/></relation>
</osm>
"""


def town(folder: Path) -> Path:
    """The file, written there."""
    path = folder / "town.osm"
    path.write_text(TOWN, "utf-8")
    return path
