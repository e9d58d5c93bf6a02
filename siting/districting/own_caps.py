"""Land with a cap of its own, set by a fire-risk assessment, in a problem that knows one cap for each site."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from siting.arrays import Floats
from siting.districting.problem import DistrictProblem


def with_own_caps(problem: DistrictProblem, own_cap_m2: Floats, factor: Literal["least", "most"]) -> DistrictProblem:
    """
    The problem with such land counted as many times as its own cap goes into that of a site that reaches it.

    So it takes its share of the site's district: 1 m² that may be in districts of 3.5 km² counts as 2 m² in one of 7.
    Sites of different caps would each count it otherwise, and a cell counts but once. With the ``least`` every plan
    that keeps the caps is lawful, so bounds hold; with the ``most`` every plan that is lawful keeps the caps.

    Parameters
    ----------
    own_cap_m2
        Shape (I,), above 0; nan where a cell has no cap of its own.

    Examples
    --------
    Sites of 4 and 7 m² reach a cell that may be in districts of 2 m².

    >>> from siting.districting import simple_districts
    >>> both = simple_districts([[0, 1], [0, 1]], touching=[(0, 1)], home=[0, 1], cap_m2=[4, 7], area_m2=[2, 2])
    >>> own = np.array([2.0, np.nan])
    >>> with_own_caps(both, own, "least").area_m2.tolist(), with_own_caps(both, own, "most").area_m2.tolist()
    ([4, 2], [7, 2])
    """
    is_reached = np.diff(problem.indptr) > 0
    has_own = is_reached & ~np.isnan(own_cap_m2)
    if not has_own.any():
        return problem
    pick, whole = (np.minimum, np.floor) if factor == "least" else (np.maximum, np.ceil)
    site_cap_m2 = np.zeros(problem.n_cells)
    site_cap_m2[is_reached] = pick.reduceat(problem.cap_m2[problem.sites], problem.indptr[:-1][is_reached])
    share = np.minimum(problem.area_m2 / own_cap_m2, 2.0)  # of a whole district: twice is too much, as is any more
    area_m2 = problem.area_m2.copy()
    area_m2[has_own] = whole(np.round(share * site_cap_m2, 6))[has_own]  # 2.0000000001 m² are 2
    return replace(problem, area_m2=area_m2)
