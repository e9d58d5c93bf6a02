"""What a reader copies from a page is understood, and what a page points to is there."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import siting
from siting.cli import app
from siting.cli.spoken import spoken
from siting.scenario import ScenarioFile

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
REST = {"name": "a", "study_area": {"bbox": [0, 0, 1, 1]}, "roads": {"file": "a.osm"}, "demand": {"source": "land"}}
"""What a page that shows one table of a scenario leaves out."""


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)


def test_scenarios_are_understood() -> None:
    """Every table of a scenario on any page keeps to the keys and values of a scenario file."""
    examples = [tomllib.loads(text) for page in PAGES for text in blocks(page, "toml")]
    scenarios = [each for each in examples if "id" not in each]  # tests/rules reads the rule sets
    assert len(scenarios) >= 20
    for each in scenarios:
        ScenarioFile.model_validate(REST | each)


def test_the_first_scenario_is_the_same_in_both_languages() -> None:
    """A key that is mended in one README is mended in the other."""
    english, chinese = (tomllib.loads(*blocks(ROOT / name, "toml")) for name in ("README.md", "README.zh.md"))
    assert english | {"name": "", "outputs": {}} == chinese | {"name": "", "outputs": {}}


def test_commands_are_understood() -> None:
    """Each line that a reader types is a command that there is, with options that it has."""
    lines = [
        line for page in PAGES for line in re.findall(r"^(?: {4})?(siting .*)$", page.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(re.sub(r"[\[\]]", "", line), comments=True)[1:]  # [--option] may be left out
        context = spoken(app, "en").make_context("siting", words)
        while hasattr(context.command, "resolve_command"):
            name, command, rest = context.command.resolve_command(context, [*context._protected_args, *context.args])
            context = command.make_context(name, rest, parent=context)


def test_every_command_has_its_row() -> None:
    """A new one without a word on the page of the command line is noticed."""
    page = (ROOT / "docs" / "command_line.md").read_text("utf-8")
    assert all(f"| `siting {name}` |" in page for name in spoken(app, "en").commands)


def test_calls_are_understood() -> None:
    """Each call of `siting` in an example is of a function that there is, with arguments that it takes."""
    calls = [
        node
        for page in PAGES
        for text in blocks(page, "python")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "siting"
    ]
    assert len(calls) > 5
    for call in calls:
        signature = inspect.signature(getattr(siting, call.func.attr))
        signature.bind_partial(*call.args, **{keyword.arg: keyword.value for keyword in call.keywords})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Pages, pictures and notebooks of the project are where the page says."""
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
