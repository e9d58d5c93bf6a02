"""The memo as one HTML page."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from siting.made_by import made_by
from siting.printable import printable
from siting.reports.memo.document import Block, Document, Grid, Paragraph, Picture, Points, numbered

_STYLE = """
body{max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b2733;line-height:1.6;
  font-family:"Source Han Serif SC","Noto Serif CJK SC",SimSun,Georgia,serif}
h1,h2,h3,.lead,th{font-family:"Source Han Sans SC","Noto Sans CJK SC",SimHei,"Segoe UI",Arial,sans-serif}
h1{font-size:1.7rem;margin-bottom:0}h2{font-size:1.25rem;border-bottom:2px solid #1f3a5f;margin-top:2.2rem}
h3{font-size:1.05rem;margin-top:1.6rem}.lead{font-weight:600;font-size:1.1rem}.notice{color:#9c1c2e;font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.86rem;margin:.4rem 0 1rem}caption{text-align:left;font-weight:600}
th,td{border:1px solid #c9d0d8;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#e9eef4}
.figure{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:1rem 0;break-inside:avoid}img{max-width:100%}figcaption,.subtitle{color:#5b6875;font-size:.86rem}
tr{break-inside:avoid}thead{display:table-header-group}@media print{body{max-width:none;margin:0}}
"""
_TAGS = {"zh": "zh-CN", "en": "en"}


def write_page(document: Document, path: Path) -> None:
    """Write the document as HTML; every text is escaped, pictures stand inside."""
    body = [f"<h1>{_text(document.title)}</h1>", f'<p class="subtitle">{_text(document.subtitle)}</p>']
    if document.notice:
        body.append(f'<p class="notice">{_text(document.notice)}</p>')
    for number, section in numbered(document.sections, document.language):
        tag = f"h{section.level + 1}"
        gap = "" if document.language == "zh" else " "
        body.append(f"<{tag}>{number}{gap}{_text(section.title)}</{tag}>")
        body.extend(map(_block, section.blocks))
    page = (
        f'<!DOCTYPE html>\n<html lang="{_TAGS[document.language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="generator" content="{made_by()}">'
        f"<title>{_text(document.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
    )
    path.write_text(page + "\n".join(body) + "\n</body></html>\n", encoding="utf-8")


def _text(text: str) -> str:
    return escape(printable(text))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text, is_lead):
            return f"{'<p class=lead>' if is_lead else '<p>'}{_text(text)}</p>"
        case Points(items):
            return "<ul>" + "".join(f"<li>{_text(item)}</li>" for item in items) + "</ul>"
        case Grid(caption, header, rows):
            head = "".join(f"<th>{_text(name)}</th>" for name in header)
            cells = ["<td class=figure>" if is_figure else "<td>" for is_figure in block.are_figures()]
            lines = "".join(
                "<tr>" + "".join(f"{cell}{_text(text)}</td>" for cell, text in zip(cells, row, strict=True)) + "</tr>"
                for row in rows
            )
            above = f"<caption>{_text(caption)}</caption>" if caption else ""
            return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
        case Picture(png, caption, width):
            told, data = _text(caption), base64.b64encode(png).decode("ascii")
            image = f'<img style="width:{100 * width:g}%" alt="{told}" src="data:image/png;base64,{data}">'
            return f"<figure>{image}<figcaption>{told}</figcaption></figure>"
