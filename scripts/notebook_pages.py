"""For `make docs`: each notebook is run and becomes a page, with its tables, pictures and maps."""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PANDAS_TABLE = '<table border="1" class="dataframe">'


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to those that are written by hand; a cell that fails ends the build."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        with tempfile.TemporaryDirectory() as folder:
            NotebookClient(notebook, timeout=600, resources={"metadata": {"path": folder}}).execute()
        names = {"unique_key": path.stem, "output_files_dir": path.stem}
        text, made = MarkdownExporter().from_notebook_node(notebook, resources=names)
        text = text.replace(PANDAS_TABLE, "<table>")  # the theme dresses tables without a class
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=text))
        for name, picture in made["outputs"].items():
            files.append(File.generated(config, f"notebooks/{name}", content=picture))
    return files
