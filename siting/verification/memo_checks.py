"""The memo says the headline and the key figures as the summary has them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from zipfile import BadZipFile

from siting.tables import some
from siting.verification.claim import Claim
from siting.verification.packed import opened
from siting.verification.texts import plain_text
from siting.verification.written import Written


def check_memo(written: Written) -> Iterator[Claim]:
    """Headline, labels and texts of the key figures each stand alone in a paragraph or a cell, in Word and in HTML."""
    keys = ("label", "today_text", "proposed_text") if len(written.states) > 1 else ("label", "today_text")
    told = [written.summary["headline"], *(row[key] for row in written.summary["key_figures"] for key in keys)]
    printed = [plain_text(text) for text in told]
    for name, read in (("memo.docx", _word_texts), ("memo.html", _page_texts)):
        path = written.folder / name
        if path.is_file():
            try:
                said = set(read(path))
            except (BadZipFile, KeyError, OSError, RuntimeError, ValueError, zlib.error) as fault:
                about = f"texts of {name}, which cannot be opened ({fault}) and may have been cut off"
                yield Claim(about, "none", len(printed), agrees=False)
                continue
            missing = [text for text in printed if text not in said]
            found = f"all but {some(map(repr, missing), 3)}" if missing else len(printed)
            yield Claim(f"texts of {name}", found, len(printed), agrees=not missing)


def _word_texts(path: Path) -> list[str]:
    """The text of each paragraph, those in cells too; read as text, since a parser follows what a stranger wrote."""
    with opened(path) as archive:
        xml = archive.read("word/document.xml").decode("utf-8")
    return [unescape("".join(re.findall(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>", part))) for part in xml.split("</w:p>")]


def _page_texts(path: Path) -> list[str]:
    """The text of each paragraph and cell."""
    return [unescape(text) for text in re.findall(r"<(?:p|td)(?: [^<>]*)?>([^<]*)</(?:p|td)>", path.read_text("utf-8"))]
