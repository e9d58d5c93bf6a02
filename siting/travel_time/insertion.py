"""What one more site takes from those that are there: a search that ends where it is not first."""

from __future__ import annotations

import numpy as np

from siting.arrays import Ids, Milliseconds, Positions32
from siting.network import Csr
from siting.travel_time.kernels import improve, n_buckets


def insert_site(
    csr: Csr, weight: Milliseconds, label: Ids, seed_node: Positions32, seed_weight: Milliseconds, site: int
) -> Positions32:
    """
    Let one more site into the answer of `spread`, which becomes what `spread` would say with it.

    The work grows with what the site takes, not with the network: this is the planner's what-if. To ask without
    building, give copies.

    Parameters
    ----------
    csr
        The arcs that `spread` ran on.
    weight, label
        Shape (N,). The answer of `spread`; both are changed.
    seed_node, seed_weight
        Where the new site's searches begin, and what each starts with (below 0: closed).
    site
        Its label, higher than any before: where it only draws level, it does not take the node.

    Returns
    -------
    The nodes where it is now first, in no order.

    Examples
    --------
    >>> from siting.network import csr
    >>> from siting.travel_time import spread
    >>> street = csr(3, *(np.array(a, dtype=np.uint32) for a in ([0, 1], [1, 2])),
    ...              np.array([700, 400], dtype=np.int32), np.array([0, 1], dtype=np.uint32))
    >>> weight, label = spread(street, np.array([0]), np.array([0]), np.array([0]))
    >>> insert_site(street, weight, label, np.array([1]), np.array([50]), 1).tolist()
    [1, 2]
    >>> weight.tolist(), label.tolist()
    ([0, 50, 450], [0, 1, 1])
    """
    seed_node, seed_weight = np.asarray(seed_node, dtype=np.uint32), np.asarray(seed_weight, dtype=np.int32)
    buckets = n_buckets(int(max(csr.weight.max(initial=0), seed_weight.max(initial=0))))
    node = improve(csr.indptr, csr.packed, weight, seed_node, seed_weight, buckets)
    label[node] = site
    return node
