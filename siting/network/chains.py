"""Ways cut at junctions: the chains of nodes that become edges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from siting.arrays import Ids, Mask
from siting.network.ways import Ways


@dataclass(frozen=True)
class Chains:
    """
    Stretches of way between junctions.

    Attributes
    ----------
    ref
        The nodes of the driven ways, one way after the other.
    way
        Shape (E,). Position of the way that each chain is part of; a chain never spans two.
    start, end
        Shape (E,). Chain e is ``ref[start[e]:end[e] + 1]``.
    """

    ref: Ids
    way: Ids
    start: Ids
    end: Ids

    def take(self, rows: Ids | Mask) -> Chains:
        """The chains at these rows, in this order."""
        return Chains(self.ref, self.way[rows], self.start[rows], self.end[rows])

    @cached_property
    def points(self) -> tuple[Ids, Ids]:
        """The nodes of every chain one after the other, and where each chain begins: shapes (M,) and (E + 1,)."""
        count = self.end - self.start + 1
        pointer = np.concatenate([[0], np.cumsum(count)])
        return self.ref[np.repeat(self.start - pointer[:-1], count) + np.arange(pointer[-1])], pointer


def cut_chains(ways: Ways, is_driven: Mask, is_closed: Mask) -> Chains:
    """
    Cut driven ways where they end, meet, touch themselves or are blocked.

    Parameters
    ----------
    is_driven
        Shape (W,).
    is_closed
        Shape (N,). Nodes that an engine cannot pass.
    """
    way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.ref_ptr))
    kept = is_driven[way]
    kept[1:] &= (ways.ref[1:] != ways.ref[:-1]) | (way[1:] != way[:-1])  # a node drawn twice in a row is one node
    way, ref = way[kept], ways.ref[kept]
    is_new_way = way[1:] != way[:-1]
    uses = np.bincount(ref, minlength=len(ways.node_id))
    is_cut = (uses[ref] > 1) | is_closed[ref]
    is_cut[:1] = is_cut[-1:] = True
    is_cut[1:] |= is_new_way
    is_cut[:-1] |= is_new_way
    cuts = np.flatnonzero(is_cut)
    start, end = cuts[:-1], cuts[1:]
    same_way = way[start] == way[end]
    return Chains(ref, way[start[same_way]], start[same_way], end[same_way])
