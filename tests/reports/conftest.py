"""The proposal made by hand, and a browser, as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from benchmarks.browser import chromium
from siting.proposal import Proposal
from tests.reports.handmade import make_proposal


@pytest.fixture
def proposal() -> Proposal:
    return make_proposal()


@pytest.fixture
def audit() -> Proposal:
    return make_proposal(audit=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    with chromium() as started:
        if started is None:
            pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
        yield started
