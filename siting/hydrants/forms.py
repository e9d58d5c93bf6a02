"""What a row of a hydrant table is: a hydrant, an intake of natural water or a pool, or a filling crane."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Mask

HYDRANT, INTAKE, CRANE = "hydrant", "intake", "crane"
CLASSES = {
    INTAKE: ("intake", "pool", "suction_point", "取水口", "取水点", "消防水池", "消防取水码头"),
    CRANE: ("crane", "水鹤", "消防水鹤"),
}
"""Classes of a facility table, by what they mean; every other class is a hydrant."""


def is_form(table: pd.DataFrame, form: str) -> Mask:
    """
    Which rows are hydrants, intakes or filling cranes, by their class.

    Examples
    --------
    >>> is_form(pd.DataFrame({"class": ["", "pool", "水鹤"]}), HYDRANT).tolist()
    [True, False, False]
    """
    if form != HYDRANT:
        return table["class"].isin(CLASSES[form]).to_numpy()
    others = [name for names in CLASSES.values() for name in names]
    return np.asarray(~table["class"].isin(others))
