"""
Everything a run needs, loaded by answering the toy town once: imported by the fork server of `test_faults`.

No test module, or every process that collects tests would answer it too (`collect_ignore`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import siting
from tests.pipeline.conftest import PLAIN, write_town

with tempfile.TemporaryDirectory() as folder:
    siting.propose(write_town(Path(folder) / "town")).write(Path(folder) / "out", formats=PLAIN)
