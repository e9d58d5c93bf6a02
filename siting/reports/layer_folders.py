"""Every layer and table of a proposal as a file of its own, in formats that hold one table each."""

from __future__ import annotations

from pathlib import Path

from siting.geofiles import write_geofile
from siting.proposal import Proposal
from siting.reports.geopackage import plain_layers


def write_flatgeobuf(proposal: Proposal, folder: Path) -> None:
    """Write a folder of FlatGeobuf files, the layers of the GeoPackage."""
    _write(proposal, folder, ".fgb")


def write_geoparquet(proposal: Proposal, folder: Path) -> None:
    """Write a folder of GeoParquet files, the layers of the GeoPackage."""
    _write(proposal, folder, ".parquet")


def _write(proposal: Proposal, folder: Path, suffix: str) -> None:
    folder.mkdir()
    for name, table in plain_layers(proposal):
        write_geofile(table, folder / f"{name}{suffix}", name)
