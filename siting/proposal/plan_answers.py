"""What a plan was asked besides: years, a curve, alternatives, other assumptions, sites that cannot be had."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PhaseAnswer:
    """
    One year (or step) of a phased plan.

    Attributes
    ----------
    year
        As asked.
    chosen
        Ids of the sites that open in it, besides those that stand in every plan.
    value, bound
        Weight covered once they stand, and the most that any choice nested in the later years covers.
    free_value, free_bound
        Of the best plan with as many sites if nothing had to be nested.
    loss
        What nesting costs this year at most: `free_bound` less `value`.
    """

    year: int
    chosen: tuple[str, ...]
    value: float
    bound: float
    free_value: float
    free_bound: float
    loss: float


@dataclass(frozen=True)
class CurveAnswer:
    """The best plan with at most `sites` sites: what it chooses, the weight covered, the most that any covers."""

    sites: int
    chosen: tuple[str, ...]
    value: float
    bound: float


@dataclass(frozen=True)
class AlternativeAnswer:
    """Another good plan; `behind` is its proven distance from the best: the first plan's bound less its value."""

    number: int
    chosen: tuple[str, ...]
    value: float
    bound: float
    behind: float


@dataclass(frozen=True)
class SampleAnswer:
    """
    The best plan under another assumption.

    Attributes
    ----------
    sample
        ``"usual"``, ``"slower"``, ``"faster"``, ``"shorter"``, ``"longer"``, ``"people_1"``, ...
    chosen, value, bound
        Its own best plan.
    usual_value
        What the plan for the usual assumptions covers.
    """

    sample: str
    chosen: tuple[str, ...]
    value: float
    bound: float
    usual_value: float


@dataclass(frozen=True)
class LossAnswer:
    """
    What happens when a chosen site cannot be had.

    Attributes
    ----------
    site_id, lost
        Which, and the weight that nothing else in the plan covers.
    replacement, repaired_value, repaired_bound
        The best single site instead (none where none helps) with the rest kept, and what is covered then.
    anew, anew_value, anew_bound
        What the best plan without it chooses and covers.
    """

    site_id: str
    lost: float
    replacement: tuple[str, ...]
    repaired_value: float
    repaired_bound: float
    anew: tuple[str, ...]
    anew_value: float
    anew_bound: float


@dataclass(frozen=True)
class SiteAnswer:
    """
    What a site is worth that is open today, or proposed, or chosen in a sample; nan where it is none of these.

    Attributes
    ----------
    alone_today, alone_proposed
        Weight that no other open station covers: what closing it would lose.
    share_chosen
        Share of the samples in which it is chosen.
    """

    site_id: str
    alone_today: float
    alone_proposed: float
    share_chosen: float


@dataclass(frozen=True)
class Answers:
    """What a plan was asked besides; each empty where it was not."""

    phases: tuple[PhaseAnswer, ...] = ()
    curve: tuple[CurveAnswer, ...] = ()
    alternatives: tuple[AlternativeAnswer, ...] = ()
    samples: tuple[SampleAnswer, ...] = ()
    losses: tuple[LossAnswer, ...] = ()
    sites: tuple[SiteAnswer, ...] = ()
