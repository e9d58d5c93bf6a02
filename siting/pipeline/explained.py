"""Why each station of a district plan is there: what only it reaches, and what happens without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Floats, Ids
from siting.cells import counted
from siting.districting import DistrictProblem, with_own_caps
from siting.network.place import placed
from siting.pipeline.district_question import DistrictQuestion
from siting.pipeline.material import Material
from siting.rules import RuleSet
from siting.travel_time import k_nearest

CLAUSE_OF = {"late": "district_time", "too_large": "district_area"}
"""By what happens without a station: the kind of requirement that it serves."""


def explained(asked: DistrictQuestion, given: Material, open_sites: Ids, site: Ids) -> pd.DataFrame:
    """
    What each open station adds, and what happens without it.

    Parameters
    ----------
    open_sites, site
        As in `siting.districting.DistrictPlan`.

    Returns
    -------
    Index `site_id`. Columns: decision (kept, added); district_km2, district_people; alone_km2, alone_people (what no
    other open station reaches in time; both also of residents, where cells have them); later_s (how much later the next
    station arrives in its district, on average over the people whom another one reaches at all; 0 where another is
    sooner; nan without such people); spare_km2 (what the districts that touch its own could still take by their caps,
    of land without a cap of its own); without: ``late`` (land has no station in time), ``too_large`` (all is reached,
    but neighbours cannot take its district within their caps), ``handed_over`` (neighbours may take it, one that the
    search did not do without), ``no_district``; clause that it serves ("" for the last two).
    """
    problem, cells = asked.problem, given.cells
    served = site >= 0
    km2 = cells.area_km2.to_numpy()
    roomy = with_own_caps(problem, cells.cap_km2.to_numpy() * 1e6, "least")
    counted_km2 = _sums(problem, site, roomy.area_m2 / 1e6)
    spare_km2 = _spare_km2(problem, site, counted_km2)
    alone = _alone(problem, open_sites)
    alone_km2 = _sums(problem, alone, km2)
    has_district = np.bincount(site[served], minlength=problem.n_sites) > 0
    without = np.select(
        [alone_km2 > 0, ~has_district, counted_km2 > spare_km2], ["late", "no_district", "too_large"], "handed_over"
    )
    table = pd.DataFrame(
        {
            "decision": np.where(asked.sites.status == "existing", "kept", "added"),
            "district_km2": _sums(problem, site, km2),
            **{f"district_{who}": _sums(problem, site, cells[who].to_numpy()) for who in counted(cells)},
            "alone_km2": alone_km2,
            **{f"alone_{who}": _sums(problem, alone, cells[who].to_numpy()) for who in counted(cells)},
            "later_s": _later_s(asked, given, open_sites, site),
            "spare_km2": spare_km2,
            "without": without,
            "clause": [_clause(given.ruleset, CLAUSE_OF.get(each, "")) for each in without],
        },
        index=asked.sites.index,
    )
    return table.iloc[open_sites]


def _sums(problem: DistrictProblem, site: Ids, amounts: Floats) -> Floats:
    """Shape (J,). Amounts of the cells of each site; those of -1 are nobody's."""
    there = site >= 0
    return np.bincount(site[there], weights=amounts[there], minlength=problem.n_sites).astype(np.float64)


def _alone(problem: DistrictProblem, open_sites: Ids) -> Ids:
    """Shape (I,). The only open site that reaches the cell in time; -1 where none or several do."""
    is_open = np.isin(problem.sites, open_sites)
    cell = problem.cell[is_open]
    count = np.bincount(cell, minlength=problem.n_cells)
    only = np.full(problem.n_cells, -1)
    only[cell] = problem.sites[is_open]
    return np.where(count == 1, only, -1)


def _spare_km2(problem: DistrictProblem, site: Ids, counted_km2: Floats) -> Floats:
    """Shape (J,). Room below the caps of all districts that touch each one."""
    here = np.repeat(site, np.diff(problem.near_ptr))
    there = site[problem.near]
    touching = (here >= 0) & (there >= 0) & (here != there)
    pairs = np.unique(np.column_stack([here[touching], there[touching]]), axis=0)
    room = np.maximum(problem.cap_m2 / 1e6 - counted_km2, 0.0)
    return np.bincount(pairs[:, 0], weights=room[pairs[:, 1]], minlength=problem.n_sites).astype(np.float64)


def _later_s(asked: DistrictQuestion, given: Material, open_sites: Ids, site: Ids) -> Floats:
    """Shape (J,). Mean seconds, by people, by which the next station arrives later, turnout included."""
    sites = asked.sites.iloc[open_sites]
    start_s = sites.turnout_s.fillna(given.clock.turnout_s).to_numpy(dtype=np.float64)
    two = k_nearest(given.network, placed(sites), placed(given.cells), 2, start_s)
    is_first = (two.site[:, 0] >= 0) & (open_sites[two.site[:, 0]] == site)
    has_other = np.isfinite(two.response_s[:, 1]) | ~is_first
    first_s, next_s = np.where(is_first & has_other, two.response_s.T, 0.0)
    whose, people = np.where(has_other, site, -1), asked.problem.people
    total = _sums(asked.problem, whose, people)
    weighted = _sums(asked.problem, whose, (next_s - first_s) * people)
    return np.divide(weighted, total, out=np.full(len(total), np.nan), where=total > 0)


def _clause(ruleset: RuleSet, kind: str) -> str:
    """The first clause of this kind; "" where the rule set has none."""
    return next((asked.clause for asked in ruleset.requirements if asked.kind == kind), "")
