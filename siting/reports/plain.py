"""Values in the few types that files know: strict JSON, and text for whatever a table format cannot hold."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def as_json(value: Any) -> Any:
    """
    A value in the types that strict JSON knows, null for a number that is none; anything else as its text.

    Examples
    --------
    >>> as_json({"worst_s": float("inf"), "cells": np.int64(3), "made": datetime.date(2026, 1, 2)})
    {'worst_s': None, 'cells': 3, 'made': '2026-01-02'}
    """
    if isinstance(value, Mapping):
        return {str(key): as_json(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Index | pd.Series):
        entries = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [as_json(entry) for entry in entries]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is pd.NA or value is pd.NaT:
        return None
    return value.isoformat() if isinstance(value, datetime.date | datetime.datetime) else str(value)


def as_text(value: Any) -> str | None:
    """
    Any cell as text; lists and mappings as JSON; nothing for a number that does not exist.

    Examples
    --------
    >>> as_text(["a", 1]), as_text(3.5), as_text(None), as_text(float("inf"))
    ('["a", 1]', '3.5', None, None)
    """
    if isinstance(value, list | tuple | Mapping | set | frozenset | np.ndarray):
        return json.dumps(as_json(value), ensure_ascii=False)
    if isinstance(value, str):
        return value
    return None if pd.isna(value) or (isinstance(value, float) and math.isinf(value)) else str(value)
