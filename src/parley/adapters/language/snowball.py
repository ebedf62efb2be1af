"""The text analyser: Unicode words, English Snowball stems, bigrams for scripts without spaces."""

from collections.abc import Iterator, Set
from itertools import pairwise
from unicodedata import normalize

import regex
import Stemmer

from parley.adapters.language.sentences import sentence_ranges
from parley.adapters.language.words import (
    ASKING,
    ASKING_UNSPACED,
    ENGLISH,
    NEVER_ENGLISH,
    ONLY_ENGLISH,
    PARTICLES,
)
from parley.core.knowledge.model import Language

MAX_TERM_CHARACTERS = 64
"""Longer words (keys, encoded data) are cut to it, in documents and questions alike."""
LANGUAGE_SAMPLE_CHARACTERS = 2_000
MIN_ASCII_SHARE = 0.9
"""Of an English text's letters; single foreign names stay above it."""

_WORD = regex.compile(r"[\w\p{M}]+")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}ー]+")
_ASKING_UNSPACED = regex.compile("|".join(ASKING_UNSPACED))
_LATIN = regex.compile(r"\p{Latin}")


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

    def asked_terms(self, question: str) -> list[str]:
        """The terms without those that only ask; all of them where nothing else is left."""
        if self.language(question) is Language.ENGLISH:
            return self.terms(question)  # whose asking words are no terms at all
        told = _ASKING_UNSPACED.sub(" ", normalize("NFKC", question).casefold())
        found = self.terms(_WORD.sub(lambda word: " " if word.group() in ASKING else word.group(), told))
        return [term for term in found if not PARTICLES.intersection(term)] or self.terms(question)

    def places(self, text: str, terms: Set[str]) -> list[tuple[int, int]]:
        """Character ranges, end exclusive, in order, of the words of `text` that hold one of the terms."""
        found: list[tuple[int, int]] = []
        for word in _WORD.finditer(text):
            for start, end in self._parts(word.group()):
                if terms.isdisjoint(self.terms(word.group()[start:end])):
                    continue
                place = word.start() + start, word.start() + end
                if found and place[0] < found[-1][1]:
                    found[-1] = found[-1][0], place[1]
                else:
                    found.append(place)
        return found

    def language(self, text: str) -> Language:
        """A guess by letters and function words; bare names and keywords in ASCII count as English."""
        sample = text[:LANGUAGE_SAMPLE_CHARACTERS]
        letters = [character for character in sample if character.isalpha()]
        if sum(map(str.isascii, letters)) >= MIN_ASCII_SHARE * len(letters):
            words = list(_words(sample))
            if sum(word in ONLY_ENGLISH for word in words) >= sum(word in NEVER_ENGLISH for word in words):
                return Language.ENGLISH
        latin = sum(_LATIN.match(letter) is not None for letter in letters)
        return Language.LATIN_SCRIPT if 2 * latin > len(letters) else Language.OTHER_SCRIPT

    @staticmethod
    def _parts(word: str) -> Iterator[tuple[int, int]]:
        """The word as a whole; of unspaced script, whose terms are pairs, each pair."""
        if word.isascii() or not _UNSPACED.search(word) or len(word) == 1:
            yield 0, len(word)
        else:
            yield from ((start, start + 2) for start in range(len(word) - 1))

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
