"""How long a fire engine drives: from sites to demand, from the nearest site to everywhere, and as isochrones."""

from siting.travel_time.times import TravelTimes

__all__ = ["TravelTimes"]
