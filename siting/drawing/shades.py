"""Colours in an order that a colour-blind reader and a grey print keep."""

from __future__ import annotations

import numpy as np
import pandas as pd

SHADES = ("#08519c", "#3182bd", "#6baed6", "#9ecae1", "#c6dbef")


def shades(values: pd.Series) -> list[str]:
    """
    A blue for each number, the smallest darkest; whatever comes after the fifth has the lightest.

    Examples
    --------
    >>> shades(pd.Series([240.0, 60.0, 240.0]))
    ['#3182bd', '#08519c', '#3182bd']
    """
    _, rank = np.unique(values, return_inverse=True)
    return [SHADES[place] for place in np.minimum(rank, len(SHADES) - 1)]
