"""Every word a reader sees exists in both languages."""

from __future__ import annotations

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


def test_an_unknown_word_is_a_fault_of_ours() -> None:
    """It stops at once instead of printing its key to an official."""
    with pytest.raises(KeyError):
        word("no such word", "en")
