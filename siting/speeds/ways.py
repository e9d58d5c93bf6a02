"""Way tags read by a profile: which ways an engine drives, in which direction, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.speeds.profile import SpeedProfile
from siting.speeds.reading import EMERGENCY_OPEN, is_shut, is_too_small, limits, looked_up
from siting.speeds.tags import parse_maxspeed
from siting.tables import Note, noted

_FORWARD = ("yes", "true", "1")
_REVERSE = ("-1", "reverse")
_BOTH = ("no", "false", "0", "alternating")
_NEVER_AGAINST = ("motorway", "motorway_link")
_ROUND = ("roundabout", "circular")


@dataclass(frozen=True)
class WaySpeeds:
    """
    Kilometres per hour along and against each way; nan where it is not driven in that direction.

    Attributes
    ----------
    forward_kph, backward_kph
        Shape (W,).
    notes
        What was closed, set aside or assumed.
    """

    forward_kph: Floats
    backward_kph: Floats
    notes: tuple[Note, ...]


def way_speeds(way_id: Ids, tags: pd.DataFrame, profile: SpeedProfile) -> WaySpeeds:
    """
    Speed of every way in both directions.

    Class speed, changed by the posted limit as the profile says, times its factor. Closed are classes that the profile
    does not drive, access values that it names, and limits below the engine's size; an `emergency` tag of yes,
    designated or official opens class and access, not size.

    One-way: ``oneway`` = yes, true, 1 along; -1, reverse against; no, false, 0 both; alternating (traffic takes turns)
    both; reversible (tidal) neither, since nobody can promise the direction at the hour of the call. Without the tag,
    motorways, roundabouts and circular junctions are one-way along. ``oneway:emergency = no`` opens both directions.

    Parameters
    ----------
    way_id
        Shape (W,), for the notes.
    tags
        W rows, the columns of `siting.network.WAY_TAGS`.

    Examples
    --------
    >>> from siting.speeds import load_profile
    >>> keys = "oneway:emergency junction maxspeed access vehicle motor_vehicle emergency maxheight maxwidth maxweight"
    >>> tags = pd.DataFrame({"highway": ["primary", "residential", "steps"], "oneway": ["yes", "", ""]})
    >>> tags = tags.assign(**dict.fromkeys(keys.split(), ""))
    >>> speeds = way_speeds(np.array([7, 8, 9]), tags, load_profile("fire-engine"))
    >>> speeds.forward_kph.tolist(), speeds.backward_kph.tolist()
    ([45.0, 25.0, nan], [nan, 25.0, nan])
    """
    kph, class_notes = _class_speed(tags, profile)
    is_closed, access_notes = _closed(way_id, tags, ~np.isnan(kph), profile)
    kph[is_closed] = np.nan
    limit, limit_notes = _posted(way_id, tags, ~np.isnan(kph), profile)
    replaces = np.isfinite(limit) if profile.maxspeed == "use" else limit < kph
    kph = np.where(replaces, limit, kph) * profile.factor
    forward, backward, oneway_notes = _directions(way_id, tags, ~np.isnan(kph))

    is_strict = tags["highway"].isin(_NEVER_AGAINST) | tags["junction"].isin(_ROUND)
    against = np.where(is_strict | (profile.contraflow_factor == 0), np.nan, kph * profile.contraflow_factor)
    against[~(forward | backward)] = np.nan
    return WaySpeeds(
        np.where(forward, kph, against),
        np.where(backward, kph, against),
        (*class_notes, *access_notes, *limit_notes, *oneway_notes),
    )


def _class_speed(tags: pd.DataFrame, profile: SpeedProfile) -> tuple[Floats, list[Note]]:
    """The speed of each way's class, of a fire lane where only those are open; nan where the class is not driven."""
    highway = tags["highway"]
    kph = looked_up(highway, profile.kph)
    is_lane = np.isnan(kph) & tags["emergency"].isin(EMERGENCY_OPEN).to_numpy()
    kph[is_lane] = profile.emergency_kph

    notes = []
    left_out = highway[np.isnan(kph)].value_counts().sort_index()
    known = left_out[left_out.index.isin(profile.not_driven)]
    unknown = left_out.drop(known.index)
    for count, key in ((known, "note_classes_not_driven"), (unknown, "note_classes_unknown")):
        if len(count):
            classes = ", ".join(f"{name or repr(name)} {n}" for name, n in count.items())
            notes.append(Note("topic_roads", key, int(count.sum()), values={"classes": classes}))
    if is_lane.any():
        values = {"kph": profile.emergency_kph}
        notes.append(Note("topic_roads", "note_fire_lanes", int(is_lane.sum()), values=values))
    return kph, notes


def _closed(way_id: Ids, tags: pd.DataFrame, rows: Mask, profile: SpeedProfile) -> tuple[Mask, list[Note]]:
    """Which of the rows are closed by access or by the engine's size."""
    no_access = rows & is_shut(tags, profile) & ~tags["emergency"].isin(EMERGENCY_OPEN).to_numpy()
    small, notes = is_too_small(way_id, tags, rows, profile)
    tags_told = f"{', '.join(profile.access_keys)} = {', '.join(profile.access_closed)}"
    notes += noted("topic_roads", "note_access_closed", way_id[no_access], tags=tags_told)
    notes += noted("topic_roads", "note_engine_too_large", way_id[small])
    return no_access | small, notes


def _posted(way_id: Ids, tags: pd.DataFrame, rows: Mask, profile: SpeedProfile) -> tuple[Floats, list[Note]]:
    """The limit that the profile lets an engine drive; nan where there is none or limits are ignored."""
    if profile.maxspeed == "ignore":
        return np.full(len(tags), np.nan), []
    limit, notes = limits(way_id, tags["maxspeed"], rows, parse_maxspeed, "maxspeed")
    return limit * profile.maxspeed_factor, notes


def _directions(way_id: Ids, tags: pd.DataFrame, rows: Mask) -> tuple[Mask, Mask, list[Note]]:
    """Whether each of the rows is driven along, and against, its direction."""
    oneway = tags["oneway"]
    is_along = oneway.isin(_FORWARD).to_numpy()
    is_against = oneway.isin(_REVERSE).to_numpy()
    is_tidal = (oneway == "reversible").to_numpy()
    is_known = is_along | is_against | is_tidal | oneway.isin(_BOTH).to_numpy()
    is_implied = ((tags["highway"] == "motorway") | tags["junction"].isin(_ROUND)).to_numpy()
    is_along = is_along | (is_implied & ~is_known)
    both = (tags["oneway:emergency"] == "no").to_numpy()

    strange = rows & ~is_known & (oneway != "").to_numpy()
    found = ", ".join(map(repr, sorted(oneway[strange].unique())))
    notes = noted("topic_roads", "note_oneway_not_understood", way_id[strange], found=found)
    notes += noted("topic_roads", "note_oneway_reversible", way_id[rows & is_tidal & ~both])
    return rows & (both | ~(is_against | is_tidal)), rows & (both | ~(is_along | is_tidal)), notes
