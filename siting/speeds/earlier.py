"""Profiles of one's own from earlier versions: a key that was renamed, or not known yet, is read as it was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siting.tables import Note

UNTIL = "0.3"
"""The version that no longer reads them."""
_RENAMED = {
    "signal_delay_s": ("node_delay_s", "traffic_signals"),
    "level_crossing_delay_s": ("node_delay_s", "level_crossing"),
}
"""Former keys, each with the table and the key that it is now."""
_TURNS_COST_NOTHING = {
    "near_s": 0.0, "across_s": 0.0, "sharp_s": 0.0, "u_turn_s": 0.0, "from_deg": 45.0, "sharp_from_deg": 120.0,
}  # fmt: skip
_ADDED = {"driving_side": "right", "turns": _TURNS_COST_NOTHING, "obey_restrictions": False}
"""Keys that came after `siting calibrate` had written whole profiles, each with how engines drove until then."""


def present(own: Mapping[str, Any], file: str) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """
    What a profile states in the words of today, and what that changed.

    Examples
    --------
    >>> stated, notes = present({"base": "fire-engine", "signal_delay_s": 8.0}, "mine.toml")
    >>> stated
    {'base': 'fire-engine', 'node_delay_s': {'traffic_signals': 8.0}}
    >>> [(note.key, note.examples) for note in notes]
    [('note_profile_renamed', ('signal_delay_s: node_delay_s.traffic_signals',))]
    """
    stated = dict(own)
    nodes = stated.get("node_delay_s", {})
    renamed = [
        key for key, (_, name) in _RENAMED.items() if key in own and isinstance(nodes, dict) and name not in nodes
    ]
    for key in renamed:
        table, name = _RENAMED[key]
        stated[table] = {**stated.get(table, {}), name: stated.pop(key)}
    lacking = [] if "base" in own else [key for key in _ADDED if key not in own]
    stated |= {key: _ADDED[key] for key in lacking}
    told = {
        "note_profile_renamed": [f"{key}: {'.'.join(_RENAMED[key])}" for key in renamed],
        "note_profile_lacking": lacking,
    }
    return stated, tuple(
        Note("topic_roads", key, len(which), tuple(which), {"file": file, "which": ", ".join(which), "until": UNTIL})
        for key, which in told.items()
        if which
    )
