"""Every word a reader sees exists in both languages."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

import siting.language
from siting.language import LANGUAGES, word

FILES = sorted((Path(siting.language.__file__).parent / "words").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_both_languages_with_the_same_blanks(file: Path) -> None:
    """A blank that only one language fills would lose a number in the other."""
    for key, entry in tomllib.loads(file.read_text("utf-8")).items():
        assert set(entry) == set(LANGUAGES), key
        blanks = [{name for _, name, _, _ in string.Formatter().parse(entry[lang]) if name} for lang in LANGUAGES]
        assert blanks[0] == blanks[1], key
        assert all(text.strip() for text in entry.values()), key


def test_every_note_has_its_text_and_every_text_its_note() -> None:
    """A note without a text would stop the report that says it; a text without a note is dead."""
    package = Path(siting.language.__file__).parent
    named = {
        node.value
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and re.fullmatch(r"(note|topic)_\w+", str(node.value))
    }
    written = {key for file in FILES for key in tomllib.loads(file.read_text("utf-8"))}
    assert named == {key for key in written if key.startswith(("note_", "topic_"))}


def test_words_follow_the_number() -> None:
    """One barrier is and costs, two are and cost."""
    said = [word("note_barriers_unknown", "en", count=count, kinds="moat") for count in (1, 2)]
    assert said == [
        "1 barrier is of a kind the profile does not know (moat) and costs no time.",
        "2 barriers are of a kind the profile does not know (moat) and cost no time.",
    ]


def test_an_unknown_word_is_a_fault_of_ours() -> None:
    """It stops at once instead of printing its key to an official."""
    with pytest.raises(KeyError):
        word("no such word", "en")
