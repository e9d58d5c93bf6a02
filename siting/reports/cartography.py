"""What every drawn map needs: letters of the reader's language, a scale bar, a north arrow."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

import numpy as np
from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes

from siting.language import Language

INK = "#1b2733"
_CHINESE = ("Noto Sans CJK SC", "Noto Serif CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "PingFang SC",
                "WenQuanYi Zen Hei")  # fmt: skip
"""Fonts with Chinese letters on Linux, Windows and macOS; without any of them a figure speaks English."""


@cache
def _chinese_fonts() -> tuple[str, ...]:
    there = {font.name for font in font_manager.fontManager.ttflist}
    return tuple(name for name in _CHINESE if name in there)


def drawn_language(language: Language) -> Language:
    """The language a figure speaks: the reader's, but English where this machine has no Chinese letters."""
    return language if language == "en" or _chinese_fonts() else "en"


def lettering() -> AbstractContextManager[None]:
    """Figures drawn within have Chinese letters, where this machine has any."""
    return rc_context({"font.family": [*_chinese_fonts(), "DejaVu Sans"]})


def scale_bar(axes: Axes) -> None:
    """A round number of kilometres, about a fifth of the width, in the lower right corner of a map in metres."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    wanted = (east - west) / 5
    metres = 10 ** np.floor(np.log10(wanted))
    metres *= max(k for k in (1, 2, 5) if k * metres <= wanted)
    right, low = east - 0.02 * (east - west), south + 0.02 * (north - south)
    axes.plot([right - metres, right], [low, low], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=6)
    axes.annotate(f"{metres / 1000:g} km", (right - metres / 2, low), ha="center", va="bottom", fontsize=8,
                  xytext=(0, 3), textcoords="offset points", zorder=6)  # fmt: skip


def north_arrow(axes: Axes) -> None:
    """
    An arrow to grid north in the upper right corner.

    Grid north of a metric CRS is off true north by less than two degrees inside its own zone.
    """
    axes.annotate("N", xy=(0.965, 0.985), xytext=(0.965, 0.89), xycoords="axes fraction", ha="center", va="center",
                  fontsize=10, color=INK, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4},
                  zorder=6)  # fmt: skip
