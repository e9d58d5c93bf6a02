"""The proposal as people hold it: it answers in a sentence, draws itself, writes itself and has itself checked."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import geopandas as gpd
import pandas as pd

from siting.drawing import Drawn
from siting.proposal import Proposal
from siting.reports import USUAL, headline, key_figures, write_proposal
from siting.reports.shown import as_text
from siting.verification import Verification, verify

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from siting.drawing.offline import OfflineMap


class SitingProposal(Proposal, Drawn):
    """A `Proposal` with the verbs a notebook needs; it holds nothing of its own."""

    EXPLORED: ClassVar[dict[str, Any]] = {
        "marker_kwds": {"radius": 6, "fill": True},
        "style_kwds": {"weight": 1, "fillOpacity": 0.6},
    }

    def summary(self) -> str:
        """The answer in its first line, then the eleven figures a planner looks at first."""
        return f"{headline(self)}\n\n{as_text(self.figures())}"

    def figures(self) -> pd.DataFrame:
        """Eleven figures, today beside proposed, as every report prints them."""
        return pd.DataFrame([figure.row(self.language) for figure in key_figures(self)])

    def shapes(self) -> gpd.GeoDataFrame:
        """The land by what becomes of it and the open stations, as `explore` shows them."""
        from siting.reports.explored import explored

        return explored(self)

    def map(self) -> OfflineMap:
        """The map, as in the written proposal; a folium map, to which more may be added."""
        from siting.reports.map import proposal_map

        return proposal_map(self)

    def plot(  # type: ignore[override] # drawn as the memo draws it, which leaves no style to the caller
        self, ax: Axes | None = None, *, situation: Literal["today", "proposed"] = "proposed"
    ) -> Axes:
        """Draw the land that is reached in time, and the stations, on axes or on new ones."""
        from siting.reports.memo.maps import plot_coverage

        return plot_coverage(self, self.today if situation == "today" else self.proposed, ax)

    def write(self, folder: str | Path, *, formats: Sequence[str] = USUAL) -> Path:
        """Write the proposal into a folder, whole or not at all, and return the folder."""
        return write_proposal(self, Path(folder), formats)

    def verify(self, folder: str | Path) -> Verification:
        """Recompute every figure printed in a written proposal from its own files; raises on any difference."""
        return verify(Path(folder))

    def __repr__(self) -> str:
        return f"<siting proposal {self.name}: {headline(self)}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{html.escape(headline(self))}</b></p>{self.figures().to_html(index=False, escape=True)}"
