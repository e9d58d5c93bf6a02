"""The proposal made by hand, and a browser, as fixtures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

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
    """The machine's own Chromium; nothing is downloaded."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
