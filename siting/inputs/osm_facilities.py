"""What counts as a station, a micro fire station or a hydrant in OpenStreetMap, and when it is no longer one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from siting.errors import InputError
from siting.inputs.osm_features import read_features, tags_of
from siting.language import Language, word
from siting.tables import Note, noted

Tags = Mapping[str, str]

DISUSED = ("disused", "abandoned", "demolished", "removed", "razed", "destroyed")
PLANNED = ("proposed", "planned", "construction")
BROKEN = ("broken", "closed", "damaged", "defective", "inoperable", "non-functional", "out_of_order", "removed", "no")
STATUS_KEYS = ("operational_status", "fire_hydrant:status", "fire_hydrant:operational_status")


@dataclass(frozen=True)
class OsmKind:
    """How one kind of facility is tagged: key=value, and what else must hold."""

    key: str
    value: str
    is_meant: Callable[[Tags], bool] = lambda tags: True

    @property
    def keys(self) -> tuple[str, ...]:
        """The key as it stands, and behind every lifecycle prefix."""
        return (self.key, *(f"{prefix}:{self.key}" for prefix in (*DISUSED, *PLANNED)))

    def is_tagged(self, tags: Tags) -> bool:
        """Whether the tags say so, now, once, or some day."""
        return any(tags.get(key) == self.value for key in self.keys)


def is_micro_station(tags: Tags) -> bool:
    """
    Whether a fire station is a micro fire station (微型消防站): in China both bear the same tag, and the name tells.

    Examples
    --------
    >>> is_micro_station({"name": "安亭社区微型消防站"}), is_micro_station({"name": "安亭消防救援站"})
    (True, False)
    """
    return any("微型" in text for key, text in tags.items() if "name" in key)


OSM_KINDS = {
    "station": OsmKind("amenity", "fire_station", lambda tags: not is_micro_station(tags)),
    "micro_station": OsmKind("amenity", "fire_station", is_micro_station),
    "hydrant": OsmKind("emergency", "fire_hydrant"),
}


def read_osm_facilities(path: Path, kind: str) -> gpd.GeoDataFrame:
    """
    Every facility of a kind, disused and planned ones too, as `siting.inputs.osm_features.read_features` returns them.

    Notes in ``.attrs["notes"]`` say what bears the tag but is of another kind, or lies nowhere.

    Raises
    ------
    InputError
        If there is none.
    """
    what = OSM_KINDS[kind]
    tagged = read_features(path, what.keys, what.is_tagged)
    meant = np.array([what.is_meant(tags) for tags in tags_of(tagged)], dtype=bool)
    placed = tagged.geometry.notna().to_numpy()
    notes = [
        *noted(kind, "note_other_kind", tagged.index[~meant], tag=f"{what.key}={what.value}"),
        *noted(kind, "note_no_position", tagged.index[meant & ~placed]),
    ]
    found = tagged[meant & placed]
    if found.empty:
        fault = f"It holds no {what.key}={what.value} that is a {kind}. Leave this entry out, or give another file."
        raise InputError(str(path), [fault])
    found.attrs["notes"] = (*notes, *_mapped_twice(found, kind))
    return found


def _mapped_twice(found: gpd.GeoDataFrame, kind: str) -> list[Note]:
    """Mappers often draw a building and set a node in it, and give both the tag."""
    shapes = found.geometry.to_numpy()
    inner, outer = shapely.STRtree(shapes).query(shapes, predicate="within")
    return noted(kind, "note_inside_outline", found.index[np.unique(inner[inner != outer])])


def lifecycle_reason(tags: Tags, kind: str, language: Language) -> str:
    """
    Why a tagged object does not serve today; "" where it does.

    Examples
    --------
    >>> lifecycle_reason({"disused:amenity": "fire_station"}, "station", "en")
    'out of use (disused:amenity=fire_station)'
    >>> lifecycle_reason({"emergency": "fire_hydrant"}, "hydrant", "en")
    ''
    """
    what = OSM_KINDS[kind]
    for key in STATUS_KEYS:
        if tags.get(key) in BROKEN:
            return word("reason_broken", language, tag=f"{key}={tags[key]}")
    for reason, prefixes in (("reason_disused", DISUSED), ("reason_planned", PLANNED)):
        for prefix in prefixes:
            if tags.get(prefix) == "yes":
                return word(reason, language, tag=f"{prefix}=yes")
            if tags.get(what.key) != what.value and tags.get(f"{prefix}:{what.key}") == what.value:
                return word(reason, language, tag=f"{prefix}:{what.key}={what.value}")
    return ""
