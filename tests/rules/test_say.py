"""Which places a finding names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.rules.kinds.say import worst_places


def test_five_places_are_named_in_the_order_of_their_ids_where_they_are_equal() -> None:
    """The largest first; of seven cells that lose the same, those with the lowest ids."""
    lost = pd.Series(1.0, index=["g", "f", "e", "d", "c", "b", "a"])
    assert [place for place, _ in worst_places(lost)] == ["a", "b", "c", "d", "e"]
    assert worst_places(lost.drop("a") * np.arange(6))[0] == ("b", 5.0)
