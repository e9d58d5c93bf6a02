"""What is declared once is not contradicted elsewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENT = re.compile(r"[A-Za-z0-9_.-]+(?:[=<>~!]=?[\w.,<>=!]+)")


def requirements(text: str) -> set[str]:
    """Name and bounds of each package, lower case."""
    lines = (line.strip().removeprefix("- ") for line in text.splitlines())
    return {line.lower() for line in lines if REQUIREMENT.fullmatch(line)}


def test_conda_environment_equals_the_project() -> None:
    """A package or a bound in one file is in the other."""
    declared = {requirement.lower() for requirement in PROJECT["dependencies"]}
    declared.add("python" + PROJECT["requires-python"])
    assert requirements((ROOT / "environment.yml").read_text("utf-8")) == declared


def test_every_requirement_is_pinned() -> None:
    """The constraints hold an exact version for every package that is asked for."""
    pinned = dict(line.lower().split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines())
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    names = {re.split(r"[=<>~!]", requirement)[0].lower() for requirement in wanted}
    assert names <= {name.replace("_", "-") for name in pinned} | set(pinned)


def test_no_pinning_file_names_a_host() -> None:
    """Where a package comes from is the machine's business."""
    for name in ("constraints.txt", "environment.yml", "pyproject.toml", "Makefile"):
        assert "://" not in (ROOT / name).read_text("utf-8"), name
