"""Help in the reader's language: every word of it is in `siting/words/command_line.toml`, the examples are here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import typer

from siting.language import LANGUAGES, Language, machine_language, word

EXAMPLES: dict[str, tuple[str, ...]] = {
    "": ("siting demo", "siting run city.toml --out out/city", "siting completion bash >> ~/.bashrc"),
    "demo": ("siting demo --out out/demo --lang zh",),
    "run": ("siting run city.toml --out out/city", "siting run city.toml --out out/city --json | jq '.[].headline'"),
    "batch": ("siting batch counties/*.toml --out out/province --workers 2 --memory 4GiB",),
    "check": ("siting check city.toml",),
    "audit": ("siting audit city.toml", "siting audit city.toml --out out/today"),
    "compare": ("siting compare out/city/five out/city/ten", "siting compare out/city --map comparison.html"),
    "districts_check": ("siting districts check drawn.gpkg city.toml --station-column station",),
    "isochrones": ("siting isochrones city.osm.pbf --at 121.2,31.4 --minutes 3,4,5 --out reach.gpkg --map reach.html",),
    "calibrate": ("siting calibrate runs.csv --roads city.osm.pbf --out our-engine.toml",),
    "rules": ("siting rules", "siting rules cn-jb152-2017"),
    "fetch": ('siting fetch "Cambridge, Massachusetts" --out cambridge',),
    "verify": ("siting verify out/city/five",),
    "doctor": ("siting doctor", "siting doctor --json"),
    "schema": ("siting schema file", "siting schema plan", "siting schema > scenario.schema.json"),
    "completion": ("siting completion bash >> ~/.bashrc", "siting completion zsh >> ~/.zshrc"),
}
"""By command, the whole line as it is typed; a group has none."""

_OWN_COMPLETION = ("install_completion", "show_completion")
"""Typer's options: they ask which shell is running, where ``siting completion`` is told."""


def spoken_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """
    What ``--lang`` says, else what the machine speaks.

    Examples
    --------
    >>> spoken_language(["run", "--lang", "zh"], {}), spoken_language(["--lang=en"], {"LANG": "zh_CN.UTF-8"})
    ('zh', 'en')
    """
    said = " ".join(arguments).replace("--lang=", "--lang ").split()
    asked = next((then for option, then in pairwise(said) if option == "--lang"), "")
    return next((known for known in LANGUAGES if known == asked), machine_language(environment))


def spoken(app: typer.Typer, language: Language) -> Any:
    """The commands of an app, their help in one language."""
    command: Any = typer.main.get_command(app)  # of a parser that typer carries in itself, without open types
    command.params = [each for each in command.params if each.name not in _OWN_COMPLETION]
    _speak(command, "", language)
    return command


def _speak(command: Any, name: str, language: Language) -> None:
    command.help = word(f"command_{name}" if name else "command", language)
    command.rich_help_panel = word("panel_commands", language)
    if name in EXAMPLES:
        command.epilog = "\n".join([word("panel_examples", language), *EXAMPLES[name]])
    for parameter in [*command.params, command.get_help_option(typer.Context(command))]:
        kind = "arguments" if isinstance(parameter, typer.core.TyperArgument) else "options"
        parameter.rich_help_panel = word(f"panel_{kind}", language)
        parameter.help = _first_word((f"option_{name}_{parameter.name}", f"option_{parameter.name}"), language)
    if isinstance(command, typer.core.TyperGroup):
        for key, below in command.commands.items():
            _speak(below, f"{name}_{key}".lstrip("_"), language)


def _first_word(keys: Sequence[str], language: Language) -> str:
    """The word of the first key that there is: what an option says here, else what it says everywhere."""
    for key in keys[:-1]:
        with suppress(KeyError):
            return word(key, language)
    return word(keys[-1], language)
