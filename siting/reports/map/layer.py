"""One layer of the map: what is drawn, how it is named in the legend, and when it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from siting.language import Language, word

Draw = Literal["area", "line", "dot", "icon", "label"]


@dataclass(frozen=True)
class Layer:
    """
    A layer and its legend entry are one thing, so that neither can be without the other.

    Attributes
    ----------
    key
        Names its style in `map.js`; the layers of today and proposed share one, and are switched together.
    group
        Heading it stands under.
    label, amount
        Legend text, and how many or how many people it shows.
    data
        GeoJSON in degrees. Properties: ``t`` title and ``r`` rows (label, text) of the popup, ``s`` style variant.
    draw
        How it is drawn.
    state
        ``"today"`` or ``"proposed"`` when it belongs to one of them, "" when to both.
    is_on
        Shown when the page opens.
    min_zoom
        Hidden when zoomed out further than this.
    classes
        Legend lines below the entry: style variant and label.
    """

    key: str
    group: str
    label: str
    amount: str
    data: dict[str, Any]
    draw: Draw
    state: str = ""
    is_on: bool = True
    min_zoom: int = 0
    classes: tuple[tuple[str, str], ...] = field(default=())

    def for_page(self) -> dict[str, Any]:
        """The layer as `map.js` reads it."""
        return {
            "key": self.key,
            "group": self.group,
            "label": self.label,
            "amount": self.amount,
            "data": self.data,
            "draw": self.draw,
            "state": self.state,
            "on": self.is_on,
            "minZoom": self.min_zoom,
            "classes": [list(entry) for entry in self.classes],
        }


def of_both(label: str, today: str, proposed: str, language: Language) -> tuple[str, str]:
    """A row of a popup that shows in either state: both texts where they differ, and where one is missing the other."""
    if today == proposed or not (today and proposed):
        return label, proposed or today
    return word("map_of_both", language, label=label), f"{today} → {proposed}"


def popup(title: str, *rows: tuple[str, str]) -> dict[str, Any]:
    """Properties behind a popup; rows without text are left out."""
    return {"t": title, "r": [list(row) for row in rows if row[1]]}
