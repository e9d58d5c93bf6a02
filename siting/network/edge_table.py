"""What is known of each edge beside its times: the columns of `RoadNetwork.edges`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.arrays import Floats, Mask
from siting.network.chains import Chains
from siting.network.ways import Ways
from siting.speeds import OverrideFlags, SpeedProfile, WaySpeeds, tagged_lengths

TURNING_PLACES = ("turning_circle", "turning_loop")
"""Values of a node's `highway` where an engine can turn round."""

NO_TUNNEL = ("", "no", "building_passage", "culvert")
"""Values of `tunnel` that are no tunnel for traffic."""


def edge_table(
    ways: Ways, speeds: WaySpeeds, profile: SpeedProfile, chains: Chains, gates: OverrideFlags
) -> pd.DataFrame:
    """
    A row for each chain, with the columns that `RoadNetwork.edges` documents.

    Parameters
    ----------
    gates
        Shape (N,). The override that it takes to pass each node.
    """
    tags = ways.tags
    on_ground = tags["bridge"].isin(("", "no")) & tags["tunnel"].isin(("", "no"))
    of_ways = pd.DataFrame(
        {
            "way_id": ways.way_id,
            "highway": tags["highway"].to_numpy(),
            "name": tags["name"].to_numpy(),
            "speed_kph": np.fmax(speeds.forward_kph, speeds.backward_kph),
            "has_frontage": (on_ground & ~tags["highway"].isin(profile.no_frontage)).to_numpy(),
            "width_m": _least(tags, ("width", "maxwidth")),
            "height_m": _least(tags, ("maxheight",)),
            "structure": np.select(
                [~tags["tunnel"].isin(NO_TUNNEL), ~tags["bridge"].isin(("", "no"))], ["tunnel", "bridge"], ""
            ),
        }
    )
    table = of_ways.iloc[chains.way].reset_index(drop=True)
    forward, backward = _gates_driven_into(chains, gates)
    is_along, is_against = (~np.isnan(kph[chains.way]) for kph in (speeds.forward_kph, speeds.backward_kph))
    table["forward_override"] = np.where(is_along, speeds.forward_override[chains.way] | forward, np.uint8(0))
    table["backward_override"] = np.where(is_against, speeds.backward_override[chains.way] | backward, np.uint8(0))
    return table.assign(can_turn=_can_turn(ways, chains))


def _least(tags: pd.DataFrame, keys: tuple[str, ...]) -> Floats:
    """The smallest of these lengths, nan where no tag says."""
    least = tagged_lengths(tags[keys[0]])
    for key in keys[1:]:
        least = np.fmin(least, tagged_lengths(tags[key]))
    return least


def _gates_driven_into(chains: Chains, gates: OverrideFlags) -> tuple[OverrideFlags, OverrideFlags]:
    """Gates inside each chain and at the end driven into, forward and backward."""
    point, pointer = chains.points
    forward, backward = gates[point], gates[point]
    forward[pointer[:-1]] = 0
    backward[pointer[1:] - 1] = 0
    return np.bitwise_or.reduceat(forward, pointer[:-1]), np.bitwise_or.reduceat(backward, pointer[:-1])


def _can_turn(ways: Ways, chains: Chains) -> Mask:
    """Whether a turning place is mapped anywhere along each chain, its ends included."""
    tagged = ways.node_tags.index.to_numpy(dtype=np.int64)
    is_place = np.zeros(len(ways.node_id), dtype=np.bool_)
    is_place[tagged[ways.node_tags["highway"].isin(TURNING_PLACES).to_numpy()]] = True
    point, pointer = chains.points
    return np.logical_or.reduceat(is_place[point], pointer[:-1])
