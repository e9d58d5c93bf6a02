"""A calibrated profile as a file that a scenario can name."""

from __future__ import annotations

from siting.calibration.calibrate import Calibration
from siting.language import LANGUAGES


def profile_text(calibration: Calibration, base: str, source: str) -> str:
    """
    TOML of the fitted profile on top of the built-in one that it was fitted from.

    Parameters
    ----------
    base
        Name of that profile.
    source
        Which runs these are: service, months, how they were timed. The fit's figures are added.
    """
    profile, figures = calibration.profile, calibration.figures
    fitted = "\n".join(
        f"{row.Index}: {row.value:.3f} ({row.low:.3f} to {row.high:.3f})" for row in figures.itertuples()
    )
    told = f"{source}\nFitted, with 95 % confidence:\n{fitted}\nSpread of a run: {calibration.error_mad:.1%}."
    lines = [
        f'base = "{base}"',
        f'traffic = "{profile.traffic}"',
        f"factor = {profile.factor:.4f}",
        f"start_stop_s = {profile.start_stop_s:.1f}",
        f'source = """\n{told}"""',
        "[title]",
        *(f'{language} = "{profile.title[language]}"' for language in LANGUAGES),
        "[class_factor]",
        *(f"{highway} = {factor:.4f}" for highway, factor in profile.class_factor.items()),
    ]
    return "\n".join(lines) + "\n"
