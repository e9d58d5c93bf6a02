"""Whether this machine has what the package needs: one line for each thing looked at, with what to do about it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from siting.language import Language, word

LEAST_FREE_GB = 1.0
"""A province's proposals and its cached networks want about as much."""


@dataclass(frozen=True)
class Checkup:
    """
    One thing looked at.

    Attributes
    ----------
    name, found
        What it is, and what is there.
    advice
        What to do; "" where all is well.
    """

    name: str
    found: str
    advice: str = ""


def examine(language: Language = "en") -> list[Checkup]:
    """
    Everything looked at, in order: Python and packages, solver, compiled searches, standards, demo, fonts, disk.

    Examples
    --------
    >>> examine()[0].name
    'Python'
    """
    looked: list[Checkup] = []
    for name, look in _LOOKS.items():
        label = word(f"doctor_{name}", language)
        try:
            looked.extend(Checkup(label, found, advice) for found, advice in look(language))
        except Exception as fault:  # noqa: BLE001 - whatever breaks here is what is to be told
            advice = word("doctor_broken", language)
            looked.append(Checkup(label, f"{type(fault).__name__}: {fault}", advice))
    return looked


def _python(language: Language) -> Iterator[tuple[str, str]]:
    yield f"{platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} × CPU", ""


def _packages(language: Language) -> Iterator[tuple[str, str]]:
    """Versions of what the package cannot do without: what an extra asks for has a marker, ``; extra == "docs"``."""
    there, missing = [], []
    for asked in requires("siting") or ():
        named, _, marker = asked.partition(";")
        if "extra" in marker:
            continue
        name = re.split(r"[^\w.-]", named.strip())[0]
        try:
            there.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield f"siting {version('siting')}; {', '.join(there)}", ""
    if missing:
        yield ", ".join(missing), word("doctor_packages_missing", language)


def _solver(language: Language) -> Iterator[tuple[str, str]]:
    """Three places in a ring, each of three sites covering two of them: two sites are needed, as anyone can see."""
    from siting.optimise import simple_problem, solve

    found = solve(simple_problem([[0, 2], [0, 1], [1, 2]]), "lscp")
    right = found.status == "optimal" and found.value == 2
    yield f"{found.method}: {found.value:g}", "" if right else word("doctor_wrong", language)


def _search(language: Language) -> Iterator[tuple[str, str]]:
    """The toy town, whose times were worked out by hand."""
    import numpy as np

    from siting import toy
    from siting.travel_time import reach

    by_hand = toy.travel_time_s()
    times = reach(toy.network(), toy.sites(), toy.demand(), 600.0, site_ids=by_hand.columns, demand_ids=by_hand.index)
    found = times.to_frame().pivot(index="demand_id", columns="site_id", values="travel_time_s")
    found = found.reindex(index=by_hand.index, columns=by_hand.columns).fillna(np.inf)
    right = np.allclose(found, by_hand, atol=0.1)
    yield word("doctor_times", language, n=len(times.to_frame())), "" if right else word("doctor_wrong", language)


def _standards(language: Language) -> Iterator[tuple[str, str]]:
    from siting.rules import load_rules, rule_names

    yield ", ".join(load_rules(name).id for name in rule_names()), ""


def _fonts(language: Language) -> Iterator[tuple[str, str]]:
    from siting.reports.cartography import drawn_language

    has = drawn_language("zh") == "zh"
    yield word("doctor_yes" if has else "doctor_no", language), "" if has else word("doctor_fonts_missing", language)


def _disk(language: Language) -> Iterator[tuple[str, str]]:
    from siting.inputs.network_cache import cache_folder

    for folder in (Path(tempfile.gettempdir()), cache_folder()):
        standing = next(each for each in (folder, *folder.parents) if each.exists())
        free_gb = shutil.disk_usage(standing).free / 1e9
        fine = free_gb >= LEAST_FREE_GB and os.access(standing, os.W_OK)
        advice = "" if fine else word("doctor_disk_short", language, least=f"{LEAST_FREE_GB:g}")
        yield f"{folder}: {free_gb:.1f} GB", advice


_LOOKS: dict[str, Callable[[Language], Iterator[tuple[str, str]]]] = {
    "python": _python,
    "packages": _packages,
    "solver": _solver,
    "search": _search,
    "standards": _standards,
    "fonts": _fonts,
    "disk": _disk,
}
