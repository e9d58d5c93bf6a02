"""A calibrated profile as a file that a scenario can name."""

from __future__ import annotations

import json
from dataclasses import asdict

from siting.calibration.calibrate import Calibration
from siting.made_by import made_by
from siting.printable import printable


def profile_text(calibration: Calibration, source: str) -> str:
    """
    TOML of the whole fitted profile, for `load_profile`.

    Parameters
    ----------
    source
        Which runs these are: service, months, how they were timed. The fit's figures are added.
    """
    figures = [
        f"{row.Index} {row.value:.3f} ({row.low:.3f} to {row.high:.3f})" for row in calibration.figures.itertuples()
    ]
    told = f"{source} Fitted, with 95 % confidence: {', '.join(figures)}. Spread of a run: {calibration.error_mad:.1%}."
    values = {**asdict(calibration.profile), "source": told}
    del values["name"], values["notes"]
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"# {made_by()}", *(f"{key} = {_toml(value)}" for key, value in values.items() if key not in tables)]
    for key, table in tables.items():
        lines += ["", f"[{key}]", *(f"{_toml(entry)} = {_toml(value)}" for entry, value in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """Texts, numbers, booleans and lists of texts are written in TOML as in JSON."""
    return printable(json.dumps(value, ensure_ascii=False))
