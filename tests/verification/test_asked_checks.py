"""Whoever changes what was asked has to change its digest, and what is said twice says the same."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from siting.errors import SitingWarning
from siting.verification.asked_checks import check_asked
from siting.verification.written import Written, read_written
from tests.verification.damage import entry
from tests.verification.earlier import unpacked


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    with pytest.warns(SitingWarning):
        return read_written(unpacked(2, tmp_path_factory.mktemp("asked")))


def wrong(written: Written) -> list[str]:
    return [claim.name for claim in check_asked(written) if not claim.agrees]


def test_an_honest_proposal(written: Written) -> None:
    """The digest is that of what is printed."""
    assert wrong(written) == []
    assert len(list(check_asked(written))) == 11


CHANGES: dict[str, tuple[list[str], Callable[[Any], None]]] = {
    "the bytes of an input": (["provenance.asked"], entry("sha256:0", "provenance", "inputs", 1, "digest")),
    "the name of an input": (["provenance.asked"], entry("other.osm", "provenance", "inputs", 1, "file")),
    "the version": (["provenance.asked"], entry("9.9", "provenance", "siting")),
    "the schema": (["provenance.asked"], entry(3, "schema_version")),
    "a key of the scenario": (["provenance.asked"], entry(1.0, "provenance", "scenario", "roads", "snap_limit_m")),
    "the digest of the rules": (["provenance.rules", "provenance.asked"], entry("sha256:0", "rule_set", "digest")),
    "the edition of the rules": (["provenance.rules"], entry("1999", "rule_set", "edition")),
    "the profile": (["provenance.profile"], entry("rocket", "speed_profile")),
    "the name": (["name"], entry("Elsewhere", "name")),
    "the language": (["language"], entry("zh", "language")),
    "the notice": (["provenance.notice"], entry("REAL DATA", "provenance", "notice")),
    "the buffer": (["study_area.buffer_m asked for"], entry(1.0, "study_area", "buffer_m")),
    "the question": (["plan 1: as the scenario asks"], entry(900.0, "plans", 0, "asked", "longest_s")),
    "a plan less": (["plans asked for"], lambda told: told["plans"].append(told["plans"][0])),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_told_by_its_name(written: Written, what: str) -> None:
    """One entry of the summary, in the summary and in the tables alike."""
    names, change = CHANGES[what]
    summary = deepcopy(written.summary)
    change(summary)
    assert wrong(replace(written, summary=summary)) == names
