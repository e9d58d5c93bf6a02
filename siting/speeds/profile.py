"""A speed profile: everything about an engine and the traffic that turns road tags into driving times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from siting.tables import Note

MaxspeedPolicy = Literal["cap", "use", "ignore"]
DrivingSide = Literal["right", "left"]


@dataclass(frozen=True)
class SpeedProfile:
    """
    How one kind of engine drives in one kind of traffic; the keys of a profile file are these fields but the notes.

    Attributes
    ----------
    name
        The file's, without ``.toml``.
    title
        For reports, ``{"zh": ..., "en": ...}``.
    source
        Where the figures come from.
    kph
        Speed by highway class. A class that is not in it is not driven.
    not_driven
        Classes left out on purpose; a class in neither list is reported.
    no_frontage
        Classes one drives through without stopping: no site or demand is set on them.
    emergency_kph
        Speed on classes that are not driven, where they are open to emergency vehicles.
    factor, class_factor
        Every speed is multiplied by the first, and by the second's entry for its class, 1 where it has none: what a
        calibration finds.
    traffic, traffic_factor
        Every speed is multiplied by that one of the factors (day, peak, night) which `traffic` names.
    start_stop_s
        Seconds that a trip loses by pulling away and stopping (v / a in `siting.speeds.trip_s`); 0 where the class
        speeds are means of whole trips.
    maxspeed, maxspeed_factor
        ``"cap"``: a posted limit times the factor slows the engine where it is lower than the class speed; ``"use"``:
        it replaces the class speed; ``"ignore"``: it has no effect.
    access_keys, access_closed
        The last of these keys that a way carries decides; it closes the way with one of these values.
    access_exempt
        Classes on which no access value closes.
    bus_ways_open
        Whether the engine drives where only buses may: busways, bus gates, against one-way streets with a bus lane.
    contraflow_factor
        Speed against a one-way street as a share of the speed along it; 0 never goes against it.
    node_delay_s
        Seconds charged to whoever drives into or through such a node (signals, stop signs, level crossings).
    driving_side
        ``"right"`` or ``"left"``: where traffic drives.
    turns
        Seconds for a turn: ``near_s`` to the side one drives on, ``across_s`` across the oncoming traffic, ``sharp_s``
        more where it is sharp, ``u_turn_s`` back along the same road; and the angles from which a bend is a turn
        (``from_deg``) and a sharp one (``sharp_from_deg``).
    obey_restrictions
        Whether turn restrictions bind the engine.
    barrier_delay_s, barrier_closed
        Seconds to pass a barrier by its kind, and kinds that cannot be passed.
    height_m, width_m, weight_t
        The engine's; a smaller limit closes a way.
    notes
        What of the file is of an earlier version.
    """

    name: str
    title: Mapping[str, str]
    source: str
    kph: Mapping[str, float]
    not_driven: tuple[str, ...]
    no_frontage: tuple[str, ...]
    emergency_kph: float
    factor: float
    class_factor: Mapping[str, float]
    traffic: str
    traffic_factor: Mapping[str, float]
    start_stop_s: float
    maxspeed: MaxspeedPolicy
    maxspeed_factor: float
    access_keys: tuple[str, ...]
    access_closed: tuple[str, ...]
    access_exempt: tuple[str, ...]
    bus_ways_open: bool
    contraflow_factor: float
    node_delay_s: Mapping[str, float]
    driving_side: DrivingSide
    turns: Mapping[str, float]
    obey_restrictions: bool
    barrier_delay_s: Mapping[str, float]
    barrier_closed: tuple[str, ...]
    height_m: float
    width_m: float
    weight_t: float
    notes: tuple[Note, ...] = ()
