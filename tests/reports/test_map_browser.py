"""The map as a reader has it in a browser: quiet, alone, and computing what siting computes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from benchmarks.map_town import town
from siting.proposal import Answers, PhaseAnswer, Proposal
from siting.reports.figures import KeyFigure, districts_over_cap, figure_text, key_figures
from siting.reports.map import coverage_layers, what_if
from siting.reports.map.what_if import FIGURES
from siting.rules import Situation, measure
from tests.reports.browser import Opened, changed, coarse, opened
from tests.reports.handmade import NASTY, make_proposal

HASHES = {
    ("proposed", 1280, 860): "bbbbbabbbbbbfffffffffedfeffffffffeefeeefffffffffeeeffffffeffeeeffffffeff"
    "eeeeeeeeefffefffffffeeffeeeeefefeeffeeeeeeeeefffffffffffffffeffffeeeeeee",
    ("what_if", 1280, 860): "bbbbbabbbbbbffffffffffedeeeffffffefeeeffffffffefeefeffffffffeeffeeffffff"
    "feffeeeeeeffffffeeeeeffffffffeeeefffffffffffffffffffffffffffeffffeeeeeee",
    ("difference", 390, 844): "baaaaaaaaabbedddeeeeefeffefeedbbbfeffeffffffffffefffffffffffffffffffffff"
    "eeeeffffffffdddeffffffffdeeeeebbbbbaeeeeeeddddddffffffffffffeeefeeeeeeff",
}
"""By state, width and height: the picture as `coarse` sees it."""
MOST_CHANGED = 8
"""Squares: other fonts break lines elsewhere; a layer, the legend or the panel that is gone changes more."""


PAINTED = """(places) => places.map(([lat, lon]) => {
    const canvas = document.querySelector(".leaflet-siting-ground-pane canvas");
    const at = map_siting.latLngToLayerPoint([lat, lon]).subtract(L.DomUtil.getPosition(canvas));
    return canvas.getContext("2d").getImageData(at.x, at.y, 1, 1).data[3] > 0; })"""
"""Whether each place is painted."""


ON_SCREEN = """(place) => {
    const { x, y } = map_siting.latLngToContainerPoint(place);
    const box = map_siting.getContainer().getBoundingClientRect();
    return [x + box.left, y + box.top]; }"""
"""Where a place is in the window."""


def assessed(proposal: Proposal) -> Proposal:
    """The same with caps of its own on a third of the land, and places of every kind."""
    cells = proposal.cells
    third = np.arange(len(cells)) % 3 == 0
    place = np.array(["urban", "near_suburb", "other"])[np.arange(len(cells)) * 3 // len(cells)]
    return replace(proposal, cells=cells.assign(cap_km2=np.where(third, 0.05, np.nan), place=place))


def places() -> list[list[float]]:
    """Latitude and longitude of the middle of each cell."""
    centres = make_proposal().area.cells.geometry.centroid.to_crs("EPSG:4326")
    return [[point.y, point.x] for point in centres]


@pytest.fixture
def map_page(browser: Browser, proposal: Proposal, tmp_path: Path) -> Opened:
    return opened(browser, proposal, tmp_path)


def switched(proposal: Proposal, is_open: dict[str, bool]) -> Situation:
    """What siting itself measures of a choice of stations."""
    stations = proposal.facilities["station"]
    chosen = stations[stations.index.map(is_open)]
    return measure("proposed", proposal.network, proposal.area, proposal.cells, chosen, proposal.ruleset)


def printed(proposal: Proposal, situation: Situation) -> dict[str, str]:
    """The figures that siting itself prints of it."""
    shown: list[KeyFigure] = key_figures(replace(proposal, proposed=situation))
    return {f.key: figure_text(f.proposed, f.unit, proposal.language) for f in shown if f.key in FIGURES}


def test_it_is_quiet_and_alone(map_page: Opened) -> None:
    """Through all states, two maps and a print: no complaint, and nothing asked for but the file itself."""
    for state in ("today", "difference", "what_if", "proposed"):
        map_page.state(state)
    map_page.page.check(".compare input")
    map_page.page.uncheck(".compare input")
    map_page.page.emulate_media(media="print")
    map_page.page.wait_for_timeout(300)
    assert map_page.complaints == []
    assert [url.rpartition("/")[2] for url in map_page.asked_for] == ["map.html"]


def test_names_stay_text(map_page: Opened) -> None:
    """A name with script, braces and back-ticks is shown as it is, in the search, its pop-up and the panel."""
    page = map_page.page
    page.fill(".siting-search input", "alert(1)")
    page.keyboard.press("Enter")
    assert page.text_content(".siting-popup b") == f"{NASTY} (A)"
    map_page.state("what_if")
    assert NASTY in (page.text_content(".siting-panel .sites") or "")
    assert page.evaluate("document.querySelectorAll('.siting-popup script, .siting-panel script').length") == 0
    assert map_page.complaints == []


@pytest.mark.parametrize(("asked", "title"), [("东", "东镇"), ("three", None), ("b", "B"), ("main", None)])
def test_search(map_page: Opened, asked: str, title: str | None) -> None:
    """Units and stations are found by a part of their name or id, with a pop-up; a road is gone to."""
    page = map_page.page
    page.fill(".siting-search input", asked)
    assert page.locator("#siting-found li").count() >= 1
    before = page.evaluate("map_siting.getZoom()")
    page.keyboard.press("Enter")
    if title:
        assert page.text_content(".siting-popup b") == title
    elif asked == "main":
        page.wait_for_function(f"map_siting.getZoom() > {before}")
    else:
        assert page.text_content("#siting-found") == "nothing found"


def test_layers_follow_the_legend(map_page: Opened) -> None:
    """An entry switches its layer; stations proposed are not there today; classes go with their entry."""
    page = map_page.page
    icons = page.locator(".siting-icon")
    assert icons.count() == 2
    page.uncheck("input[data-layer=station_existing]")
    assert icons.count() == 1
    assert page.locator(".siting-legend .class").count() == 1
    page.uncheck("input[data-layer=gaps]")
    assert page.locator(".siting-legend .class").count() == 0
    map_page.state("today")
    assert icons.count() == 0
    assert page.locator("input[data-layer=station_proposed]").count() == 0


def test_what_if_of_every_choice(map_page: Opened, proposal: Proposal) -> None:
    """For each of the eight choices among three sites the panel prints what siting prints."""
    map_page.state("what_if")
    assert map_page.figures() == printed(proposal, switched(proposal, {"A": True, "B": True, "C": False}))
    for choice in product([True, False], repeat=3):
        is_open = dict(zip("ABC", choice, strict=True))
        if any(choice):
            assert map_page.switch(is_open) == printed(proposal, switched(proposal, is_open))
    assert map_page.switch(dict.fromkeys("ABC", False))["people_not_covered"] == "1,050"


def test_the_gaps_follow_at_once(map_page: Opened) -> None:
    """Land is painted where no station as switched arrives in time, and nowhere else; the legend counts its people."""
    page = map_page.page
    map_page.state("what_if")
    for is_open, gaps, people in [
        ({"A": True, "B": False}, [False, False, True, True, True], "750 people"),
        ({"A": False, "B": True}, [True, True, False, False, True], "350 people"),
        ({"A": True, "B": True}, [False] * 4 + [True], "50 people"),
    ]:
        map_page.switch(is_open)
        assert page.evaluate(PAINTED, places()) == gaps
        assert page.text_content("label:has(input[data-layer=gaps]) .amount") == people


def test_districts_and_driving_times_follow(map_page: Opened) -> None:
    """By hand: A alone has four cells, one too many; with B each has two; without either nobody has any."""
    page = map_page.page
    map_page.state("what_if")
    for layer in ("gaps", "districts", "bands"):
        page.locator(f"input[data-layer={layer}]").click()
    districts, bands = (
        PAINTED.replace("pane canvas", f"pane canvas[data-painted={key}]") for key in ("districts", "bands")
    )
    for is_open, amount, over in [({"A": True, "B": False}, "1", 1), ({"A": True, "B": True}, "2", 0)]:
        map_page.switch(is_open)
        assert page.text_content("label:has(input[data-layer=districts]) .amount") == amount
        over_told = page.locator(".siting-legend .class", has_text="above their")
        assert over_told.text_content() == f"districts above their area limit: {over}"
        for painted in (districts, bands):
            assert page.evaluate(painted, places()) == [True] * 4 + [False]
    shades = page.evaluate(bands.replace(".data[3] > 0", ".data[0]"), places())
    assert shades[0] == shades[3] != shades[1] == shades[2]  # 30 s and 90 s away
    map_page.switch({"A": False, "B": False})
    assert page.evaluate(districts, places()) == [False] * 5


def test_a_painted_district_tells_of_itself(map_page: Opened) -> None:
    """A alone holds four cells of 1 km² where 3 may be, two of them within 100 s; its name stays text; B's is fine."""
    page = map_page.page
    map_page.state("what_if")
    page.locator("input[data-layer=districts]").click()
    told = (
        "[...document.querySelectorAll('.siting-popup tr')].map((row) => [...row.cells].map((one) => one.textContent))"
    )
    for is_open, title, rows in [
        ({"A": True, "B": False}, f"{NASTY} (A)", ["4 km²", "3 km²", "yes", "1,000", "3 min 30 s", "50.0 %"]),
        ({"A": True, "B": True}, "B", ["2 km²", "3 km²", "no", "700", "1 min 30 s", "100.0 %"]),
    ]:
        map_page.switch(is_open)
        page.locator(".siting-popup").wait_for(state="detached")  # it may tell of a district that is no longer
        x, y = page.evaluate(ON_SCREEN, places()[2])
        page.mouse.click(x, y)
        assert page.text_content(".siting-popup b") == f"district of {title}"
        labels = ["area", "limit", "above the limit", "people served", "longest drive", "land within the time"]
        assert page.evaluate(told) == [list(row) for row in zip(labels, rows, strict=True)]
    map_page.switch({"B": False})
    page.locator(".siting-popup").wait_for(state="detached")
    x, y = page.evaluate(ON_SCREEN, places()[4])
    page.mouse.click(x, y)
    assert page.locator(".siting-popup b", has_text="district of").count() == 0  # nobody comes there
    assert map_page.complaints == []


def test_what_does_not_follow_says_so(map_page: Opened) -> None:
    """Isochrones and findings are the proposal's: no switch, and a word why; in its own state they are whole."""
    page = map_page.page
    map_page.state("what_if")
    entry = page.locator("label:has(input[data-layer=isochrones])")
    assert entry.locator("small").text_content() == "does not follow the what-if"
    assert page.is_disabled("input[data-layer=isochrones]")
    assert page.text_content(".findings summary") == "findings: does not follow the what-if"
    assert page.locator(".finding").count() == 0
    assert page.locator("label.off:has(small)").count() == 1  # nothing else is left behind
    map_page.state("proposed")
    assert page.is_enabled("input[data-layer=isochrones]")
    assert page.locator(".finding").count() == 2


def test_a_click_on_the_map_switches(map_page: Opened) -> None:
    """The symbol of a station is its switch, by mouse and by keyboard."""
    page = map_page.page
    map_page.state("what_if")
    page.locator('.siting-icon[title="B"]').click()
    assert map_page.figures()["stations"] == "1"
    page.locator('.siting-icon[title="B"]').focus()
    page.keyboard.press("Enter")
    assert map_page.figures()["stations"] == "2"


def test_presets_and_years(browser: Browser, proposal: Proposal, tmp_path: Path) -> None:
    """Today, proposed, and each year of a phased plan are one touch away."""
    phases = (PhaseAnswer(2027, (), 300.0, 300.0, 300.0, 300.0, 0.0),
              PhaseAnswer(2030, ("B",), 1000.0, 1000.0, 1000.0, 1000.0, 0.0))  # fmt: skip
    plan = replace(proposal.plans[0], answers=Answers(phases=phases))
    told = opened(browser, replace(proposal, plans=(plan,)), tmp_path)
    told.state("what_if")
    not_covered = {"today": "750", "2027": "750", "2030": "50"}
    for step, (label, people) in enumerate(not_covered.items()):
        told.page.locator(".years input").fill(str(step))
        assert told.page.text_content(".years output") == label
        assert told.figures()["people_not_covered"] == people
    told.page.click("text=as today")
    assert told.figures()["stations"] == "1"
    told.page.click("text=as proposed")
    assert told.figures()["stations"] == "2"


def test_gaps_of_a_large_area_are_painted(
    browser: Browser, proposal: Proposal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are too many cells for shapes, today and proposed are painted from the same cells, on both maps."""
    monkeypatch.setattr(coverage_layers, "MOST_CELLS_AS_SHAPES", 4)
    told = opened(browser, proposal, tmp_path)
    assert told.page.evaluate(PAINTED, places()) == [False] * 4 + [True]
    told.state("today")
    assert told.page.evaluate(PAINTED, places()) == [False, False, True, True, True]
    told.page.check(".compare input")
    assert told.page.locator(".leaflet-siting-ground-pane canvas").count() == 2


def test_an_area_too_large_to_switch_says_so(
    browser: Browser, proposal: Proposal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for the times there is a reason instead of switches, and everything else works."""
    monkeypatch.setattr(what_if, "MOST_TIMES", 1)
    told = opened(browser, proposal, tmp_path)
    told.state("what_if")
    assert "too large" in (told.page.text_content(".siting-panel") or "")
    told.state("difference")
    assert told.page.locator(".siting-legend .class").count() == 3
    assert told.complaints == []


def test_a_sheet_shows_the_whole_area_beside_the_legend(map_page: Opened, tmp_path: Path) -> None:
    """On one A4 sheet nothing of the study area lies under the legend; afterwards the window is as it was."""
    page = map_page.page
    east = """() => [map_siting.latLngToContainerPoint(L.latLngBounds(%s).getNorthEast()).x
        + map_siting.getContainer().getBoundingClientRect().left,
        document.querySelector(".siting-legend").getBoundingClientRect().left, document.body.offsetWidth]"""
    west, south, right, north = make_proposal().area.cells.to_crs("EPSG:4326").total_bounds.tolist()
    east %= [[south, west], [north, right]]
    before = page.evaluate(east)
    page.evaluate("""(east) => addEventListener("beforeprint", () => { window.printed = eval(east)(); })""", east)
    page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True)
    edge, legend, width = page.evaluate("window.printed")
    assert width == 1060
    assert edge <= legend
    assert page.evaluate(east) == before
    assert (tmp_path / "map.pdf").read_bytes().count(b"/Type /Page\n") == 1


def test_painted_land_is_printed_as_it_is_shown(map_page: Opened, tmp_path: Path) -> None:
    """Chromium prints no pixels that are set while it is about to print: the canvas keeps those it has."""
    page = map_page.page
    map_page.state("difference")
    page.evaluate("""() => { const canvas = document.querySelector("[data-painted]");
        addEventListener("beforeprint", () => { window.kept = canvas.width; }); }""")
    page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True)
    assert page.evaluate("window.kept") == 1280


def test_difference(map_page: Opened) -> None:
    """What the proposal changes is counted in people."""
    map_page.state("difference")
    assert map_page.page.locator(".siting-legend .class").all_text_contents() == [
        "newly reached: 700 people", "still not reached: 50 people", "no longer reached: 0 people"
    ]  # fmt: skip


def test_side_by_side(map_page: Opened) -> None:
    """Today stands left of what is proposed, and both maps move together."""
    page = map_page.page
    page.check(".compare input")
    assert page.locator(".folium-map").count() == 2
    assert page.locator(".second .siting-icon").count() == 1
    page.evaluate("map_siting.setZoom(map_siting.getZoom() + 1, { animate: false })")
    caption = page.locator(".second .siting-caption").bounding_box()
    assert caption is not None
    assert caption["x"] < 640
    drawn = page.evaluate("[...document.querySelectorAll('.leaflet-overlay-pane canvas')].map((c) => c._leaflet_pos.x)")
    assert len(drawn) == 2
    page.uncheck(".compare input")
    assert page.locator(".folium-map").count() == 1


def test_measuring(map_page: Opened) -> None:
    """Two clicks give the distance that Leaflet gives between them; Escape ends it."""
    page = map_page.page
    page.click(".siting-measure")
    for x in (500, 700):
        page.mouse.click(x, 500)
    metres = page.evaluate("""(() => { const box = map_siting.getContainer().getBoundingClientRect();
        const at = (x) => map_siting.containerPointToLatLng([x - box.left, 500 - box.top]);
        return map_siting.distance(at(500), at(700)); })()""")
    assert page.text_content(".siting-length") == f"{metres:.0f} m"
    assert page.locator(".siting-popup").count() == 0
    page.keyboard.press("Escape")
    assert not page.is_visible(".siting-length")


def test_keyboard_reaches_everything(map_page: Opened) -> None:
    """Tab comes by the search, the switches of state, a layer, a station on the map and the switch of a site."""
    page = map_page.page
    map_page.state("what_if")
    page.evaluate("document.activeElement.blur()")
    told = """(({ tagName, type, className, dataset }) =>
        dataset.state || dataset.layer || `${tagName} ${type || ""} ${className}`.trim())(document.activeElement)"""
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(told))
    assert {"today", "what_if", "gaps", "INPUT search", "INPUT checkbox"} <= reached
    assert any("siting-icon" in name for name in reached)


@pytest.mark.parametrize(("state", "width", "height"), HASHES)
def test_pictures(browser: Browser, proposal: Proposal, tmp_path: Path, state: str, width: int, height: int) -> None:
    """Wide and on a phone the page looks as it looked: only few of 144 squares have another grey."""
    told = opened(browser, proposal, tmp_path, width=width, height=height)
    told.state(state)
    told.page.wait_for_timeout(300)
    picture = coarse(told.page, tmp_path)
    assert changed(picture, HASHES[state, width, height]) <= MOST_CHANGED, picture


def test_what_if_of_a_town(browser: Browser, tmp_path: Path) -> None:
    """Random choices among 14 stations with turnouts of their own: figures and districts equal to the last person."""
    proposal = town(900, 14, 10, 900)
    told = opened(browser, assessed(proposal), tmp_path)
    told.state("what_if")
    told.page.check("input[data-layer=districts]")
    random, ids = np.random.default_rng(1), list(proposal.facilities["station"].index)
    for _ in range(12):
        is_open = dict(zip(ids, (random.random(len(ids)) < 0.5).tolist(), strict=True))
        situation = switched(assessed(proposal), is_open)
        assert told.switch(is_open) == printed(proposal, situation)
        assert told.page.text_content("label:has(input[data-layer=districts]) .amount") == str(
            (situation.districts.area_km2 > 0).sum()
        )
        over = told.page.locator(".siting-legend .class", has_text="above their area limit").text_content()
        assert over == f"districts above their area limit: {districts_over_cap(situation)}"
