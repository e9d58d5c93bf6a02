"""The map works without internet, shows names as text, is the same every time, and stays small."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from siting.drawing.offline import page_of
from siting.full_alarm import AlarmAnswer
from siting.language import LANGUAGES, Language, word
from siting.proposal import Proposal
from siting.reports import headline
from siting.reports import map as map_room
from siting.reports.map import proposal_map, write_map
from siting.reports.map.band_layers import band_layers
from siting.reports.map.drawn_layer import drawn_layers
from siting.reports.map.facility_layers import SHOWN_AS
from siting.reports.map.shapes import page_json
from siting.reports.shown import percent_at_least
from tests.reports.handmade import NASTY, make_proposal

LOADING = {"src", "href", "data", "action", "poster", "srcset"}


class References(HTMLParser):
    """Collects what a browser would fetch, and the text of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in LOADING]

    def handle_data(self, data: str) -> None:
        self.inline.append(data)


@pytest.fixture
def page(proposal: Proposal, tmp_path: Path) -> str:
    write_map(proposal, tmp_path / "map.html")
    return (tmp_path / "map.html").read_text("utf-8")


def data_of(page: str) -> dict:
    """What the page hands to its script."""
    return json.loads(page[page.index("drawSitingMap(map_siting, ") + 26 : page.rindex(");")])


def test_nothing_is_fetched(page: str) -> None:
    """No element loads a file, no style imports one, no tile server is named; Leaflet and jQuery stand in the page."""
    references = References()
    references.feed(page)
    assert references.fetched == []
    text = "".join(references.inline)
    assert not re.search(r"@import|url\((?!data:|#)|sourceMappingURL|cdn\.|unpkg|jsdelivr|tile\.openstreetmap", text)
    assert "Leaflet 1.9" in text
    assert "jQuery v3" in text


def test_addresses_in_the_page_are_names_only(page: str) -> None:
    """Whatever looks like an address is an XML name space or a word in the library's own comments."""
    hosts = set(re.findall(r"https?://([\w.]+)", page))
    assert hosts <= {"www.w3.org", "leafletjs.com", "bugzilla.mozilla.org"}


def test_online_tiles_are_an_option(proposal: Proposal) -> None:
    """Only when asked for is a tile server named."""
    assert "tile.openstreetmap.org" in page_of(proposal_map(proposal, online_tiles=True)).render()


def test_names_stay_text(page: str) -> None:
    """A name with script, braces and back-ticks is data; the page ends no script early and computes nothing."""
    assert "<script>alert" not in page
    assert "`49`" not in page
    titles = [f["properties"]["t"] for layer in data_of(page)["layers"] for f in layer["data"]["features"]
              if "t" in f["properties"]]  # fmt: skip
    assert f"{NASTY} (A)" in titles
    assert page_json({"name": "Main \u202eteertS"}) == '{"name":"Main teertS"}'


def test_the_same_every_time(proposal: Proposal) -> None:
    """No random names: two maps of one proposal are equal to the last character."""
    assert page_of(proposal_map(proposal)).render() == page_of(proposal_map(proposal)).render()


def test_what_the_page_says(page: str, proposal: Proposal) -> None:
    """Headline, notice, rule set, clock, date, credit, and each layer with its amount."""
    told = data_of(page)
    assert told["headline"] == headline(proposal)
    assert told["notice"] == "SYNTHETIC"
    assert told["about"] == [
        "Judged by A standard",
        "2 min 40 s limit − 1 min turnout = 1 min 40 s of driving",
    ]
    assert told["corner"].startswith("Made 2026-01-02")
    assert told["credit"] == "© nobody"
    amounts = {(layer["key"], layer["state"]): layer["amount"] for layer in told["layers"]}
    assert amounts["gaps", "today"] == "750 people"
    assert amounts["gaps", "proposed"] == "50 people"
    assert amounts["station_existing", ""] == amounts["station_proposed", "proposed"] == "1"
    assert amounts["hydrant_not_used", ""] == "1"


def test_a_popup_of_either_state_tells_both(page: str, proposal: Proposal) -> None:
    """Stations and units show in today and proposed alike: a number that differs is told with both, in their order."""
    rows = {
        (layer["key"], feature["properties"]["t"]): dict(feature["properties"]["r"])
        for layer in data_of(page)["layers"]
        for feature in layer["data"]["features"]
        if "t" in feature["properties"]
    }
    (standing,) = (told for (key, _), told in rows.items() if key == "station_existing")
    own = [situation.districts.loc["A"] for situation in proposal.situations]
    assert standing["people served (today → proposed)"] == " → ".join(f"{each.people:,.0f}" for each in own)
    (new,) = (told for (key, _), told in rows.items() if key == "station_proposed")
    assert not [label for label in new if "→" in label]  # it serves nobody today
    for unit_id, name in proposal.area.units["name"].items():
        today, proposed = (situation.units.share_people[unit_id] for situation in proposal.situations)
        told = rows["units", name]
        expected = f"{percent_at_least(today)} → {percent_at_least(proposed)}"
        assert told.get("people covered (today → proposed)", told.get("people covered")) in (
            expected,
            percent_at_least(today),
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_judged_map_of_districts_has_its_own_switch(proposal: Proposal, language: Language) -> None:
    """Drawn, redrawn and planned: three entries of the legend, each with a style of its own."""
    square = gpd.GeoSeries([shapely.box(0, 0, 9, 9)], ["A"], crs=proposal.area.crs)
    table = gpd.GeoDataFrame(
        {"class": "", "area_km2": 1.0, "people": 9.0, "worst_s": 60.0, "broken": [()]}, geometry=square
    )
    report = SimpleNamespace(districts=table, verdicts=())
    maps = dict.fromkeys(("drawn", "redrawn", "planned"), report)
    told = SimpleNamespace(judged=maps, language=language, demand=proposal.demand, area=proposal.area)
    layers = list(drawn_layers(told))
    script = (Path(map_room.__file__).parent / "symbols.js").read_text("utf-8")
    styled = re.search(r"Object.entries\(\{ (drawn: .*) \}\)", script)
    assert styled is not None
    assert [layer.key for layer in layers] == [f"districts_{name}" for name in re.findall(r"(\w+):", styled[1])]
    assert len({layer.label for layer in layers}) == 3


def test_gaps_are_patches(page: str) -> None:
    """Today two cells of the street and the yard are gaps: two patches, with the worst drive of each."""
    gaps = next(layer for layer in data_of(page)["layers"] if layer["key"] == "gaps" and layer["state"] == "today")
    rows = [dict(feature["properties"]["r"]) for feature in gaps["data"]["features"]]
    assert [row["area"] for row in rows] == ["2 km²", "1 km²"]
    assert [row["longest drive"] for row in rows] == ["3 min 30 s", "no station can drive there"]
    assert rows[1]["reason"] == "no road near"


@pytest.mark.parametrize(("kind", "status"), SHOWN_AS)
def test_every_facility_has_words_and_a_style(kind: str, status: str) -> None:
    """A kind and status that can be drawn has a name in both languages, and a symbol in the script."""
    assert all(word(f"map_{kind}_{status}", language) for language in LANGUAGES)
    script = (Path(map_room.__file__).parent / "symbols.js").read_text("utf-8")
    assert re.search(rf"^    {kind}_{status}: [\[{{]", script, re.MULTILINE)


def test_an_audit_has_no_switch(audit: Proposal) -> None:
    """Without a plan there are today and what-if, and nothing proposed to look at."""
    told = data_of(page_of(proposal_map(audit)).render())
    assert [state for state, _ in told["states"]] == ["today", "what_if"]
    assert {layer["state"] for layer in told["layers"]} == {"", "today"}


def test_chinese() -> None:
    """Labels in Chinese where the proposal is."""
    told = data_of(page_of(proposal_map(make_proposal(language="zh"))).render())
    assert told["states"] == [["today", "现状"], ["proposed", "规划"], ["difference", "变化"], ["what_if", "试算"]]
    assert "现有消防站" in [layer["label"] for layer in told["layers"]]


def test_it_stays_a_folium_map(proposal: Proposal) -> None:
    """A user's own folium layers can be added."""
    drawn = proposal_map(proposal)
    folium.CircleMarker([30.7, 116.0]).add_to(drawn)
    assert "L.circleMarker" in page_of(drawn).render()


@pytest.mark.slow
def test_large_layers_stay_small_and_quick(proposal: Proposal, tmp_path: Path) -> None:
    """20,000 edges and 3,000 hydrants: under 5 MB, and in seconds (the target is 3; a loaded machine gets 10)."""
    network, n = proposal.network, 20_000
    rng = np.random.default_rng(0)
    start = rng.uniform([400_000, 3_400_000], [420_000, 3_420_000], (n, 2))
    coords = (start[:, None, :] + rng.uniform(-60, 60, (n, 4, 2)).cumsum(axis=1)).reshape(-1, 2)
    many = network.edges.iloc[rng.integers(0, 4, n)].reset_index(drop=True)
    hydrants = proposal.facilities["hydrant"].iloc[rng.integers(0, 3, 3000)].copy()
    hydrants.index = [f"h{i}" for i in range(3000)]
    large = replace(
        proposal,
        # No two edges meet: what a station reaches is not what is timed here.
        network=replace(network, edges=many, coords=coords, coord_ptr=np.arange(0, 4 * n + 1, 4),
                        node_id=np.arange(2 * n), x=coords[:, 0].reshape(n, 4)[:, [0, 3]].ravel(),
                        y=coords[:, 1].reshape(n, 4)[:, [0, 3]].ravel(),
                        edge_from=np.arange(0, 2 * n, 2, np.uint32), edge_to=np.arange(1, 2 * n, 2, np.uint32),
                        edge_length_m=np.full(n, 100.0), is_main=np.ones(n, dtype=bool),
                        forward_ms=np.full(n, 6000, np.int32), backward_ms=np.full(n, 6000, np.int32)),
        facilities={**proposal.facilities, "hydrant": hydrants},
    )  # fmt: skip
    began = time.process_time()
    write_map(large, tmp_path / "map.html")
    assert time.process_time() - began < 10
    assert (tmp_path / "map.html").stat().st_size < 5_000_000


def test_land_by_when_all_engines_are_there(proposal: Proposal) -> None:
    """Two engines within 200 s: A alone never sends both; with B they take 150 s in the middle, 210 s at the ends."""
    cells = pd.DataFrame({"today_all_there_s": np.inf, "proposed_all_there_s": [210, 150, 150, 210, np.inf]})
    table = pd.DataFrame({"measure": ["share_people_all"], "today": [0.0], "proposed": [500 / 1050]})
    alarmed = replace(proposal, full_alarm=AlarmAnswer(2.0, 100.0, 200.0, cells.set_index(proposal.cells.index), table))
    today, proposed = [layer for layer in band_layers(alarmed) if layer.key == "full_alarm"]
    shown = [[feature["properties"]["s"] for feature in layer.data["features"]] for layer in (today, proposed)]
    assert shown == [["band_5"], ["band_1", "band_3", "band_5"]]
    assert (proposed.label, proposed.amount) == ("all 2 engines there (limit 3 min 20 s)", "47.6 % of people")
    limits = ["≤ 1 min 40 s", "≤ 2 min 30 s", "≤ 3 min 20 s", "≤ 5 min", "≤ 6 min 40 s"]
    assert [text for _, text in proposed.classes] == [*limits, "> 6 min 40 s, or never all of them"]


@pytest.mark.parametrize("is_covered", [True, False])
def test_everything_or_nothing_covered(proposal: Proposal, is_covered: bool) -> None:
    """A map without any gap, and one where no station arrives anywhere."""
    cells = proposal.today.cells.assign(is_covered=is_covered, reason="" if is_covered else "unreachable")
    if not is_covered:
        cells = cells.assign(travel_time_s=np.inf, response_time_s=np.inf, site_id="")
    told = data_of(page_of(proposal_map(replace(proposal, today=replace(proposal.today, cells=cells)))).render())
    gaps = next(layer for layer in told["layers"] if layer["key"] == "gaps" and layer["state"] == "today")
    assert gaps["amount"] == ("0 people" if is_covered else "1,050 people")


def test_every_word_that_a_script_asks_for_is_on_the_page(page: str) -> None:
    """A word without text would show as "undefined"; one that nobody asks for would be carried for nothing."""
    folder = Path(map_room.__file__).parent
    asked = set(re.findall(r"words\.(\w+)", "".join(file.read_text("utf-8") for file in folder.glob("*.js"))))
    assert asked <= data_of(page)["words"].keys()
    assert data_of(page)["words"].keys() - asked <= {"difference"}
