"""A province: variants of the built-in district in one scenario file."""

from __future__ import annotations

from pathlib import Path

from siting.synthetic import demo_folder

CELL_M = 400


def counties(n_sites: int, seeds: int, networks: Path) -> str:
    """A scenario file that sweeps over both; one process, too, builds the network once."""
    text = (demo_folder() / "scenario.toml").read_text("utf-8").replace("cell_m = 200", f"cell_m = {CELL_M}")
    text = text.replace("[study_area]", f'data_folder = "{demo_folder().as_posix()}"\n[study_area]', 1)
    text = text.replace("[roads]", f'[roads]\ncache = "{networks.as_posix()}"', 1)
    asked = {"plan.station.sites": list(range(1, n_sites + 1)), "plan.station.seed": list(range(seeds))}
    return text + "\n[sweep]\n" + "".join(f'"{key}" = {values}\n' for key, values in asked.items())
