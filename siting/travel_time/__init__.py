"""How long a fire engine drives: from sites to demand, from the nearest site to everywhere, and as isochrones."""

from siting.travel_time.nearest import Nearest, distances_from, nearest, spread
from siting.travel_time.reach import reach
from siting.travel_time.times import TravelTimes

__all__ = ["Nearest", "TravelTimes", "distances_from", "nearest", "reach", "spread"]
