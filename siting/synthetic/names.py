"""Names that no map has: characters for imitation, sample and sketch before characters for water and land."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

_FIRST = "虚拟仿测试演样模例算摹绘"
_SECOND = "云河星塘园林桥川溪谷岭渡湾浦泽原石松竹枫"


def road_names(rng: np.random.Generator, suffix: str = "路") -> Iterator[str]:
    """
    Invented road names, each once, in an order of the generator's choice.

    Examples
    --------
    >>> names = road_names(np.random.default_rng(0))
    >>> len(set(names))
    240
    """
    pairs = [first + second for first, second in product(_FIRST, _SECOND)]
    for k in rng.permutation(len(pairs)):
        yield pairs[k] + suffix
