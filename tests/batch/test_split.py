"""Searches on the workers of a cluster give what one process gives, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

from siting.batch import reach_on
from siting.batch.split import answer_split
from siting.inputs.network_cache import write_network
from siting.travel_time import reach
from tests.travel_time.streets import random_places
from tests.travel_time.streets import town as street_town


def test_the_same_bits_from_several_workers(tmp_path: Path) -> None:
    """Sites and demand anywhere, some off the road, more parts than sites in one of the cases."""
    rng = np.random.default_rng(4)
    network = street_town(rng)
    write_network(network, tmp_path / "network")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        for n_sites in (1, 60):
            sites, demand = (random_places(network, n, rng) for n in (n_sites, 200))
            labels = {"site_ids": pd.RangeIndex(n_sites), "demand_ids": pd.RangeIndex(200)}
            alone = reach(network, sites, demand, 120.0, **labels)
            together = reach_on(client, tmp_path / "network", sites, demand, 120.0, **labels)
            assert len(alone.ms)
            for name in ("site_ptr", "demand", "ms"):
                one, other = getattr(alone, name), getattr(together, name)
                assert one.dtype == other.dtype
                np.testing.assert_array_equal(one, other)


def test_a_fault_of_ours_is_a_row_too(tmp_path: Path, monkeypatch) -> None:
    """As on a worker: what nobody foresaw stops none of the scenarios after it."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("siting.batch.split.answered", fail)
    assert answer_split(None, None, tmp_path).status == "ZeroDivisionError: division by zero"
