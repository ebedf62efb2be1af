"""How well search finds and the built-in answerer answers, on evaluation sets that lie outside the project.

    make bench-retrieval FOLDER=DATA_FOLDER

DATA_FOLDER holds one folder per set with corpus.jsonl {id, title, text}, queries.jsonl {id, text} and
qrels.tsv; squad2 also has qa.jsonl with the gold answers. The analyser, the embedder, the ranking and the
answerer are the product's own; the index is a plain one in memory, one entry a passage.
"""

import argparse
import asyncio
import json
import math
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.record import keep
from parley.adapters.embeddings.minilm import MODEL, MiniLm
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.llm.extractive import INTRODUCTION, Extractive
from parley.core.knowledge import ranking
from parley.core.knowledge.model import EmbeddingPurpose, FusedChunk, ScoredChunk
from parley.core.llm.model import ChatMessage, ChatRequest, Passage, TextDelta
from parley.settings import load_settings

K1, B = 1.2, 0.75

SETS = ("squad2", "medquad", "xquad_en", "xquad_de", "xquad_zh", "xquad_hi", "xquad_vi", "xquad_ar")
BARS: Mapping[str, tuple[float, ...]] = {
    "squad2 nDCG@10": (0.90, 0.92),
    "medquad nDCG@10": (0.80, 0.82),
    "xquad_zh recall@1": (0.927,),
    "xquad_hi recall@1": (0.901,),
    "xquad_vi recall@1": (0.918,),
    "xquad_ar recall@1": (0.811,),
    "answer within the first 3 passages": (0.92,),
    "answer within the quoted sentences": (0.88,),
    "on-topic questions answered": (0.96,),
    "off-topic questions refused": (0.92,),
}
"""The bar of each figure and, where there is one, what is aimed for."""

Floats = NDArray[np.float32]
Figures = dict[str, float]


@dataclass(frozen=True)
class EvaluationSet:
    """`relevant` maps, for each question, the places of its passages in the corpus to their gains."""

    name: str
    titles: list[str]
    texts: list[str]
    questions: list[str]
    question_ids: list[str]
    relevant: list[Mapping[int, float]]


def read_set(folder: Path) -> EvaluationSet:
    corpus = read_jsonl(folder / "corpus.jsonl")
    place = {row["id"]: index for index, row in enumerate(corpus)}
    gains: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        question, passage, gain = line.split("\t")
        if float(gain) > 0:
            gains[question][place[passage]] = float(gain)
    asked = [row for row in read_jsonl(folder / "queries.jsonl") if row["id"] in gains]
    return EvaluationSet(
        name=folder.name,
        titles=[row["title"] for row in corpus],
        texts=[row["text"] for row in corpus],
        questions=[row["text"] for row in asked],
        question_ids=[row["id"] for row in asked],
        relevant=[gains[row["id"]] for row in asked],
    )


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


class Index:
    """Every passage of a set by its words (BM25), its vector and its tokens, in memory."""

    def __init__(
        self, corpus: EvaluationSet, analyzer: SnowballAnalyzer, embedder: MiniLm, read: "Readings"
    ) -> None:
        self._analyzer = analyzer
        self._embedder = embedder
        self._vectors = read.vectors
        self._tokens = read.tokens
        # As ingestion does: a word of the title counts twice.
        self._postings = postings(
            [analyzer.terms(f"{t}\n{t}\n{x}") for t, x in zip(corpus.titles, corpus.texts, strict=True)]
        )

    def by_terms(self, question: str, hidden: NDArray[np.bool_] | None = None) -> list[ScoredChunk]:
        scores = np.zeros(len(self._vectors), np.float32)
        for term in self._analyzer.asked_terms(question):
            if term in self._postings:
                places, weights = self._postings[term]
                scores[places] += weights
        if hidden is not None:
            scores[hidden] = 0
        return ranked(scores, above=0.0)

    def by_vector(self, vector: Floats, hidden: NDArray[np.bool_] | None = None) -> list[ScoredChunk]:
        scores = self._vectors @ vector
        if hidden is not None:
            scores[hidden] = -1
        return ranked(scores, above=-1.0)

    def fused(
        self, question: str, vector: Floats, hidden: NDArray[np.bool_] | None = None
    ) -> tuple[FusedChunk, ...]:
        weight = ranking.dense_weight(self._analyzer.language(question), MODEL)
        by_terms, by_vector = self.by_terms(question, hidden), self.by_vector(vector, hidden)
        return ranking.fuse(by_terms, by_vector, dense_weight=weight, limit=ranking.CLOSER_LOOK)

    async def search(
        self, question: str, vector: Floats, hidden: NDArray[np.bool_] | None = None
    ) -> tuple[FusedChunk, ...]:
        """As the product does it, all steps."""
        found = self.fused(question, vector, hidden)
        if not ranking.knows(self._analyzer.language(question), MODEL):
            return found
        keys = [chunk.chunk_key for chunk in found]
        near = await self._embedder.closeness(question, [self._tokens[key] for key in keys])
        return ranking.look_closer(found, dict(zip(keys, near, strict=True)))


@dataclass(frozen=True)
class Readings:
    """What the embedder made of the passages, in order."""

    vectors: Floats
    tokens: list[bytes]

    @classmethod
    async def of(cls, embedder: MiniLm, texts: Sequence[str]) -> "Readings":
        vectors, tokens = [], []
        for start in range(0, len(texts), 32):
            some = texts[start : start + 32]
            vectors += await embedder.embed(some)
            tokens += await embedder.read(some)
        return cls(np.array(vectors, np.float32), tokens)


def postings(documents: Sequence[Sequence[str]]) -> dict[str, tuple[NDArray[np.int64], Floats]]:
    """For each term the passages that hold it, with what it adds to their BM25 score."""
    lengths = np.array([len(terms) for terms in documents], np.float32)
    norm = K1 * (1 - B + B * lengths / lengths.mean())
    counted: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, terms in enumerate(documents):
        for term, count in Counter(terms).items():
            counted[term].append((place, count))
    weighted = {}
    for term, pairs in counted.items():
        places, counts = np.array(pairs).T
        idf = math.log(1 + (len(documents) - len(places) + 0.5) / (len(places) + 0.5))
        weighted[term] = places, (idf * counts * (K1 + 1) / (counts + norm[places])).astype(np.float32)
    return weighted


def ranked(scores: Floats, *, above: float) -> list[ScoredChunk]:
    order = np.argsort(-scores, kind="stable")[: ranking.CANDIDATES]
    return [ScoredChunk(int(place), float(scores[place])) for place in order if scores[place] > above]


def ndcg_at_10(ranking: Sequence[int], gains: Mapping[int, float]) -> float:
    ideal = sorted(gains.values(), reverse=True)[:10]
    found = sum(gains.get(place, 0.0) / math.log2(rank + 2) for rank, place in enumerate(ranking[:10]))
    return found / sum(gain / math.log2(rank + 2) for rank, gain in enumerate(ideal))


def recall_at_1(ranking: Sequence[int], gains: Mapping[int, float]) -> float:
    return sum(place in gains for place in ranking[:1]) / len(gains)


async def score_retrieval(data: EvaluationSet, index: Index, vectors: Floats) -> dict[str, Figures]:
    """nDCG@10 and recall@1 of words alone, vectors alone, both fused, and with the closer look."""
    ways: dict[str, Callable[[str, Floats], Sequence[ScoredChunk | FusedChunk]]] = {
        "bm25": lambda question, _: index.by_terms(question),
        "dense": lambda _, vector: index.by_vector(vector),
        "fused": index.fused,
    }
    asked = list(zip(data.questions, vectors, strict=True))
    rankings = {way: [search(*each) for each in asked] for way, search in ways.items()}
    rankings["search"] = [await index.search(*each) for each in asked]
    figures = {}
    for way, found in rankings.items():
        places = [[chunk.chunk_key for chunk in chunks] for chunks in found]
        pairs = list(zip(places, data.relevant, strict=True))
        figures[way] = {
            "nDCG@10": statistics.fmean(ndcg_at_10(*pair) for pair in pairs),
            "recall@1": statistics.fmean(recall_at_1(*pair) for pair in pairs),
        }
    return figures


@dataclass(frozen=True)
class Answering:
    """squad2 with everything that the answerer's figures need."""

    data: EvaluationSet
    index: Index
    vectors: Floats
    answerer: Extractive

    async def answer(self, question: str, vector: Floats, hidden: NDArray[np.bool_] | None = None) -> str:
        """What is quoted; empty when the question is refused."""
        found = (await self.index.search(question, vector, hidden))[:5]
        passages = tuple(
            Passage(number, self.data.titles[chunk.chunk_key], self.data.texts[chunk.chunk_key], chunk.score)
            for number, chunk in enumerate(found, start=1)
        )
        request = ChatRequest((ChatMessage("user", question),), temperature=0.0, passages=passages)
        batches = [batch async for batch in self.answerer.stream(request)]
        text = "".join(event.text for batch in batches for event in batch if isinstance(event, TextDelta))
        return text.removeprefix(INTRODUCTION) if text.startswith(INTRODUCTION) else ""


async def score_answers(task: Answering, gold: Sequence[Sequence[str]]) -> Figures:
    data = task.data
    quoted, first_three, answered = [], [], []
    cpu_s = time.process_time()
    for question, vector, answers in zip(data.questions, task.vectors, gold, strict=True):
        text = await task.answer(question, vector)
        answered.append(bool(text))
        quoted.append(holds(text, answers))
    cpu_s = time.process_time() - cpu_s
    for question, vector, answers in zip(data.questions, task.vectors, gold, strict=True):
        top = (await task.index.search(question, vector))[:3]
        first_three.append(holds(" ".join(data.texts[chunk.chunk_key] for chunk in top), answers))
    return {
        "answer within the first 3 passages": statistics.fmean(first_three),
        "answer within the quoted sentences": statistics.fmean(quoted),
        "on-topic questions answered": statistics.fmean(answered),
        "CPU ms per answer": 1000 * cpu_s / len(data.questions),
    }


async def score_refusals(task: Answering, other: EvaluationSet, other_vectors: Floats) -> Figures:
    """Two kinds of off-topic: the article taken away, and questions of quite another field."""
    articles = np.array(task.data.titles)
    removed = []
    for question, vector, gains in zip(task.data.questions, task.vectors, task.data.relevant, strict=True):
        hidden = articles == articles[next(iter(gains))]
        removed.append(not await task.answer(question, vector, hidden))
    foreign = [
        not await task.answer(question, vector)
        for question, vector in zip(other.questions, other_vectors, strict=True)
    ]
    near, far = statistics.fmean(removed), statistics.fmean(foreign)
    return {
        "refused, article taken away": near,
        "refused, another field": far,
        "off-topic questions refused": (near + far) / 2,
    }


def holds(text: str, answers: Sequence[str]) -> bool:
    plain = " ".join(text.split()).casefold()
    return any(" ".join(answer.split()).casefold() in plain for answer in answers)


class Remembering:
    """An embedder that embeds each text once: thousands of questions here meet the same sentences."""

    def __init__(self, embedder: MiniLm) -> None:
        self._embedder = embedder
        self._known: dict[str, list[float]] = {}
        self.model, self.dimension = embedder.model, embedder.dimension

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(new, await self._embedder.embed(new), strict=True)
        return [self._known[text] for text in texts]


async def run(folder: Path, model: Path) -> tuple[dict[str, dict[str, Figures]], Figures]:
    """The figures of retrieval by set and way, and those of the answers."""
    embedder, analyzer = MiniLm(model), SnowballAnalyzer()
    sets, indexes, questions = {}, {}, {}
    retrieval: dict[str, dict[str, Figures]] = {}
    for name in SETS:
        data = read_set(folder / name)
        texts = [f"{title}\n{text}" for title, text in zip(data.titles, data.texts, strict=True)]
        index = Index(data, analyzer, embedder, await Readings.of(embedder, texts))
        vectors = np.array(await embedder.embed(data.questions, purpose=EmbeddingPurpose.QUERY), np.float32)
        sets[name], indexes[name], questions[name] = data, index, vectors
        retrieval[name] = await score_retrieval(data, index, vectors)
        print(
            name, {way: round(figures["nDCG@10"], 4) for way, figures in retrieval[name].items()}, flush=True
        )
    answers = {row["id"]: row["answers"] for row in read_jsonl(folder / "squad2" / "qa.jsonl")}
    gold = [answers[question] for question in sets["squad2"].question_ids]
    task = Answering(
        sets["squad2"], indexes["squad2"], questions["squad2"], Extractive(embedder, analyzer, word_pause_s=0)
    )
    figures = await score_answers(task, gold)
    asked_again = replace(task, answerer=Extractive(Remembering(embedder), analyzer, word_pause_s=0))
    figures |= await score_refusals(asked_again, sets["medquad"], questions["medquad"])
    embedder.close()
    return retrieval, figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_FOLDER")
    parser.add_argument("--model", type=Path, default=load_settings().model_dir / MODEL)
    options = parser.parse_args()
    retrieval, answers = asyncio.run(run(options.data, options.model))
    figures: dict[str, float | Figures] = dict(rounded(answers))
    for name, ways in retrieval.items():
        figures |= {f"{name} {measure}": value for measure, value in rounded(ways["search"]).items()}
        figures |= {f"{name}, {way} alone": rounded(ways[way]) for way in ("bm25", "dense", "fused")}
    bars = {what: bar_of(*bar) for what, bar in BARS.items()}
    keep("retrieval_quality", figures, bars, "make bench-retrieval FOLDER=…")
    print_table(figures)


def bar_of(bar: float, aim: float | None = None) -> str:
    return f"≥ {bar:g}" if aim is None else f"≥ {bar:g}, aim {aim:g}"


def print_table(figures: Mapping[str, float | Figures]) -> None:
    """The figures that have a bar, beside it."""
    print(f"\n{'':40} {'measured':>10}   bar")
    for what, bar in BARS.items():
        value = figures[what]
        assert isinstance(value, float)
        print(f"{what:40} {value:>10.4f}   {bar_of(*bar):20} {'' if value >= bar[0] else 'MISSED'}".rstrip())


def rounded(figures: Figures) -> Figures:
    return {what: round(value, 4) for what, value in figures.items()}


if __name__ == "__main__":
    main()
