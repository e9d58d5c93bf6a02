"""How long each run drives on each group of road classes, and how the network looks with other factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from siting.arrays import Floats, Ids, Milliseconds
from siting.network import CLOSED, RoadNetwork
from siting.routes import Routes
from siting.speeds import Override, SpeedProfile


@dataclass(frozen=True)
class Exposure:
    """
    Seconds of R runs at the speeds of the profile that is fitted.

    Attributes
    ----------
    drive_s
        Shape (R, G). Driving on the classes of each group.
    fixed_s
        Shape (R,). What no factor changes: delays, turns, and driving on classes in no group.
    km
        Shape (R, G).
    """

    drive_s: Floats
    fixed_s: Floats
    km: Floats


@dataclass(frozen=True)
class Sheet:
    """
    The times of a network, taken apart.

    Attributes
    ----------
    group
        Shape (E,). -1 in no group.
    drive_s, fixed_s
        Shape (2, E). Forward and backward; their sum is the time of the edge, nan where it is closed.
    """

    network: RoadNetwork
    group: Ids
    n_groups: int
    drive_s: Floats
    fixed_s: Floats

    def timed(self, log_slowness: Floats) -> RoadNetwork:
        """The network with the driving on each group slowed by exp of this."""
        slowness = np.append(np.exp(log_slowness), 1.0)[self.group]
        total_ms = np.ceil((self.drive_s * slowness + self.fixed_s) * 1000.0 - 1e-6)
        ms = np.where(np.isnan(total_ms), CLOSED, np.maximum(total_ms, 1.0)).astype(np.int32)
        return replace(self.network, forward_ms=ms[0], backward_ms=ms[1])

    def exposure(self, ways: Routes) -> Exposure:
        """What each run drives on these routes."""
        shape = (len(ways.travel_s), self.n_groups + 1)  # the last column is for classes in no group
        way = (~ways.is_forward).astype(np.int64)
        cell = np.ravel_multi_index((ways.trip, self.group[ways.edge] % shape[1]), shape)

        def summed(seconds: Floats) -> Floats:
            weights = seconds * ways.share
            return np.bincount(cell, weights, shape[0] * shape[1]).astype(np.float64).reshape(shape)

        drive_s, fixed_s = summed(self.drive_s[way, ways.edge]), summed(self.fixed_s[way, ways.edge])
        km = summed(self.network.edge_length_m[ways.edge]) / 1000.0
        return Exposure(drive_s[:, :-1], fixed_s.sum(axis=1) + ways.turn_s, km[:, :-1])


def is_of_all(groups: Mapping[str, tuple[str, ...]], profile: SpeedProfile) -> bool:
    """Whether one group holds every class, so that its factor is that of all speeds, of fire lanes on others too."""
    return len(groups) == 1 and set(*groups.values()) == set(profile.kph)


def sheet(network: RoadNetwork, profile: SpeedProfile, groups: Mapping[str, tuple[str, ...]]) -> Sheet:
    """Driving and delays of every edge, from its speed and its time; the lower speed against one-way streets."""
    of_class = {highway: g for g, classes in enumerate(groups.values()) for highway in classes}
    others = 0 if is_of_all(groups, profile) else -1
    group = network.edges["highway"].map(of_class).fillna(others).to_numpy().astype(np.int64)
    kph = network.edges["speed_kph"].to_numpy()
    total_s = np.array([_seconds(network.forward_ms), _seconds(network.backward_ms)])
    flags = network.edges[["forward_override", "backward_override"]].to_numpy().T
    share = np.where(flags & Override.CONTRAFLOW, profile.contraflow_factor, 1.0)
    drive_s = np.fmin(network.edge_length_m * 3.6 / np.where(share > 0, kph * share, 1.0), total_s)
    drive_s[np.isnan(total_s)] = np.nan
    is_fixed = group < 0
    return Sheet(
        network=network,
        group=group,
        n_groups=len(groups),
        drive_s=np.where(is_fixed, 0.0 * total_s, drive_s),
        fixed_s=np.where(is_fixed, total_s, total_s - drive_s),
    )


def _seconds(ms: Milliseconds) -> Floats:
    return np.where(ms == CLOSED, np.nan, ms / 1000.0)
