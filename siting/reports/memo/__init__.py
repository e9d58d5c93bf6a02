"""The memo: what is proposed and why, as a Word document and as one HTML page with the same content."""

from __future__ import annotations

from pathlib import Path

from siting.proposal import Proposal
from siting.reports.memo.content import memo
from siting.reports.memo.page import write_page
from siting.reports.memo.word_file import write_word_file

__all__ = ["memo", "write_memo_html", "write_memo_word"]


def write_memo_word(proposal: Proposal, path: Path) -> None:
    """Write the memo as a .docx; equal proposals are equal bytes."""
    write_word_file(memo(proposal), path)


def write_memo_html(proposal: Proposal, path: Path) -> None:
    """Write the memo as one HTML page with its pictures inside, which asks no other host for anything."""
    write_page(memo(proposal), path)
