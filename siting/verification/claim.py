"""One printed figure beside the same figure computed again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from siting.tables import some


@dataclass(frozen=True)
class Claim:
    """
    What a file prints, and what its own data give.

    Attributes
    ----------
    name
        Where it is printed.
    printed, recomputed
        Numbers or text; None where there is no number.
    agrees
        Within the tolerance that its check states.
    """

    name: str
    printed: object
    recomputed: object
    agrees: bool

    def __str__(self) -> str:
        return f"{self.name}: printed {self.printed}, recomputed {self.recomputed}"


@dataclass(frozen=True)
class Verification:
    """
    All claims of one proposal, each of which agrees.

    Attributes
    ----------
    claims
        In the order checked.
    not_checked
        Printed figures that cannot be computed from the files alone, by name.
    """

    claims: tuple[Claim, ...]
    not_checked: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f"{len(self.claims)} printed figures recomputed from the written files; all agree."
        if not self.not_checked:
            return told
        return "\n".join(
            [told, "Not checked, since the files alone do not tell:", *(f"  - {it}" for it in self.not_checked)]
        )


def number(name: str, printed: object, recomputed: float, tolerance: float = 1e-9) -> Claim:
    """
    Two numbers, equal within an absolute tolerance or one part in 10⁹; no number agrees with nan only.

    Examples
    --------
    >>> number("share", 0.5, 0.5 + 1e-12).agrees, number("worst", None, float("nan")).agrees
    (True, True)
    >>> print(number("people", 100, 101.0))
    people: printed 100.0, recomputed 101.0
    """
    told = math.nan if printed is None else float(printed)  # type: ignore[arg-type]
    both_absent = math.isnan(told) and math.isnan(recomputed)
    return Claim(name, told, recomputed, both_absent or math.isclose(told, recomputed, rel_tol=1e-9, abs_tol=tolerance))


def same(name: str, printed: object, recomputed: object) -> Claim:
    """Two values that must be equal."""
    return Claim(name, printed, recomputed, printed == recomputed)


def rows(name: str, ids: ArrayLike, printed: ArrayLike, recomputed: ArrayLike, is_wrong: ArrayLike) -> Claim:
    """A whole column as one claim; names the first rows that differ."""
    wrong = np.flatnonzero(np.asarray(is_wrong))
    a, b, names = np.asarray(printed), np.asarray(recomputed), np.asarray(ids)
    if not len(wrong):
        return Claim(name, f"{len(a)} rows", f"{len(a)} rows", agrees=True)
    return Claim(
        f"{name}, {len(wrong)} of {len(a)} rows differ",
        some((f"{names[i]}: {a[i]}" for i in wrong), 3),
        some((f"{names[i]}: {b[i]}" for i in wrong), 3),
        agrees=False,
    )


def between(name: str, ids: ArrayLike, printed: ArrayLike, least: ArrayLike, most: ArrayLike) -> Claim:
    """A column of numbers, each within its own limits; empty where the limits are infinite or no numbers."""
    told, low, high = (np.asarray(values, dtype=np.float64) for values in (printed, least, most))
    is_wrong = np.where(np.isfinite(low), ~((told >= low) & (told <= high)), ~np.isnan(told))
    return rows(name, ids, told, high, is_wrong)


def column(name: str, ids: ArrayLike, printed: ArrayLike, recomputed: ArrayLike, tolerance: float = 1e-9) -> Claim:
    """A column of numbers, each within an absolute tolerance or one part in 10⁹; empty agrees with empty only."""
    a, b = np.asarray(printed, dtype=np.float64), np.asarray(recomputed, dtype=np.float64)
    return rows(name, ids, a, b, ~np.isclose(a, b, rtol=1e-9, atol=tolerance, equal_nan=True))
