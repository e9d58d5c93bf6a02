"""Way tags read by a profile: which ways an engine drives, in which direction, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.speeds.overrides import Override, OverrideFlags
from siting.speeds.profile import SpeedProfile
from siting.speeds.reading import EMERGENCY_OPEN, access_value, is_too_small, limits, looked_up
from siting.speeds.tags import parse_maxspeed
from siting.tables import Note, noted

_FORWARD = ("yes", "true", "1")
_REVERSE = ("-1", "reverse")
_BOTH = ("no", "false", "0", "alternating")
_NEVER_AGAINST = ("motorway", "motorway_link")
_ROUND = ("roundabout", "circular")
_BUS_OPEN = ("yes", "designated", "official")
_NOT_PUBLIC = ("agricultural", "delivery", "emergency", "forestry", "military", "no", "permit", "private", "residents")
"""Access values that keep ordinary traffic out, whether or not the profile closes them."""


@dataclass(frozen=True)
class WaySpeeds:
    """
    Kilometres per hour along and against each way; nan where it is not driven in that direction.

    Attributes
    ----------
    forward_kph, backward_kph
        Shape (W,).
    forward_override, backward_override
        Shape (W,). What opened the way to the engine in that direction; 0 where all may drive, and where nobody does.
    notes
        What was closed, set aside or assumed.
    """

    forward_kph: Floats
    backward_kph: Floats
    forward_override: OverrideFlags
    backward_override: OverrideFlags
    notes: tuple[Note, ...]


def way_speeds(way_id: Ids, tags: pd.DataFrame, profile: SpeedProfile) -> WaySpeeds:
    """
    Speed of every way in both directions.

    Class speed, changed by the posted limit as the profile says, times its factors. Closed are classes that the profile
    does not drive, access values that it names, and limits below the engine's size. An `emergency` tag of yes,
    designated or official opens class and access; a bus tag of these values and an exempted class open access; nothing
    opens size.

    One-way: ``oneway`` = yes, true, 1 along; -1, reverse against; no, false, 0 both; alternating (traffic takes turns)
    both; reversible (tidal) neither, since nobody can promise the direction at the hour of the call. Without the tag,
    motorways, roundabouts and circular junctions are one-way along. ``oneway:emergency = no`` opens both directions,
    ``oneway:bus = no`` or ``oneway:psv = no`` the one against where the profile opens bus ways.

    Parameters
    ----------
    way_id
        Shape (W,), for the notes.
    tags
        W rows, the columns of `siting.network.WAY_TAGS`.

    Examples
    --------
    >>> from siting.speeds import load_profile
    >>> keys = "oneway:emergency oneway:bus oneway:psv junction maxspeed access vehicle motor_vehicle emergency bus psv"
    >>> tags = pd.DataFrame({"highway": ["primary", "residential", "steps"], "oneway": ["yes", "", ""]})
    >>> tags = tags.assign(**dict.fromkeys(f"{keys} maxheight maxwidth maxweight".split(), ""))
    >>> speeds = way_speeds(np.array([7, 8, 9]), tags, load_profile("fire-engine"))
    >>> speeds.forward_kph.tolist(), speeds.backward_kph.tolist()
    ([45.0, 25.0, nan], [nan, 25.0, nan])
    """
    kph, by_class, class_notes = _class_speed(tags, profile)
    is_closed, by_access, access_notes = _access(way_id, tags, ~np.isnan(kph), profile)
    kph[is_closed] = np.nan
    limit, limit_notes = _posted(way_id, tags, ~np.isnan(kph), profile)
    replaces = np.isfinite(limit) if profile.maxspeed == "use" else limit < kph
    kph = np.where(replaces, limit, kph) * _factor(tags, profile)
    along, against, oneway_notes = _directions(way_id, tags, ~np.isnan(kph))
    opened, slowly = _against_oneway(tags, along | against, profile)

    def one(is_plain: Mask) -> tuple[Floats, OverrideFlags]:
        share = np.select([is_plain | (opened > 0), slowly], [1.0, profile.contraflow_factor], np.nan)
        by_direction = np.where(is_plain, 0, np.where(opened > 0, opened, Override.CONTRAFLOW))
        speed = kph * share
        return speed, np.where(np.isnan(speed), 0, by_class | by_access | by_direction).astype(np.uint8)

    (forward_kph, forward), (backward_kph, backward) = one(along), one(against)
    notes = (*class_notes, *access_notes, *limit_notes, *oneway_notes)
    return WaySpeeds(forward_kph, backward_kph, forward, backward, notes)


def _factor(tags: pd.DataFrame, profile: SpeedProfile) -> Floats:
    of_class = looked_up(tags["highway"], profile.class_factor)
    return np.where(np.isnan(of_class), 1.0, of_class) * profile.factor * profile.traffic_factor[profile.traffic]


def _class_speed(tags: pd.DataFrame, profile: SpeedProfile) -> tuple[Floats, OverrideFlags, list[Note]]:
    """The speed of each way's class, of a fire lane where only those are open; nan where the class is not driven."""
    highway = tags["highway"]
    kph = looked_up(highway, profile.kph)
    is_busway = (highway == "busway").to_numpy()
    kph[is_busway & (not profile.bus_ways_open)] = np.nan
    is_lane = np.isnan(kph) & tags["emergency"].isin(EMERGENCY_OPEN).to_numpy()
    kph[is_lane] = profile.emergency_kph
    override = np.select([is_lane, is_busway], [Override.EMERGENCY, Override.BUS], 0).astype(np.uint8)

    notes = []
    left_out = highway[np.isnan(kph)].astype("str").value_counts().sort_index()
    known = left_out[left_out.index.isin((*profile.not_driven, "busway"))]
    unknown = left_out.drop(known.index)
    for count, key in ((known, "note_classes_not_driven"), (unknown, "note_classes_unknown")):
        if len(count):
            classes = ", ".join(f"{name or repr(name)} {n}" for name, n in count.items())
            notes.append(Note("topic_roads", key, int(count.sum()), values={"classes": classes}))
    if is_lane.any():
        values = {"kph": profile.emergency_kph}
        notes.append(Note("topic_roads", "note_fire_lanes", int(is_lane.sum()), values=values))
    return kph, override, notes


def _access(
    way_id: Ids, tags: pd.DataFrame, rows: Mask, profile: SpeedProfile
) -> tuple[Mask, OverrideFlags, list[Note]]:
    """Which of the rows are closed by access or by the engine's size, and what opened those closed to the public."""
    value = access_value(tags, profile)
    is_shut = value.isin(profile.access_closed).to_numpy()
    is_restricted = is_shut | value.isin(_NOT_PUBLIC).to_numpy()
    for_emergency = tags["emergency"].isin(EMERGENCY_OPEN).to_numpy() | (value == "emergency").to_numpy()
    for_buses = (tags["bus"].isin(_BUS_OPEN) | tags["psv"].isin(_BUS_OPEN)).to_numpy() & profile.bus_ways_open
    is_exempt = is_shut & tags["highway"].isin(profile.access_exempt).to_numpy()
    no_access = rows & is_shut & ~(for_emergency | for_buses | is_exempt)
    reasons = [for_emergency, for_buses, is_exempt]
    opened = np.select(reasons, [Override.EMERGENCY, Override.BUS, Override.EXEMPT], Override.PRIVATE)
    override = np.where(rows & is_restricted & ~no_access, opened, 0).astype(np.uint8)

    small, notes = is_too_small(way_id, tags, rows, profile)
    tags_told = f"{', '.join(profile.access_keys)} = {', '.join(profile.access_closed)}"
    notes += noted("topic_roads", "note_access_closed", way_id[no_access], tags=tags_told)
    notes += noted("topic_roads", "note_engine_too_large", way_id[small])
    return no_access | small, override, notes


def _posted(way_id: Ids, tags: pd.DataFrame, rows: Mask, profile: SpeedProfile) -> tuple[Floats, list[Note]]:
    """The limit that the profile lets an engine drive; nan where there is none or limits are ignored."""
    if profile.maxspeed == "ignore":
        return np.full(len(tags), np.nan), []
    limit, notes = limits(way_id, tags["maxspeed"], rows, parse_maxspeed, "maxspeed")
    return limit * profile.maxspeed_factor, notes


def _directions(way_id: Ids, tags: pd.DataFrame, rows: Mask) -> tuple[Mask, Mask, list[Note]]:
    """Whether ordinary traffic drives each of the rows along, and against, its direction."""
    oneway = tags["oneway"]
    is_along = oneway.isin(_FORWARD).to_numpy()
    is_against = oneway.isin(_REVERSE).to_numpy()
    is_tidal = (oneway == "reversible").to_numpy()
    is_known = is_along | is_against | is_tidal | oneway.isin(_BOTH).to_numpy()
    is_implied = ((tags["highway"] == "motorway") | tags["junction"].isin(_ROUND)).to_numpy()
    is_along = is_along | (is_implied & ~is_known)

    strange = rows & ~is_known & (oneway != "").to_numpy()
    found = ", ".join(map(repr, sorted(oneway[strange].unique())))
    notes = noted("topic_roads", "note_oneway_not_understood", way_id[strange], found=found)
    is_shut = is_tidal & (tags["oneway:emergency"] != "no").to_numpy()
    notes += noted("topic_roads", "note_oneway_reversible", way_id[rows & is_shut])
    return rows & ~(is_against | is_tidal), rows & ~(is_along | is_tidal), notes


def _against_oneway(tags: pd.DataFrame, is_driven: Mask, profile: SpeedProfile) -> tuple[OverrideFlags, Mask]:
    """What opens the direction that a one-way closes at full speed, 0 if nothing, and where it is opened slowly."""
    for_emergency = (tags["oneway:emergency"] == "no").to_numpy()
    has_bus_lane = ((tags["oneway:bus"] == "no") | (tags["oneway:psv"] == "no")).to_numpy() & is_driven
    opened = np.select(
        [for_emergency, has_bus_lane & profile.bus_ways_open], [Override.EMERGENCY, Override.BUS], 0
    ).astype(np.uint8)
    is_strict = (tags["highway"].isin(_NEVER_AGAINST) | tags["junction"].isin(_ROUND)).to_numpy()
    return opened, is_driven & ~is_strict & (profile.contraflow_factor > 0)
