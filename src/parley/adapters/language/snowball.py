"""The text analyser: Unicode words, English Snowball stems, bigrams for scripts without spaces."""

from collections.abc import Iterator
from itertools import pairwise
from unicodedata import normalize

import regex
import Stemmer

from parley.adapters.language.sentences import sentence_ranges
from parley.adapters.language.words import ENGLISH, NEVER_ENGLISH, ONLY_ENGLISH

MAX_TERM_CHARACTERS = 64
"""Longer words (keys, encoded data) are cut to it, in documents and questions alike."""
LANGUAGE_SAMPLE_CHARACTERS = 2_000
MIN_ASCII_SHARE = 0.9
"""Of an English text's letters; single foreign names stay above it."""

_WORD = regex.compile(r"[\w\p{M}]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}ー]+")


class SnowballAnalyzer:
    """Keeps no state: safe to share between threads.

    English words are stemmed and its function words left out. Other languages pass through the same
    stemmer, which does little to them but does it to documents and questions alike. Han, Kana, Hangul
    and Thai, which put no spaces between words, become pairs of neighbouring characters.
    """

    def terms(self, text: str) -> list[str]:
        """What BM25 counts, in order, with repeats."""
        # One stemmer a call: it costs a third of a microsecond and must not be shared between threads.
        stem = Stemmer.Stemmer("english", 0).stemWord
        found: list[str] = []
        for word in _words(text):
            if not word.isascii() and _UNSPACED.search(word):
                found.extend(_split_unspaced(word))
            elif word not in ENGLISH:
                found.append(stem(word[:MAX_TERM_CHARACTERS]))
        return found

    def is_english(self, text: str) -> bool:
        """A guess by letters and function words; bare names and keywords in ASCII count as English."""
        sample = text[:LANGUAGE_SAMPLE_CHARACTERS]
        letters = [character for character in sample if character.isalpha()]
        if sum(map(str.isascii, letters)) < MIN_ASCII_SHARE * len(letters):
            return False
        words = list(_words(sample))
        return sum(word in ONLY_ENGLISH for word in words) >= sum(word in NEVER_ENGLISH for word in words)

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """Character ranges of the sentences, trimmed, end exclusive."""
        return sentence_ranges(text)


def _words(text: str) -> Iterator[str]:
    return (match.group() for match in _WORD.finditer(normalize("NFKC", text).casefold()))


def _split_unspaced(word: str) -> Iterator[str]:
    """The runs of unspaced script as character pairs, what stands between them whole."""
    end = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > end:
            yield word[end : run.start()][:MAX_TERM_CHARACTERS]
        characters = run.group()
        yield from map("".join, pairwise(characters)) if len(characters) > 1 else (characters,)
        end = run.end()
    if end < len(word):
        yield word[end:][:MAX_TERM_CHARACTERS]
