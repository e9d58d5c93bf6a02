"""Road tags read by a profile: which ways and nodes an engine passes, in which direction, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids, Mask
from siting.speeds.profile import SpeedProfile
from siting.speeds.tags import Limit, parse_length, parse_maxspeed, parse_weight
from siting.tables import Note

EMERGENCY_OPEN = ("yes", "designated", "official")
"""Values of `emergency` that let an engine pass where others may not. (``fire_hydrant`` is one of the others.)"""

_FORWARD = ("yes", "true", "1")
_REVERSE = ("-1", "reverse")
_BOTH = ("no", "false", "0", "alternating")
_NEVER_AGAINST = ("motorway", "motorway_link")
_ROUND = ("roundabout", "circular")
_REMOVABLE = ("removable", "rising", "foldable", "flexible")


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


@dataclass(frozen=True)
class NodePassage:
    """
    What it takes to pass each tagged node.

    Attributes
    ----------
    delay_s
        Shape (T,). Seconds, 0 where one drives through.
    is_closed
        Shape (T,). True where an engine cannot pass.
    notes
        What was closed or not known.
    """

    delay_s: Floats
    is_closed: Mask
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
    notes: list[Note] = []
    highway = tags["highway"]
    for_emergency = tags["emergency"].isin(EMERGENCY_OPEN).to_numpy()
    kph = _values(highway, profile.kph)
    is_lane = np.isnan(kph) & for_emergency
    kph[is_lane] = profile.emergency_kph
    has_class = ~np.isnan(kph)
    notes += _class_notes(highway, has_class, is_lane, profile)

    no_access = has_class & ~for_emergency & _is_shut(tags, profile)
    too_small = has_class & _is_too_small(way_id, tags, has_class, profile, notes)
    for closed, why in (
        (no_access, f"closed to vehicles by {', '.join(profile.access_keys)} = {', '.join(profile.access_closed)}"),
        (too_small, "closed because maxheight, maxwidth or maxweight is below the engine's size"),
    ):
        notes += _note("roads: access", f"ways are {why}.", way_id[closed])
    kph[no_access | too_small] = np.nan

    if profile.maxspeed != "ignore":
        limit = _read(way_id, tags["maxspeed"], ~np.isnan(kph), parse_maxspeed, "maxspeed", notes)
        limit *= profile.maxspeed_factor
        replaces = np.isfinite(limit) if profile.maxspeed == "use" else limit < kph
        kph[replaces] = limit[replaces]
    kph *= profile.factor

    forward, backward = _directions(way_id, tags, ~np.isnan(kph), notes)
    against = np.where(highway.isin(_NEVER_AGAINST) | tags["junction"].isin(_ROUND), 0.0, profile.contraflow_factor)
    against_kph = np.where((against > 0) & (forward | backward), kph * against, np.nan)
    return WaySpeeds(np.where(forward, kph, against_kph), np.where(backward, kph, against_kph), tuple(notes))


def node_passage(node_id: Ids, tags: pd.DataFrame, profile: SpeedProfile) -> NodePassage:
    """
    Delay and closure of every tagged node.

    Signals and level crossings delay; a barrier delays or closes by its kind. At a barrier, access and size are judged
    as on a way; elsewhere a node's access tags describe something beside the road. A removable or rising bollard, or
    one that is open to emergency vehicles, counts as a gate.

    Parameters
    ----------
    node_id
        Shape (T,), for the notes.
    tags
        T rows, the columns of `siting.network.NODE_TAGS`.
    """
    notes: list[Note] = []
    barrier = tags["barrier"]
    has_barrier = (barrier != "").to_numpy()
    for_emergency = tags["emergency"].isin(EMERGENCY_OPEN).to_numpy()
    delay = _values(barrier, profile.barrier_delay_s)
    is_kind_closed = barrier.isin(profile.barrier_closed).to_numpy()

    unknown = has_barrier & np.isnan(delay) & ~is_kind_closed
    kinds = ", ".join(sorted(barrier[unknown].unique()))
    what = f"barriers are of a kind the profile does not know ({kinds}) and were passed without delay."
    notes += _note("roads: barriers", what, node_id[unknown])
    opened = is_kind_closed & (for_emergency | tags["bollard"].isin(_REMOVABLE).to_numpy())
    delay[opened] = profile.barrier_delay_s.get("gate", 0.0)
    closed = has_barrier & (
        (is_kind_closed & ~opened)
        | (_is_shut(tags, profile) & ~for_emergency)
        | _is_too_small(node_id, tags, has_barrier, profile, notes)
    )
    kinds = ", ".join(f"{kind} {n}" for kind, n in barrier[closed].value_counts().sort_index().items())
    notes += _note("roads: barriers", f"barriers cannot be passed ({kinds}); the road was cut there.", node_id[closed])

    delay[np.isnan(delay) | closed] = 0.0
    delay[(tags["highway"] == "traffic_signals").to_numpy()] += profile.signal_delay_s
    delay[(tags["railway"] == "level_crossing").to_numpy()] += profile.level_crossing_delay_s
    return NodePassage(delay, closed, tuple(notes))


def _directions(way_id: Ids, tags: pd.DataFrame, is_open: Mask, notes: list[Note]) -> tuple[Mask, Mask]:
    """Whether each way is driven along, and against, its direction."""
    oneway = tags["oneway"]
    is_along = oneway.isin(_FORWARD).to_numpy()
    is_against = oneway.isin(_REVERSE).to_numpy()
    is_tidal = (oneway == "reversible").to_numpy()
    is_known = is_along | is_against | is_tidal | oneway.isin(_BOTH).to_numpy()
    is_implied = ((tags["highway"] == "motorway") | tags["junction"].isin(_ROUND)).to_numpy()
    is_along = is_along | (is_implied & ~is_known)
    both = (tags["oneway:emergency"] == "no").to_numpy()

    strange = is_open & ~is_known & (oneway != "").to_numpy()
    values = ", ".join(map(repr, sorted(oneway[strange].unique())))
    what = f"ways have a oneway that is not understood ({values}) and were read as if it were missing."
    notes += _note("roads: oneway", what, way_id[strange])
    what = "reversible ways were closed: their direction at the hour of a call is not known."
    notes += _note("roads: oneway", what, way_id[is_open & is_tidal & ~both])
    return is_open & (both | ~(is_against | is_tidal)), is_open & (both | ~(is_along | is_tidal))


def _values(texts: pd.Series, table: Mapping[str, float]) -> Floats:
    """Each text's entry in the table; nan where it has none."""
    code, different = pd.factorize(texts)
    return np.array([table.get(text, np.nan) for text in different], dtype=np.float64)[code]


def _is_shut(tags: pd.DataFrame, profile: SpeedProfile) -> Mask:
    """Where the most specific access tag has a closing value."""
    shut = np.zeros(len(tags), dtype=np.bool_)
    for key in profile.access_keys:
        if key in tags.columns:  # nodes carry fewer keys than ways
            stated = (tags[key] != "").to_numpy()
            shut[stated] = tags[key].isin(profile.access_closed).to_numpy()[stated]
    return shut


def _is_too_small(ids: Ids, tags: pd.DataFrame, rows: Mask, profile: SpeedProfile, notes: list[Note]) -> Mask:
    """Where the engine is higher, wider or heavier than the limit."""
    small = np.zeros(len(tags), dtype=np.bool_)
    for key, parse, size in (
        ("maxheight", parse_length, profile.height_m),
        ("maxwidth", parse_length, profile.width_m),
        ("maxweight", parse_weight, profile.weight_t),
    ):
        if key in tags.columns:
            small |= _read(ids, tags[key], rows, parse, key, notes) < size
    return small


def _read(ids: Ids, texts: pd.Series, rows: Mask, parse: Callable[[str], Limit], key: str, notes: list[Note]) -> Floats:
    """A tag's values, each different text parsed once; nan where it is missing or unusable."""
    values = np.full(len(texts), np.nan)
    stated = np.flatnonzero(rows & (texts != "").to_numpy())
    code, different = pd.factorize(texts.iloc[stated])
    limits = [parse(text) for text in different]
    values[stated] = np.array([limit.value for limit in limits], dtype=np.float64)[code]
    for remark in sorted({limit.remark for limit in limits} - {""}):
        is_so = np.array([limit.remark == remark for limit in limits])
        found = ", ".join(repr(text) for text, so in zip(different, is_so, strict=True) if so)
        notes += _note(f"roads: {key}", f"values of {key} ({found[:200]}): {remark}.", ids[stated[is_so[code]]])
    return values


def _class_notes(highway: pd.Series, has_class: Mask, is_lane: Mask, profile: SpeedProfile) -> list[Note]:
    """Ways left out by class, apart by whether the profile knows the class; fire lanes opened."""
    left_out = highway[~has_class].value_counts().sort_index()
    known = left_out[left_out.index.isin(profile.not_driven)]
    unknown = left_out.drop(known.index)
    notes = []
    for count, why in ((known, "are not driven"), (unknown, "are not known to the profile and are not driven")):
        if len(count):
            classes = ", ".join(f"{name or 'without highway tag'} {n}" for name, n in count.items())
            notes.append(
                Note("roads: classes", f"{count.sum()} ways are of classes that {why}: {classes}.", int(count.sum()))
            )
    if is_lane.any():
        message = (
            f"{is_lane.sum()} ways of other classes are open to emergency vehicles, at {profile.emergency_kph:g} km/h."
        )
        notes.append(Note("roads: classes", message, int(is_lane.sum())))
    return notes


def _note(topic: str, message: str, ids: Ids) -> list[Note]:
    """One note with its count in front, or none."""
    return [Note(topic, f"{len(ids)} {message}", len(ids), tuple(map(str, ids[:5])))] if len(ids) else []
