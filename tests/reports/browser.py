"""The map in Chromium without a network: what it complains of, asks for and shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import matplotlib.image
import numpy as np
from playwright.sync_api import Browser, Page

from siting.proposal import Proposal
from siting.reports.map import write_map

READY = "document.documentElement.dataset.ready === 'yes'"
SIDE = 12
"""Of a picture's hash, in squares."""


@dataclass
class Opened:
    """A page, everything it complained of, and every address it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)

    def state(self, name: str) -> None:
        """Press the button of a state."""
        self.page.click(f"button[data-state={name}]")

    def switch(self, is_open: dict[str, bool]) -> dict[str, str]:
        """Open and shut stations by id as a reader would, and return the figures of the panel by key."""
        self.page.evaluate(
            """(wanted) => { for (const row of document.querySelectorAll(".siting-panel .sites label")) {
                 const ids = Object.keys(wanted);
                 const id = ids.find((id) => row.textContent === id || row.textContent.endsWith(`(${id})`));
                 const box = row.querySelector("input");
                 if (id !== undefined && box.checked !== wanted[id]) box.click(); } }""",
            is_open,
        )
        return self.figures()

    def figures(self) -> dict[str, str]:
        """The what-if figures as printed, by key."""
        return dict(
            self.page.eval_on_selector_all(
                ".siting-panel td.now", "cells => cells.map((cell) => [cell.dataset.figure, cell.textContent])"
            )
        )


def opened(browser: Browser, proposal: Proposal, folder: Path, *, width: int = 1280, height: int = 860) -> Opened:
    """The proposal's map, written, opened and unpacked."""
    write_map(proposal, folder / "map.html")
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(120_000)  # what counts is that it comes: a busy machine shares its cores
    told = Opened(page)
    page.on("console", lambda said: told.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: told.complaints.append(str(fault)))
    page.on("dialog", lambda dialog: (told.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: told.asked_for.append(request.url))
    page.goto((folder / "map.html").as_uri())
    page.wait_for_function(READY)
    return told


def coarse(page: Page, folder: Path) -> str:
    """The picture as `SIDE` x `SIDE` squares, their grey as one of 16 digits: a letter or a pixel changes none by 2."""
    page.screenshot(path=folder / "page.png")
    grey = matplotlib.image.imread(folder / "page.png")[..., :3].mean(axis=2)
    bands = np.array_split(grey, SIDE)
    return "".join(f"{int(square.mean() * 15.99):x}" for band in bands for square in np.array_split(band, SIDE, axis=1))


def changed(picture: str, expected: str) -> int:
    """Squares that differ by 2 digits of 16 or more."""
    return sum(abs(int(a, 16) - int(b, 16)) > 1 for a, b in zip(picture, expected, strict=True))
