"""What is declared once is not contradicted elsewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml  # dask brings it

import siting

ROOT = Path(__file__).parents[1]
TOML = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT, TOOLS = TOML["project"], TOML["tool"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
NOT_ON_CONDA = {"psycopg-binary", "osmium", "ortools", "XStatic-Leaflet", "XStatic-jQuery"}
"""Under these names."""


def name_of(requirement: str) -> str:
    return re.split(r"[=<>~!\[]", requirement)[0].strip()


def test_conda_environment_equals_the_project() -> None:
    """Each package and the Python once, with the same bounds; pip brings what conda has not, and our own."""
    *own, pip = CONDA["dependencies"]
    *named, ours = pip["pip"]
    wanted = [f"python{PROJECT['requires-python']}", *PROJECT["dependencies"]]
    assert sorted([*own, *named]) == sorted([*wanted, "pip"])
    assert {name_of(requirement) for requirement in named} == NOT_ON_CONDA
    assert ours == "--no-deps --editable ."
    assert CONDA["channels"] == ["conda-forge"]
    assert CONDA["name"] == PROJECT["name"]


def test_every_requirement_has_a_bound_that_a_run_on_the_oldest_can_pin() -> None:
    """`make oldest` reads them line by line, and leaves out only what is pinned here already."""
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    bounded = {match[1] for line in lines if (match := re.fullmatch(r'    "(.*)>=(.*)",', line))}
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert bounded == {name_of(requirement) for requirement in asked if "==" not in requirement}
    assert all(re.fullmatch(r"[A-Za-z0-9-]+(>=|==)[0-9.]+", requirement) for requirement in asked)


def test_pins_satisfy_the_bounds() -> None:
    """No pin is older than what is asked for, and the Python of the checks is the oldest that is promised."""
    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").lower().splitlines())
    extras = [requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra]
    for requirement in [*PROJECT["dependencies"], *extras]:
        name = name_of(requirement).lower()
        if name in pinned or name.replace("-", "_") in pinned:
            pin = pinned.get(name, pinned.get(name.replace("-", "_")))
            assert numbers(pin) >= numbers(re.split(r"[>=]=", requirement)[1]), requirement
    oldest = PROJECT["requires-python"].removeprefix(">=")
    assert TOOLS["mypy"]["python_version"] == oldest
    assert TOOLS["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def test_the_version_is_said_once() -> None:
    """The project's file says it; the package asks what is installed, and the newest changes are of this version."""
    assert siting.__version__ == PROJECT["version"]
    heads = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == PROJECT["version"]
    said = [file.name for file in (ROOT / "siting").rglob("*.py") if PROJECT["version"] in file.read_text("utf-8")]
    assert said == []


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
