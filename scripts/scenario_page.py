"""For `make docs`: every key of a scenario file, as a page made from the models that check the file."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from siting.scenario.keys import Key, KeyTable, key_tables

BEGIN = """# Keys of a scenario file

A scenario is one [TOML](https://toml.io) file. This page is made from the models that check it: a key that is not
here is refused, and the message names the nearest one that is. `siting schema TABLE` prints a part of it in the
terminal, `siting schema > scenario.schema.json` the schema by which an editor completes and checks.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page to those that are written by hand."""
    tables = dict.fromkeys(key_tables().values())
    files.append(File.generated(config, "scenario.md", content="\n".join([BEGIN, *map(_section, tables)])))
    return files


def _section(table: KeyTable) -> str:
    head = f"## {f'`{table.heading}`' if table.heading else 'At the top'}\n\n{table.meaning}\n"
    return "\n".join([head, "| key | value | when absent | meaning |", "|---|---|---|---|", *map(_row, table.keys), ""])


def _row(key: Key) -> str:
    default = "**required**" if key.is_required else f"`{key.default}`" if key.default else ""
    cells = [f"`{key.name}`", key.value, default, key.meaning]
    return f"| {' | '.join(cell.replace('|', '&#124;').replace('<', '&lt;') for cell in cells)} |"
