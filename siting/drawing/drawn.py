"""One way to draw everything: a table of shapes, handed to geopandas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import geopandas as gpd

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

    from siting.drawing.offline import OfflineMap


class Drawn(ABC):
    """
    What draws itself: on axes, on a web map, and on a web map that opens without internet.

    Whoever inherits says what there is to draw; how is geopandas' own, with all of its options.

    Attributes
    ----------
    PLOTTED, EXPLORED
        Options of `GeoDataFrame.plot` and `GeoDataFrame.explore` that hold where the caller says nothing else.
    """

    PLOTTED: ClassVar[Mapping[str, Any]] = {}
    EXPLORED: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def shapes(self) -> gpd.GeoDataFrame:
        """What is drawn, from the bottom up; a map tells every column but `color`, which says how a row looks."""

    def plot(self, column: str | None = None, *, ax: Axes | None = None, **style: Any) -> Axes:
        """Draw it on axes, or on new ones, as `GeoDataFrame.plot` does and with its options."""
        table, look = self._look(column, style)
        return table.plot(ax=ax, **{**self.PLOTTED, **look})

    def explore(self, column: str | None = None, **options: Any) -> folium.Map:
        """
        A map as `GeoDataFrame.explore` draws it and with its options; whatever is pointed at says what is known of it.

        That map asks other hosts for its scripts and background; `map` asks nobody.
        """
        table, look = self._look(column, options)
        return _harmless(table).explore(**{**self.EXPLORED, **look})

    def map(self) -> OfflineMap:
        """The same on a map that opens without internet."""
        from siting.drawing.offline import OfflineMap

        drawn = OfflineMap()
        self.explore(m=drawn, legend=False)
        return drawn

    def _look(self, column: str | None, asked: Mapping[str, Any]) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
        """The table, and its own colours unless a column or a colour is asked for."""
        table = self.shapes()
        if column is not None:
            return table.drop(columns="color", errors="ignore"), {**asked, "column": column}
        if "color" not in table or "color" in asked:
            return table.drop(columns="color", errors="ignore"), dict(asked)
        return table.drop(columns="color"), {**asked, "color": table["color"].tolist()}


def _harmless(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Every text, also in a list or of a category, as HTML that shows it: folium puts texts on a page as they are."""
    from siting.drawing.offline import as_html

    def shown(value: object) -> object:
        return as_html(str(value)) if isinstance(value, Collection) else value

    plain = [name for name, dtype in table.dtypes.items() if dtype.kind in "biufMm" or name == table.geometry.name]
    texts = table.columns.difference(plain, sort=False)
    return table.assign(**{name: table[name].astype(object).map(shown) for name in texts}).rename(columns=shown)
