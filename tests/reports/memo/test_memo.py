"""The memo says what the tables say, in Word and in HTML alike, and is safe to open whatever names it holds."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from matplotlib.figure import Figure
from PIL import Image
from playwright.sync_api import Browser

from siting.proposal import Proposal
from siting.reports import headline, key_figures
from siting.reports.memo import maps, memo, write_memo_html, write_memo_word
from siting.reports.memo.document import Block, Grid, Paragraph, Picture, Points, Section, numbered
from tests.reports.handmade import NASTY, make_proposal


def blocks(proposal: Proposal) -> Iterator[Block]:
    return (block for section in memo(proposal).sections for block in section.blocks)


def word_texts(path: Path) -> list[str]:
    """Every paragraph and cell, in order."""
    file = docx.Document(str(path))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [*(line.text for line in file.paragraphs), *cells]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_says_headline_and_every_key_figure(language: str, tmp_path: Path) -> None:
    """As the map and the workbook print them, in either language and in both files."""
    proposal = make_proposal(language=language)
    write_memo_word(proposal, tmp_path / "memo.docx")
    write_memo_html(proposal, tmp_path / "memo.html")
    said, page = set(word_texts(tmp_path / "memo.docx")), (tmp_path / "memo.html").read_text("utf-8")
    told = [headline(proposal), *(text for figure in key_figures(proposal) for text in figure.row(language).values())]
    assert len(told) == 34
    assert [text for text in told if text not in said] == []
    assert [text for text in told if f">{text}<" not in page] == []


def test_each_new_station_has_a_sheet() -> None:
    """B is new and stands at the end of the street: first due for c2 and c3, which are newly covered, 700 people."""
    sections = memo(make_proposal()).sections
    sheets = [section for section in sections if section.level == 2]
    assert [section.title.split()[0] for section in sheets] == ["B"]
    facts = next(block for block in sheets[0].blocks if isinstance(block, Grid))
    rows = dict(facts.rows)
    assert rows["newly reached, this station being first"] == "700 people, 2 km²"
    assert rows["demand in its district"] == "700 people"
    assert any(
        "not screened" in item for block in sheets[0].blocks if isinstance(block, Points) for item in block.items
    )


def test_a_sheet_names_its_site() -> None:
    """B is not named by "Lot B2": letters inside a word are another lot's."""
    proposal = make_proposal()
    named = replace(proposal.proposed, stations=proposal.proposed.stations.assign(name="Lot B2"))
    titles = [section.title for section in memo(replace(proposal, proposed=named)).sections if section.level == 2]
    assert titles == ["B Lot B2"]


def test_an_audit_proposes_nothing() -> None:
    """One column of figures, one map, no chapter of a proposal, no proof."""
    document = memo(make_proposal(audit=True))
    assert [section.title for section in document.sections] == [
        "Summary", "Today against the standard", "Method, clock and proof", "Data, sources and their limits"
    ]  # fmt: skip
    figures = next(block for block in document.sections[0].blocks if isinstance(block, Grid))
    assert figures.header == ("figure", "today")


def test_pictures_are_maps_with_land_and_credit() -> None:
    """Each is a PNG of some size that is not one colour; the reached and the missed green and red are in it."""
    pictures = [block for block in blocks(make_proposal()) if isinstance(block, Picture)]
    assert len(pictures) == 2
    for picture in pictures:
        image = Image.open(io.BytesIO(picture.png)).convert("RGB")
        assert min(image.size) > 500
        colors = {color for _, color in image.getcolors(1 << 24) or ()}
        assert {(0xD5, 0xE8, 0xD8), (0x5A, 0xA4, 0x69)} <= colors


def test_ids_are_drawn_without_what_no_font_has() -> None:
    """A bell in the id of a station is no letter of any font: matplotlib would warn of it on every map."""
    proposal = make_proposal()
    stations = proposal.facilities["station"].rename(index={"B": "B\x07"})
    proposed = replace(proposal.proposed, stations=proposal.proposed.stations.rename(index={"B": "B\x07"}))
    axes = Figure().subplots()
    maps._stations(axes, replace(proposal, facilities={"station": stations}), proposed, named=True, only="B\x07")
    assert {text.get_text() for text in axes.texts} == {"A", "B"}


def test_notes_are_told(proposal: Proposal) -> None:
    """Every note of the proposal stands in the last chapter, word for word."""
    items = [item for block in memo(proposal).sections[-1].blocks if isinstance(block, Points) for item in block.items]
    assert proposal.notes
    for note in proposal.notes:
        assert f"{note.heading('en')}: {note.message('en')}" in items


def test_names_stay_text(proposal: Proposal, browser: Browser, tmp_path: Path) -> None:
    """A name with markup, a control character and a mark that turns the writing is text without the latter two."""
    named = replace(proposal, name=f"{NASTY}\x07\u202e")
    write_memo_word(named, tmp_path / "memo.docx")
    write_memo_html(named, tmp_path / "memo.html")
    title = f"{NASTY}: siting memo"
    assert word_texts(tmp_path / "memo.docx")[0] == title
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    page.goto((tmp_path / "memo.html").as_uri())
    assert page.text_content("h1") == title
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}


def test_equal_proposals_are_equal_files(proposal: Proposal, tmp_path: Path) -> None:
    """Written at another second of the clock, still the same bytes."""
    for name in ("a.docx", "b.docx"):
        write_memo_word(proposal, tmp_path / name)
        time.sleep(1.1 if name == "a.docx" else 0)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_word_prints_chinese_fonts_and_repeats_heads(tmp_path: Path) -> None:
    """Text in Song, headings in Hei; the head of a table comes again on the next page and no row is cut."""
    write_memo_word(make_proposal(language="zh"), tmp_path / "memo.docx")
    file = docx.Document(str(tmp_path / "memo.docx"))
    fonts = {name: file.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Heading 1")}
    assert fonts == {"Normal": "宋体", "Heading 1": "黑体"}
    assert file.paragraphs[3].text == "一、结论"
    for table in file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows[1:])


def test_chapters_are_counted_as_each_language_does() -> None:
    """Chapters beyond ten, and parts that begin again in each chapter."""
    sections = [Section("", ()), *(Section("", (), level=2) for _ in range(2)), *(Section("", ()) for _ in range(20))]
    assert [number for number, _ in numbered(sections, "en")][:5] == ["1", "1.1", "1.2", "2", "3"]
    chinese = [number for number, _ in numbered(sections, "zh")]
    assert (chinese[2], chinese[11], chinese[12], chinese[22]) == ("（二）", "十、", "十一、", "二十一、")


def test_a_lead_comes_first(proposal: Proposal) -> None:
    """What opens the memo is the sentence that answers the question."""
    assert next(blocks(proposal)) == Paragraph(headline(proposal), is_lead=True)
