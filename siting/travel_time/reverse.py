"""The same questions the other way round: from demand to the sites that reach it."""

from __future__ import annotations

from dataclasses import replace

from siting.network import RoadNetwork


def reversed_network(network: RoadNetwork) -> RoadNetwork:
    """
    The network with every direction turned round: driving from a to b on it takes as long as from b to a on `network`.

    Places keep their edges and fractions. So ``reach(reversed_network(network), demand, sites, ...)`` searches from
    the demand and finds which sites reach it, with the same milliseconds as ``reach(network, sites, demand, ...)``;
    that is the cheaper way when few demands are asked about many sites. The first axis of the answer is then the
    demand. In the same way ``nearest(reversed_network(network), hospitals, sites)`` is the way *to* the hospital.

    Examples
    --------
    >>> from siting import toy
    >>> from siting.travel_time import matrix
    >>> there = matrix(toy.network(), toy.sites(), toy.demand())
    >>> back = matrix(reversed_network(toy.network()), toy.demand(), toy.sites())
    >>> bool((there == back.T).all())
    True
    """
    turns = None if network.turns is None else network.turns.turned_round()
    return replace(network, forward_ms=network.backward_ms, backward_ms=network.forward_ms, turns=turns)
