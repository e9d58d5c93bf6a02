"""What is explained is there to be explained."""

from __future__ import annotations

from tests.mutants.explained import EXPLAINED, ROOT, entry
from tests.mutants.make import mutants


def test_every_explained_mutant_is_one() -> None:
    """Code that was changed or deleted takes its explanation with it, and none stands there twice or without reason."""
    files = {ROOT / explained["file"] for explained in EXPLAINED}
    made = [entry(file, mutant) for file in files for mutant in mutants(file.read_text("utf-8"), str(file))]
    for explained in EXPLAINED:
        named = {key: explained[key] for key in ("file", "was", "now")}
        assert named in made, f"no mutant is {named}"
        assert explained.keys() == named.keys() | {"reason"}
        assert explained["reason"]
    assert len({tuple(explained.values()) for explained in EXPLAINED}) == len(EXPLAINED)
