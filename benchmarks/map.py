"""The web map: how long it takes to write, how large it is, and how quickly it answers in a browser."""

from __future__ import annotations

import math
import os
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser import chromium
from benchmarks.map_town import town
from benchmarks.measurement import Measurement, cpu_seconds
from siting.reports.map import write_map

TOWN = {"cells": 12_000, "stations": 100, "hydrants": 2_000, "roads": 10_000}
QUICK_TOWN = {"cells": 400, "stations": 10, "hydrants": 20, "roads": 500}
REGION = {"cells": 1_000_000, "stations": 10, "hydrants": 2_000, "roads": 60_000}
OPENINGS, TOGGLES = 5, 21

READY = "document.documentElement.dataset.ready === 'yes'"
PAINTED_S = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
TOGGLE_S = """async (times) => {
    document.querySelector("button[data-state=what_if]").click();
    const boxes = [...document.querySelectorAll(".siting-panel .sites input")];
    const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const taken = [];
    for (let time = 0; time < times; time++) {
      await frame();
      const began = performance.now();
      boxes[time % boxes.length].click();
      await frame();
      taken.push((performance.now() - began) / 1000);
    }
    return taken; }"""
"""From the click until the frame after it is drawn."""


@dataclass(frozen=True)
class Opening:
    """
    One opening of a page.

    Attributes
    ----------
    painted_s, toggle_s
        Seconds by the clock: to the first paint, and from a click until the frame after it is drawn (median).
    busy_s, toggle_busy_s
        CPU seconds of the page's own thread: until it can be switched, and for one switch.
    asked_for, complaints
        Addresses besides the file, and errors.
    """

    painted_s: float
    toggle_s: float
    busy_s: float
    toggle_busy_s: float
    asked_for: int
    complaints: int


def measure(*, quick: bool) -> Iterator[Measurement]:
    size = QUICK_TOWN if quick else TOWN
    told = ", ".join(f"{number:,} {what}" for what, number in size.items())
    proposal = town(**size)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page = Path(folder) / "map.html"

        def write() -> None:
            # A copy has worked out no isochrones yet.
            write_map(replace(proposal), page)

        (seconds,) = cpu_seconds(write, rounds=1 if quick else 3)
        yield Measurement("map built and saved", told, 3.0, seconds, "s CPU", at_most=True)
        yield Measurement("map file", told, 5.0, page.stat().st_size / 1e6, "MB", at_most=True)
        yield from _in_browser(browser, page, told, quick=quick)
        if not quick:
            write_map(town(**REGION), page)
            yield from _large(browser, page)


def _in_browser(browser: Browser | None, page: Path, told: str, *, quick: bool) -> Iterator[Measurement]:
    openings = [opening(browser, page, TOGGLES) for _ in range(1 if quick else OPENINGS)] if browser else []
    missing = "" if browser else "no Chromium on this machine"
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    waiting = missing or (f"load {load:.1f} on {cores} cores: mostly waiting" if load > cores else "")

    # What else the machine does only ever adds to a time, so the least is the page's own.
    def least(of: str) -> float:
        return min((getattr(one, of) for one in openings), default=0.0)

    asked_for = max((one.asked_for for one in openings), default=0)
    for work, target, reached, unit, why in (
        ("first paint", 2.0, least("painted_s"), "s", waiting),
        ("opened and unpacked", 2.0, least("busy_s"), "s CPU", missing),
        ("a station switched, until drawn", 0.1, least("toggle_s"), "s", waiting),
        ("a station switched", 0.1, least("toggle_busy_s"), "s CPU", missing),
        ("requests besides the file", 0.0, asked_for, "requests", missing),
    ):
        yield Measurement(work, f"{told}, headless Chromium", target, reached, unit, at_most=True, not_judged=why)


def _large(browser: Browser | None, page: Path) -> Iterator[Measurement]:
    told = f"{REGION['cells']:,} cells, headless Chromium"
    if browser is None:
        yield Measurement("a map opens", told, 0, 0, not_judged="no Chromium on this machine")
        return
    one = opening(browser, page, 0)
    yield Measurement("map file", told, float("nan"), page.stat().st_size / 1e6, "MB")
    yield Measurement("first paint", told, float("nan"), one.painted_s, "s")
    yield Measurement("complaints of the browser", told, 0.0, one.complaints, "messages", at_most=True)


def opening(browser: Browser, file: Path, toggles: int) -> Opening:
    """Open the file in a window of its own, and switch stations."""
    window = browser.new_context(viewport={"width": 1280, "height": 860}, offline=True)
    page = window.new_page()
    asked_for: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    developer = window.new_cdp_session(page)
    developer.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_s() -> float:
        return next(
            float(metric["value"])
            for metric in developer.send("Performance.getMetrics")["metrics"]
            if metric["name"] == "TaskDuration"
        )

    page.goto(file.as_uri())
    page.wait_for_function(READY, timeout=120_000)
    opened_s = busy_s()
    page.evaluate(TOGGLE_S, min(toggles, 1))  # the first one also shows the panel
    before_s = busy_s()
    taken_s = page.evaluate(TOGGLE_S, toggles)
    toggle_busy_s = (busy_s() - before_s) / max(1, toggles)
    painted_s = page.evaluate(PAINTED_S)
    window.close()
    toggle_s = statistics.median(taken_s) if taken_s else math.nan
    return Opening(painted_s, toggle_s, opened_s, toggle_busy_s, len(asked_for) - 1, len(complaints))
