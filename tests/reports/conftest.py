"""The proposal made by hand, as fixtures."""

from __future__ import annotations

import pytest

from siting.proposal import Proposal
from tests.reports.handmade import make_proposal


@pytest.fixture
def proposal() -> Proposal:
    return make_proposal()


@pytest.fixture
def audit() -> Proposal:
    return make_proposal(audit=True)
