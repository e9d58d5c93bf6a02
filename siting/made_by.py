"""What every output says of its making: by which version of this package, and in which schema."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

SCHEMA_VERSION = 3
"""Of how a proposal is laid out in files; one more where a reader of the former ones would be misled or fail."""


@cache
def made_by() -> str:
    """
    For the place that a format has for its maker.

    Examples
    --------
    >>> made_by().startswith("siting "), made_by().endswith(f", schema {SCHEMA_VERSION}")
    (True, True)
    """
    return f"siting {version('siting')}, schema {SCHEMA_VERSION}"
