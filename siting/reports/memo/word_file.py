"""The memo as a Word document (.docx)."""

from __future__ import annotations

import datetime
import io
from functools import singledispatch
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from siting.language import Language
from siting.made_by import made_by
from siting.printable import printable
from siting.reports.memo.document import Block, Document, Grid, Paragraph, Picture, Points, numbered
from siting.reports.shown import text_width
from siting.reports.timeless import write_timeless

_TEXT_WIDTH = Cm(16.0)
_BODY, _HEADS = ("Times New Roman", "宋体"), ("Arial", "黑体")
"""Latin and Chinese letters: Song for text and Hei for headings, as Chinese offices print them."""
_NAVY = RGBColor(0x1F, 0x3A, 0x5F)


def write_word_file(document: Document, path: Path) -> None:
    """Write the document on A4 with page numbers; equal documents are equal bytes."""
    word = docx.Document()
    _dress(word, document.language)
    _write_text(word.add_paragraph(style="Title"), document.title)
    _write_text(word.add_paragraph(style="Subtitle"), document.subtitle)
    if document.notice:
        run = _write_text(word.add_paragraph(), document.notice)
        run.runs[0].font.color.rgb, run.runs[0].bold = RGBColor(0x9C, 0x1C, 0x2E), True
    for number, section in numbered(document.sections, document.language):
        gap = "" if document.language == "zh" else "  "
        heading = _write_text(word.add_paragraph(style=f"Heading {section.level}"), f"{number}{gap}{section.title}")
        heading.paragraph_format.page_break_before = section.level == 2  # a sheet for each site, to be taken out alone
        for block in section.blocks:
            _put(block, word)
    _number_pages(word)
    made = datetime.datetime.fromisoformat(document.created[:10])
    facts = word.core_properties
    facts.title, facts.author, facts.created, facts.modified = printable(document.title)[:255], "siting", made, made
    facts.comments = made_by()
    stamped = io.BytesIO()
    word.save(stamped)
    write_timeless(stamped, path)


@singledispatch
def _put(block: Block, word: WordDocument) -> None:
    raise TypeError(f"{type(block).__name__} is no block of a document")


@_put.register
def _(block: Paragraph, word: WordDocument) -> None:
    paragraph = _write_text(word.add_paragraph(), block.text)
    for run in paragraph.runs if block.is_lead else ():
        run.bold, run.font.size = True, Pt(12.5)


@_put.register
def _(block: Points, word: WordDocument) -> None:
    for item in block.items:
        _write_text(word.add_paragraph(style="List Bullet"), item)


@_put.register
def _(block: Picture, word: WordDocument) -> None:
    place = word.add_paragraph()
    place.paragraph_format.keep_with_next = True
    place.add_run().add_picture(io.BytesIO(block.png), width=int(_TEXT_WIDTH * block.width))
    _write_text(word.add_paragraph(style="Caption"), block.caption)


@_put.register
def _(block: Grid, word: WordDocument) -> None:
    if block.caption:
        caption = _write_text(word.add_paragraph(style="Caption"), block.caption)
        caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(block.header), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        _fill(cell, text, is_head=True)
    _set(table.rows[0], "w:tblHeader")  # printed again on every page that the table runs over
    widths, are_figures = _widths(block), block.are_figures()
    for texts in block.rows:
        row = table.add_row()
        _set(row, "w:cantSplit")
        for cell, text, is_figure in zip(row.cells, texts, are_figures, strict=True):
            _fill(cell, text)
            if is_figure:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # LibreOffice looks here, Word at the cells
        for cell in column.cells:
            cell.width = width
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _widths(block: Grid) -> list[int]:
    """Widths of the columns by the texts in them: a long one gets more room, none less than its share of a third."""
    wanted = [min(60, max(map(text_width, texts))) + 2 for texts in zip(block.header, *block.rows, strict=True)]
    share = [0.3 / len(wanted) + 0.7 * each / sum(wanted) for each in wanted]
    return [int(_TEXT_WIDTH * each) for each in share]


def _fill(cell: _Cell, text: str, *, is_head: bool = False) -> None:
    paragraph = _write_text(cell.paragraphs[0], text)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.0
    for run in paragraph.runs:
        run.font.size, run.bold = Pt(8.5), is_head
    if is_head:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E9EEF4")
        cell._tc.get_or_add_tcPr().append(shade)  # python-docx has no call for the ground of a cell


def _set(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _write_text(paragraph: WordParagraph, text: str) -> WordParagraph:
    paragraph.add_run(printable(text))
    return paragraph


def _dress(word: WordDocument, language: Language) -> None:
    """A4, the fonts of both scripts, quiet headings."""
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2.4)
    sizes = {"Normal": 10.5, "Title": 20.0, "Subtitle": 10.0, "Heading 1": 14.0, "Heading 2": 11.5, "Caption": 9.0,
             "List Bullet": 10.5}  # fmt: skip
    for name, size in sizes.items():
        style = word.styles[name]
        if not isinstance(style, ParagraphStyle):
            continue
        latin, chinese = _BODY if name in ("Normal", "List Bullet", "Caption", "Subtitle") else _HEADS
        style.font.name, style.font.size, style.font.italic = latin, Pt(size), False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)  # a theme's font goes before the one named here
        fonts.set(qn("w:eastAsia"), chinese)
        if name != "Normal":
            style.font.color.rgb = _NAVY if latin == _HEADS[0] else RGBColor(0x3A, 0x46, 0x53)
    normal = word.styles["Normal"]
    if isinstance(normal, ParagraphStyle):
        normal.paragraph_format.line_spacing = 1.3 if language == "zh" else 1.15
        normal.paragraph_format.space_after = Pt(4)


def _number_pages(word: WordDocument) -> None:
    """The page's number at the foot, filled in by whoever lays the pages out."""
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.alignment = 1
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
