"""docs/rules.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from siting.rules import KINDS, load_rules, rule_names
from siting.screening import SCREENS

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")


def test_the_examples_load(tmp_path: Path) -> None:
    """What a reader copies is a rule set, each of them."""
    found = []
    for example in re.findall(r"```toml\n(id = .*?)```", PAGE, flags=re.DOTALL):
        (tmp_path / "rules.toml").write_text(example, "utf-8")
        found.append(load_rules(tmp_path / "rules.toml").id)
    assert found == ["our-city-2025", "our-city-2026", "our-city-forces"]


def test_every_rule_set_and_kind_has_its_row() -> None:
    """A new one without a word in the docs is noticed."""
    assert all(f"| `{name}` |" in PAGE for name in rule_names())
    assert all(f"`{kind}`" in PAGE for kind in (*KINDS, *SCREENS))
