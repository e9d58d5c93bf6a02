"""A rule set that says only what differs from another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siting.tables import Faults, unknown

ENTRIES = ("requirement", "siting", "figure")
"""Lists of tables with an id each."""


def extended(faults: Faults, base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """
    The content of `base` with what `change` says instead, besides, and without what it drops.

    Tables merge key by key ([clock], [sources], title); an entry with a known id changes the keys that it gives (its
    values one by one), an entry with a new id stands after the others; ``drop`` names ids that are left out. A dropped
    id that `base` does not have is a fault.

    Examples
    --------
    >>> base = {"id": "a", "requirement": [{"id": "land", "values": {"share": 1.0}}, {"id": "people"}]}
    >>> change = {"id": "b", "drop": ["people"], "requirement": [{"id": "land", "values": {"share": 0.9}}]}
    >>> extended(Faults("own.toml"), base, change)
    {'id': 'b', 'requirement': [{'id': 'land', 'values': {'share': 0.9}}]}
    """
    dropped = change.get("drop", [])
    known = [entry["id"] for entries in ENTRIES for entry in base.get(entries, [])]
    for name in dropped:
        if name not in known:
            faults.add(f"drop: the id {unknown(str(name), known)}")
    merged = _merged(base, {key: value for key, value in change.items() if key not in ("extends", "drop", *ENTRIES)})
    for entries in ENTRIES:
        changed = {entry.get("id"): entry for entry in change.get(entries, [])}
        there = [entry for entry in base.get(entries, []) if entry["id"] not in dropped]
        new = [entry for entry in change.get(entries, []) if entry.get("id") not in {known["id"] for known in there}]
        if there or new:
            merged[entries] = [_merged(entry, changed.get(entry["id"], {})) for entry in there] + new
    return merged


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another: tables key by key, all else replaces. A requirement of another kind keeps no values."""
    former = {**base, "values": {}} if change.get("kind", base.get("kind")) != base.get("kind") else base
    return {
        **former,
        **{
            key: _merged(former[key], value) if isinstance(value, dict) and isinstance(former.get(key), dict) else value
            for key, value in change.items()
        },
    }
