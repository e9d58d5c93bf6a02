"""What turning costs: searches then run on directed edges, not on junctions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from siting.arrays import Ids, Mask, Milliseconds, Positions32
from siting.network.csr import CLOSED, Crossings, Csr, States, csr

Codes = Positions32
"""Directed edges as numbers: twice the edge, and one more where it is driven backward."""

_STRAIGHT_BACK_DEG = 179.9
"""Along another street straight back: to no side, so the dearer one is charged."""
_NEVER_TOO_LATE = np.int32(2**31 - 1)
_BACKWARD = np.uint32(1)
_ONE = np.uint32(1)


@dataclass(frozen=True)
class Turns:
    """
    Delays by the angle of a turn, and turns that nobody makes.

    A turn is one where three or more ends of edges meet; elsewhere the road bends. Going back along the edge one came
    by is a U-turn wherever it is done. Delays add to the time of the edge that is left.

    Attributes
    ----------
    left_ms, right_ms
        For a turn of `from_deg` or more to that side.
    sharp_ms
        More for one of `sharp_from_deg` or more to either side.
    u_turn_ms
        For going back along the same edge.
    leaving_deg
        Shape (E, 2). Bearings, counterclockwise from the x axis, in which each edge leaves `edge_from` and `edge_to`.
    forbidden
        Shape (F, 2), sorted. Directed edges, from and to: twice the edge, and one more where it is driven backward.
    """

    left_ms: int
    right_ms: int
    sharp_ms: int
    u_turn_ms: int
    from_deg: float
    sharp_from_deg: float
    leaving_deg: NDArray[np.float32]
    forbidden: Ids

    @property
    def dearest_ms(self) -> int:
        """The most that a turn costs, U-turns apart."""
        return max(self.left_ms, self.right_ms) + self.sharp_ms

    def turned_round(self) -> Turns:
        """The same turns for driving every way the other way round: left becomes right, from becomes to."""
        forbidden = self.forbidden[:, ::-1] ^ 1
        forbidden = forbidden[np.lexsort(forbidden.T[::-1])]
        return replace(self, left_ms=self.right_ms, right_ms=self.left_ms, forbidden=forbidden)


def turning_states(
    n_nodes: int,
    edge_from: Positions32,
    edge_to: Positions32,
    forward_ms: Milliseconds,
    backward_ms: Milliseconds,
    turns: Turns,
) -> States:
    """
    Directed edges as states, in the order of the junctions that they leave, so that neighbours stay neighbours.

    An arc from one to the next takes the time of the first edge and of the turn.

    U-turns that no quickest way holds are left out, a third of all arcs: who drives from p along an edge and back into
    q would have turned from p into q at once, unless that is forbidden or dearer. At dead ends they stay, so that what
    leads in leads out.

    References
    ----------
    Caldwell (1961), On finding minimum routes in a network with turn penalties (the edge-based graph).
    """
    forward, backward = (np.flatnonzero(ms != CLOSED) for ms in (forward_ms, backward_ms))
    arcs = csr(
        n_nodes,
        np.concatenate([edge_from[forward], edge_to[backward]]),
        np.concatenate([edge_to[forward], edge_from[backward]]),
        np.concatenate([forward_ms[forward], backward_ms[backward]]),
        np.concatenate([2 * forward, 2 * backward + 1]).astype(np.uint32),
    )
    code = arcs.edge
    state = np.zeros((len(edge_from), 2), dtype=np.uint32)
    state.ravel()[code] = np.arange(len(code), dtype=np.uint32)
    for own, other, ms in ((0, 1, forward_ms), (1, 0, backward_ms)):
        state[ms == CLOSED, own] = state[ms == CLOSED, other]  # so that what is closed is not taken for reached
    meets = np.bincount(edge_from, minlength=n_nodes) + np.bincount(edge_to, minlength=n_nodes)
    is_barred = np.zeros(n_nodes, dtype=np.bool_)
    come, is_backward = turns.forbidden[:, 0] // 2, turns.forbidden[:, 0] % 2 == 1
    is_barred[np.where(is_backward, edge_from[come], edge_to[come])] = True
    is_turned_at = is_barred | (turns.dearest_ms > turns.u_turn_ms)
    banned_ptr = np.searchsorted(turns.forbidden[:, 0], np.arange(2 * len(edge_from) + 1))
    banned = np.ascontiguousarray(turns.forbidden[:, 1])
    n_turns = int(np.diff(arcs.indptr)[arcs.head].sum())
    found = _turned(
        arcs.indptr, arcs.head, arcs.weight, code, turns.leaving_deg.ravel(), meets > 2, is_turned_at, banned_ptr,
        banned, n_turns, turns.left_ms, turns.right_ms, turns.sharp_ms, turns.u_turn_ms,
        turns.from_deg, turns.sharp_from_deg,
    )  # fmt: skip
    both_ways = np.flatnonzero((forward_ms != CLOSED) & (backward_ms != CLOSED))
    slack_ms = _slack_ms(edge_from[both_ways], edge_to[both_ways], (forward_ms + backward_ms)[both_ways],
                         turns, is_barred, is_turned_at)  # fmt: skip
    ahead = np.column_stack([arcs.head.astype(np.int32), arcs.weight])
    forward, backward = np.ascontiguousarray(state.T)
    return States(Csr(*found), forward, backward, Crossings(ahead, slack_ms))


def _slack_ms(
    one: Positions32, other: Positions32, there_and_back_ms: Milliseconds, turns: Turns, is_barred: Mask,
    is_turned_at: Mask,
) -> Milliseconds:  # fmt: skip
    """
    How much later than another an engine must come to each junction to gain nothing beyond it.

    The first to come, along an edge e, turns into every other edge for the dearest turn at most. Only back along e it
    does not go; but who comes later and does is at the other end of e later still, by e driven there and back, and
    gains nothing there either if that junction asks for no more. Hence the slack of a junction is at least its
    neighbour's less that time. Where a turn is forbidden the first may not be able to follow, and nobody is too late;
    beside it, where U-turns are in the graph, the first may make one.

    Parameters
    ----------
    one, other, there_and_back_ms
        The edges driven both ways: their junctions, and the time of both directions.
    """
    slack_ms = np.full(len(is_barred), turns.dearest_ms, dtype=np.int32)
    for here, beside in ((one, other), (other, one)):
        slack_ms[beside[is_turned_at[here]]] = max(turns.dearest_ms, turns.u_turn_ms)
    is_told = False
    while not is_told:
        before = slack_ms.copy()
        np.maximum.at(slack_ms, other, before[one] - there_and_back_ms)
        np.maximum.at(slack_ms, one, before[other] - there_and_back_ms)
        is_told = np.array_equal(slack_ms, before)
    slack_ms[is_barred] = _NEVER_TOO_LATE
    return slack_ms


@njit(cache=True, nogil=True)
def _turned(
    indptr: Positions32,
    head: Positions32,
    weight: Milliseconds,
    code: Codes,
    leaving_deg: NDArray[np.float32],
    is_crossing: Mask,
    is_turned_at: Mask,
    banned_ptr: Ids,
    banned: Ids,
    n_turns: int,
    left_ms: int,
    right_ms: int,
    sharp_ms: int,
    u_turn_ms: int,
    from_deg: float,
    sharp_from_deg: float,
) -> tuple[Positions32, Positions32, Milliseconds, Positions32]:
    """Arcs from each directed edge to those that may follow it, as `Csr` has them."""
    n = head.size
    ptr_out, head_out = np.empty(n + 1, np.uint32), np.empty(n_turns, np.uint32)
    weight_out, edge_out = np.empty(n_turns, np.int32), np.empty(n_turns, np.uint32)
    k, tail = 0, np.uint32(0)
    for a in range(n):
        ptr_out[a] = k
        while a >= indptr[tail + _ONE]:
            tail += _ONE
        node, back = head[a], code[a] ^ _BACKWARD
        heading_deg = leaving_deg[back] + 180.0
        is_dead_end = indptr[node + _ONE] - indptr[node] == _ONE
        for b in range(indptr[node], indptr[node + _ONE]):
            to = code[b]
            is_banned = to == back and not (is_dead_end or is_turned_at[tail])
            for f in range(banned_ptr[code[a]], banned_ptr[code[a] + _ONE]):
                is_banned |= banned[f] == to
            if is_banned:
                continue
            delay_ms = 0
            if to == back:
                delay_ms = u_turn_ms
            elif is_crossing[node]:
                left_deg = (leaving_deg[to] - heading_deg + 180.0) % 360.0 - 180.0
                if abs(left_deg) >= from_deg:
                    delay_ms = left_ms if left_deg > 0 else right_ms
                    if abs(left_deg) > _STRAIGHT_BACK_DEG:
                        delay_ms = max(left_ms, right_ms)
                    if abs(left_deg) >= sharp_from_deg:
                        delay_ms += sharp_ms
            head_out[k], weight_out[k], edge_out[k] = b, weight[a] + delay_ms, code[a] >> _ONE
            k += 1
    ptr_out[n] = k
    return ptr_out, head_out[:k], weight_out[:k], edge_out[:k]
