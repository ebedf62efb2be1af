"""The built-in answerer: without any model it picks the sentences of the passages that fit the question."""

import asyncio
import math
import re
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Sequence, Set
from dataclasses import dataclass, replace

from parley.core.knowledge.model import EmbedderUnavailable, Language
from parley.core.knowledge.ports import Embedder, TextAnalyzer
from parley.core.llm.model import (
    Capabilities,
    ChatRequest,
    Finish,
    FinishReason,
    ModelName,
    Passage,
    StreamEvent,
    TextDelta,
    TokenUsage,
)

INTRODUCTION = "This is what the documents say:"
NOT_IN_DOCUMENTS = (
    "I found no answer to this in the documents. "
    "Try the words that the documents would use, or add a document that holds the answer."
)
SELF_DESCRIPTION = (
    "Hello! I look for answers in the documents of this bot and quote the sentences that fit your question; "
    "no language model is connected. What would you like to know from them?"
)

PASSAGES = 5
SENTENCES = 3
OWN_WORDS = 2
"""How much a word of a follow-up question weighs beside one of the question that it follows."""
EMBEDDED_SENTENCES = 16
"""The best by words go to the embedder; beyond these it changes no answer worth its time."""
FEWEST_TO_COUNT_IN = 30
"""Sentences: fewer say little about how rare a word is; one that a short text lacks would outweigh all."""
NEAR_THE_BEST = 0.4
"""A further sentence is quoted when it fits the question at least this share as well as the best one."""
LONGEST_GROUP = 600
"""Characters of a sentence that ends in a colon together with the list or code that it introduces."""
LONGEST_HEADING, FEWEST_WORDS = 60, 4
"""A line shorter than both, without punctuation or figures, is taken for a heading."""
ALL_PAUSES_S = 0.25

# The weights of a sentence's score, and of the evidence that the passages speak of the question at all.
COVERAGE_WEIGHT, COSINE_WEIGHT, PASSAGE_WEIGHT, KIND_WEIGHT = 0.4, 0.4, 0.3, 0.15
EVIDENCE_COSINE, EVIDENCE_COVERAGE, EVIDENCE_ASKED = 15.4, 9.6, 11.0
COVERAGE_ASKED_OF_WORDS_ALONE = 0.25

_GREETING_WORDS = "hi hello hey hallo hola bonjour ciao greetings thanks thank bye goodbye cheers"
_GREETINGS = frozenset(_GREETING_WORDS.split())
_PLEASANT_WORDS = "there you very much a lot so good morning afternoon evening everyone all for that"
_PLEASANTRIES = _GREETINGS | frozenset(_PLEASANT_WORDS.split())
_ABOUT_ITSELF = re.compile(r"\W*(?:(?:who|what) are you|what can you do)\W*", re.IGNORECASE)

_NAME = re.compile(r"(?<=[\w,;] )[A-Z]\w+")
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2}|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|centur(?:y|ies))\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|hundred|thousand"
    r"|million|billion)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\b(?:because|since|due to|caused|so that|in order to|as a result)\b", re.IGNORECASE)
_KINDS = tuple(
    (re.compile(asked, re.IGNORECASE), answer)
    for asked, answer in (
        (r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b", _DATE),
        (r"\bhow (?:many|much|old|long|far|large|big|tall|high|often)\b|\bwhat (?:number|percent)", _NUMBER),
        (r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:city|country|state|place)\b", _NAME),
        (r"\bwhy\b", _CAUSE),
    )
)

_WORD = re.compile(r"[^\W\d_]+")
_STREAMED = re.compile(r"\S+\s*")
_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪]|\(?\d{1,3}[.)])\s+")
_FENCE = re.compile(r"^[ ]{0,3}(?:```|~~~).*$", re.MULTILINE)
_ENDING = re.compile(r"[.!?…:;؟।。！？][\"'”’»)\]」』）]*$")
_SAYS_SOMETHING = re.compile(r"[.!?…:;؟।。！？|\d]")
_REFERENCE = re.compile(r"\[\d{1,3}\]")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_TITLE_NOISE = re.compile(r"\.\w{2,5}(?= ›|, page|$)|, page \d+$")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, or what is only understood together; `start` and `end` are in the passage's text."""

    passage: Passage
    start: int
    end: int
    terms: frozenset[str]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Scored:
    sentence: _Sentence
    coverage: float
    """How much of the question's weight the sentence's words hold, 0 to 1."""
    passage_coverage: float
    """The same for its whole passage with the title."""
    of_kind: bool
    """Whether it holds the kind of thing that is asked for: a date, a number, a name, a cause."""
    cosine: float = 0.0

    @property
    def fit(self) -> float:
        """How well the sentence on its own fits the question."""
        return COVERAGE_WEIGHT * self.coverage + COSINE_WEIGHT * self.cosine

    @property
    def score(self) -> float:
        return self.fit + PASSAGE_WEIGHT * self.sentence.passage.score + KIND_WEIGHT * self.of_kind


class Extractive:
    """Quotes up to three sentences with their citation markers, or says that it found none that fit.

    It cannot tell whether a fitting sentence truly answers, and does not claim to. Without an embedder,
    and for questions that are not English, it goes by words alone.
    """

    def __init__(
        self, embedder: Embedder | None, analyzer: TextAnalyzer, *, word_pause_s: float = 0.004
    ) -> None:
        self._embedder = embedder
        self._analyzer = analyzer
        self._word_pause_s = word_pause_s

    @property
    def name(self) -> ModelName:
        return ModelName("extractive", "default")

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[list[StreamEvent], None]:
        """Word by word; all pauses together last at most a quarter of a second. Uses no tokens."""
        text, reason = await self._answer(request)
        words = _STREAMED.findall(text)
        pause_s = min(self._word_pause_s, ALL_PAUSES_S / len(words))
        for word in words:
            yield [TextDelta(word)]
            await asyncio.sleep(pause_s)
        yield [TokenUsage(0, 0), Finish(reason)]

    async def _answer(self, request: ChatRequest) -> tuple[str, FinishReason]:
        if _is_small_talk(request.question):
            return SELF_DESCRIPTION, FinishReason.STOP
        by_words = _best(self._weigh(request), EMBEDDED_SENTENCES)
        by_meaning = await self._compare(request.query or request.question, by_words)
        if not (_evident(by_meaning) if by_meaning else _evident_by_words(by_words)):
            return NOT_IN_DOCUMENTS, FinishReason.NOT_IN_DOCUMENTS
        fitting = by_meaning or [each for each in by_words if each.coverage]
        best = _best(fitting, SENTENCES)
        near = [each.sentence for each in best if each.fit >= NEAR_THE_BEST * best[0].fit]
        return _quote(near), FinishReason.STOP

    def _weigh(self, request: ChatRequest) -> list[_Scored]:
        """Every sentence with its share of the question's words; rare words weigh more.

        So do those of the question itself beside those of an earlier one that retrieval put before it.
        """
        passages = request.passages[:PASSAGES]
        sentences = self._sentences(passages)
        own = set(self._analyzer.asked_terms(request.question))
        asked = own | set(self._analyzer.asked_terms(request.query))
        spread = Counter(term for sentence in sentences for term in sentence.terms & asked)
        among = max(len(sentences), FEWEST_TO_COUNT_IN)
        weights = {
            term: math.log(1 + (among - spread[term] + 0.5) / (spread[term] + 0.5))
            * (OWN_WORDS if term in own else 1)
            for term in asked
        }
        whole = math.fsum(weights.values()) or 1.0

        def coverage(terms: Set[str]) -> float:
            return math.fsum(weight for term, weight in weights.items() if term in terms) / whole

        in_passage = {passage.number: set(self._analyzer.terms(_title(passage))) for passage in passages}
        for sentence in sentences:
            in_passage[sentence.passage.number] |= sentence.terms
        of_passage = {number: coverage(terms) for number, terms in in_passage.items()}
        kind = _kind_asked_for(request.question)
        return [
            _Scored(
                sentence,
                coverage(sentence.terms),
                of_passage[sentence.passage.number],
                of_kind=kind is not None and kind.search(sentence.text) is not None,
            )
            for sentence in sentences
        ]

    def _sentences(self, passages: Sequence[Passage]) -> list[_Sentence]:
        """In reading order; what two passages share appears once."""
        found: dict[frozenset[str], _Sentence] = {}
        for passage in passages:
            for start, end in _grouped(passage.text, self._analyzer.sentences(passage.text)):
                terms = frozenset(self._analyzer.terms(passage.text[start:end]))
                if terms:
                    found.setdefault(terms, _Sentence(passage, start, end, terms))
        return list(found.values())

    async def _compare(self, question: str, scored: Sequence[_Scored]) -> list[_Scored]:
        """The same with their cosines; empty when only their words can be gone by."""
        if self._embedder is None or not scored or self._analyzer.language(question) is not Language.ENGLISH:
            return []
        texts = [f"{_title(each.sentence.passage)}: {each.sentence.text}" for each in scored]
        try:
            asked, *vectors = await self._embedder.embed([question, *texts])
        except EmbedderUnavailable:
            return []  # retrieval has met the same failure and told the reader
        cosines = [math.fsum(a * b for a, b in zip(asked, vector, strict=True)) for vector in vectors]
        return [replace(each, cosine=cosine) for each, cosine in zip(scored, cosines, strict=True)]


def _is_small_talk(question: str) -> bool:
    words = set(_WORD.findall(question.casefold()))
    return bool(_ABOUT_ITSELF.fullmatch(question) or (words & _GREETINGS and words <= _PLEASANTRIES))


def _kind_asked_for(question: str) -> re.Pattern[str] | None:
    return next((answer for asked, answer in _KINDS if asked.search(question)), None)


def _best(scored: Sequence[_Scored], limit: int) -> list[_Scored]:
    return sorted(scored, key=lambda each: -each.score)[:limit]


def _evident(scored: Sequence[_Scored]) -> bool:
    """Whether a sentence's meaning and its passage's words together speak of what is asked."""
    return any(
        EVIDENCE_COSINE * each.cosine + EVIDENCE_COVERAGE * each.passage_coverage > EVIDENCE_ASKED
        for each in scored
    )


def _evident_by_words(scored: Sequence[_Scored]) -> bool:
    return any(each.coverage and each.passage_coverage >= COVERAGE_ASKED_OF_WORDS_ALONE for each in scored)


def _grouped(text: str, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins the list or code that a colon introduces to it, and leaves out lines that are only headings."""
    groups: list[tuple[int, int]] = []
    introduced = False
    for start, end in ranges:
        listed = bool(_ITEM.match(text, start)) or _in_code(text, start)
        if introduced and listed and end - groups[-1][0] <= LONGEST_GROUP:
            groups[-1] = groups[-1][0], end
        else:
            groups.append((start, end))
            introduced = text[end - 1] == ":" and not listed
    return [(start, end) for start, end in groups if not _is_heading(text[start:end])]


def _is_heading(text: str) -> bool:
    return (
        len(text) < LONGEST_HEADING and len(text.split()) < FEWEST_WORDS and not _SAYS_SOMETHING.search(text)
    )


def _in_code(text: str, position: int) -> bool:
    return len(_FENCE.findall(text, 0, position)) % 2 == 1


def _title(passage: Passage) -> str:
    """The title without what file names and page numbers add to it."""
    return _TITLE_NOISE.sub("", passage.title).replace("_", " ")


def _quote(sentences: Sequence[_Sentence]) -> str:
    """Passage by passage, best first, each in reading order; every sentence has its marker."""
    by_passage: defaultdict[int, list[_Sentence]] = defaultdict(list)
    for sentence in sentences:
        by_passage[sentence.passage.number].append(sentence)
    paragraphs = [
        paragraph
        for quoted in by_passage.values()
        for paragraph in _paragraphs(sorted(quoted, key=lambda each: each.start))
    ]
    return "\n\n".join([INTRODUCTION, *paragraphs])


def _paragraphs(sentences: Sequence[_Sentence]) -> list[str]:
    """Prose runs together, an ellipsis standing for what is left out between; lists and code stand alone."""
    paragraphs: list[str] = []
    before: _Sentence | None = None
    for sentence in sentences:
        text = _with_marker(_readable(sentence), sentence.passage.number)
        if before is None or "\n" in text or "\n" in paragraphs[-1]:
            paragraphs.append(text)
        else:
            between = before.passage.text[before.end : sentence.start]
            paragraphs[-1] += f"{' … ' if between.strip() else ' '}{text}"
        before = sentence
    return paragraphs


def _with_marker(text: str, number: int) -> str:
    """The marker stands behind prose, behind the line that introduces a list or code, or below bare code."""
    first, newline, rest = text.partition("\n")
    if first.startswith("```"):
        return f"{text}\n\n[{number}]"
    return f"{first} [{number}]{newline}{rest}"


def _readable(sentence: _Sentence) -> str:
    """The sentence without the marks of Markdown; only lists and code with an introduction keep theirs."""
    whole = sentence.passage.text
    code = _in_code(whole, sentence.start)
    lines: list[str] = ["```"] if code else []
    for line in sentence.text.splitlines():
        if _FENCE.match(line):
            code = not code
            lines.append("```")
        elif code or _ITEM.match(line) or not lines or lines[-1] == "```":
            lines.append(line if code else _plain(line))
        elif plain := _plain(line):
            lines[-1] += f" {plain}"
    if code:
        lines.append("```")
    if len(lines) > 1:
        return "\n".join(lines)
    return _with_ellipses(sentence, _ITEM.sub("", lines[0], count=1))


def _with_ellipses(sentence: _Sentence, text: str) -> str:
    """Shows where the passage's own edge cut a sentence of prose."""
    whole = sentence.passage.text
    if _ITEM.match(sentence.text) or sentence.text.startswith("|"):
        return text
    begins_cut = text[:1].islower() and not whole[: sentence.start].strip()
    ends_cut = not _ENDING.search(text) and not whole[sentence.end :].strip()
    return f"{'… ' if begins_cut else ''}{text}{' …' if ends_cut else ''}"


def _plain(line: str) -> str:
    text = _IMAGE_OR_LINK.sub(r"\1", line)
    text = _EMPHASIS.sub(r"\2", _REFERENCE.sub("", text))
    if line.lstrip().startswith("|"):
        cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
        text = (": " if len(cells) == 2 else ", ").join(cells)
    return " ".join(text.split())
