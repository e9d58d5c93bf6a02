"""The tutorial does what it says, from its first block to its last."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[1] / "docs" / "tutorial.md"


@pytest.mark.slow
def test_every_block_runs(
    tmp_path: Path, coarse_demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one go, in an empty folder: the built-in district, on coarser land, is answered, written and verified."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("siting.synthetic.demo_folder", lambda: coarse_demo)
    blocks = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text("utf-8"), flags=re.DOTALL)
    assert len(blocks) == 4
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - the tutorial is ours
    said = capsys.readouterr().out
    assert "5 new stations" in said
    assert "memo.docx" in said
    assert "printed figures recomputed" in said
