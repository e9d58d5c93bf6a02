"""Checks at the door name what is wrong, how much and which."""

import numpy as np
import pandas as pd

from siting.tables import Faults, check_unique, check_weights


def test_each_kind_of_bad_weight_is_one_fault() -> None:
    """Missing, endless, absurd and negative; 0 and the largest that is taken are fine."""
    faults = Faults("people.csv")
    check_weights(faults, pd.Series([np.nan, np.inf, 1.7e308, 1.1e12, -1.0, 0.0, 1e12]), "pop")
    assert [fault.split(". ")[0] for fault in faults.found] == [
        "2 values of pop are empty, infinite or not numbers (rows 0, 1)",
        "2 values of pop are above 1e+12 (rows 2, 3)",
        "1 values of pop are negative (rows 4)",
    ]


def test_ids_are_compared_as_the_text_they_become() -> None:
    """Missing, blank, twice, and a number beside its own text: each would stand for two rows, or for none."""
    faults = Faults("stations.csv")
    check_unique(faults, pd.Series(["a", None, " ", 7, "7", "b", "b"], dtype=object), "id")
    assert [fault.split(". ")[0] for fault in faults.found] == [
        "1 rows have no id",
        "1 values of id are empty text",
        "3 values of id occur more than once (7, 7, b)",
    ]
    fine = Faults("stations.csv")
    check_unique(fine, pd.Index(["a", "b "]), "id")
    assert not fine.found
