"""Which rows of a facility table stand at one time."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.arrays import Mask


def stands(table: gpd.GeoDataFrame, label: str) -> Mask:
    """
    Shape of `table`: what stands ``"today"``, as ``"proposed"``, or by the end of a year (``"2027"``).

    What a plan builds without a year stands as proposed only, and what it closes stands until then.

    Examples
    --------
    >>> table = gpd.GeoDataFrame({"status": ["closed", "proposed", "proposed"], "opens_in": ["", "2027", "2028+"]})
    >>> {label: stands(table, label).tolist() for label in ("today", "2027", "proposed")}
    {'today': [True, False, False], '2027': [True, True, False], 'proposed': [False, True, True]}
    """
    if label == "proposed":
        return np.asarray(table.status.isin(["existing", "proposed"]))
    stands_today = np.asarray(table.status.isin(["existing", "closed"]))
    if label == "today" or "opens_in" not in table:
        return stands_today
    year = pd.to_numeric(table.opens_in, errors="coerce").to_numpy(dtype=np.float64)
    return stands_today | ((table.status == "proposed").to_numpy() & (year <= int(label)))
