"""Text that anybody may have written, made fit to be shown: nothing in it is hidden, turned around or run."""

from __future__ import annotations

import re

_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters: a terminal obeys them, XML refuses them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of writing (Unicode TR 36)
    "\ud800-\udfff\ufffe\uffff"  # no characters
)
_DROPPED = re.compile(f"[{_HIDDEN}]")
_ESCAPED = re.compile(f"[{_HIDDEN}\r]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet computes (OWASP, CSV Injection), the wide ones in Chinese."""


def printable(text: str) -> str:
    r"""
    Text without the characters that no reader sees: control characters, marks that turn the direction of writing.

    XML, and so a .docx, refuses the former and no font has them; the latter make a name read as another.

    Examples
    --------
    >>> printable("Main\x07 \u202eteertS")
    'Main teertS'
    """
    return _DROPPED.sub("", text)


def visible(text: str) -> str:
    r"""
    The same characters as their escapes, for messages, terminals and JSON: there it may matter that they are there.

    Lines stay lines.

    Examples
    --------
    >>> visible("Main\x1b[2J\n\u202eteertS")
    'Main\\u001b[2J\n\\u202eteertS'
    """
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def unformulaic(text: str) -> str:
    """
    Printable text that a spreadsheet shows and never runs: a leading apostrophe where it would read a formula.

    Examples
    --------
    >>> unformulaic("=HYPERLINK(1)"), unformulaic("站1")
    ("'=HYPERLINK(1)", '站1')
    """
    kept = printable(text)  # first: dropping a character may bring a formula's sign to the front
    return f"'{kept}" if kept.startswith(_FORMULA) else kept
