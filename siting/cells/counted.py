"""What is added up over cells: whom demand counts, the residents beside it where it counts something else, and land."""

from __future__ import annotations

import pandas as pd

PEOPLE_UNITS = ("people", "population")
"""Units of a demand that counts people."""
COVERED = {"people": "people_covered", "residents": "residents_covered", "area_km2": "area_covered_km2"}
"""By column: the same of the cells within reach."""
SHARES = {"people": "share_people", "residents": "share_residents", "area_km2": "share_area"}
"""By column: what part of it is within reach."""


def counted(cells: pd.DataFrame) -> list[str]:
    """
    Columns of who is counted: people (whatever the demand weighs), and residents where they are told beside.

    Examples
    --------
    >>> counted(pd.DataFrame({"people": [1.0]})), counted(pd.DataFrame({"people": [9.0], "residents": [1.0]}))
    (['people'], ['people', 'residents'])
    """
    return [name for name in ("people", "residents") if name in cells]


def amounts(cells: pd.DataFrame) -> pd.DataFrame:
    """Index of `cells`: who is counted and the land, in all and within reach (`is_covered`)."""
    every = cells[[*counted(cells), "area_km2"]]
    return every.join(every.mul(cells.is_covered.astype("float64"), axis=0).rename(columns=COVERED))


def with_shares(sums: pd.DataFrame) -> pd.DataFrame:
    """
    Sums of `amounts` with the part of each that is within reach; nan where there is none of it.

    Examples
    --------
    >>> town = pd.DataFrame({"people": [30.0, 10.0], "area_km2": [1.0, 1.0], "is_covered": [True, False]})
    >>> with_shares(amounts(town).sum().to_frame().T).iloc[0].to_dict()["share_people"]
    0.75
    """
    there = {name: share for name, share in SHARES.items() if name in sums}
    return sums.assign(
        **{share: sums[COVERED[name]] / sums[name].where(sums[name] > 0) for name, share in there.items()}
    )
