"""Rule-set files of one's own, to be spoiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.errors import InputError
from siting.rules import load_rules

GOOD = """
id = "own"
edition = "1"
title = { zh = "自定", en = "Our own" }
[sources]
book = "our own book"
[clock]
name = "order_to_arrival"
response_limit_s = 480
alarm_handling_s = 0
turnout_s = 90
[[requirement]]
id = "people"
kind = "time_cover_people"
title = { zh = "人口", en = "People" }
clause = "1"
source = ["book"]
severity = "should"
confidence = "high"
values = { share = 0.9 }
"""

FIGURE = """
[[figure]]
id = "lot"
title = { zh = "用地", en = "Lot" }
clause = "2"
source = ["book"]
severity = "may"
confidence = "low"
values = { least_m2 = 600 }
"""

OWN = """
id = "own"
edition = "2026"
title = { zh = "本市", en = "Our city" }
extends = "cn-jb152-2017"
drop = ["shortage-administrative", "detour"]
[sources]
plan = "Fire plan, table 2"
[clock]
turnout_s = 45
[[requirement]]
id = "time-people"
severity = "shall"
source = ["plan"]
values = { share = 0.9 }
[[requirement]]
id = "load"
kind = "people_per_station"
title = { zh = "每站人口", en = "People per station" }
clause = "table 2"
source = ["plan"]
severity = "should"
confidence = "high"
values = { people = 100000 }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        load_rules(written(folder, text))
    return caught.value.faults
