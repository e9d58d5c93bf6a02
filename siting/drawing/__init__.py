"""How things draw themselves, on axes and on web maps; the ground floor of every map."""

from siting.drawing.drawn import Drawn

__all__ = ["Drawn"]
