"""The built-in answerer, from a question and its passages to the streamed quotation."""

import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from parley.adapters.embeddings.minilm import MiniLm
from parley.adapters.language.snowball import SnowballAnalyzer
from parley.adapters.llm.extractive import (
    EMBEDDED_SENTENCES,
    INTRODUCTION,
    NOT_IN_DOCUMENTS,
    SELF_DESCRIPTION,
    Extractive,
)
from parley.core.knowledge.ports import Embedder
from parley.core.llm.model import (
    ChatMessage,
    ChatRequest,
    Finish,
    FinishReason,
    Passage,
    StreamEvent,
    TextDelta,
    TokenUsage,
)
from parley.settings import load_settings

FOLDER = load_settings().model_dir / "minilm-l6-v2-int8"

BRIDGE = Passage(
    number=1,
    title="old_bridge.pdf › History, page 2",
    text="The old bridge was built in 1878 by the town's own masons. It is made of granite.[4] "
    "Floods destroyed two of its five arches in 1910. The arches were rebuilt within a year.",
    score=0.9,
)
FERRY = Passage(
    number=2,
    title="ferry.md",
    text="The ferry crosses the river every twenty minutes in summer. Bicycles travel free of charge.",
    score=0.5,
)
SETUP = Passage(
    number=3,
    title="setup.md › Installing",
    text="# Installing\nClone the repository, then start the server:\n\n```bash\nmake run\nmake test\n```\n\n"
    "The server reads **these** kinds of [files](files.md):\n\n- PDF, page by page\n- *DOCX* and HTML\n\n"
    "| Limit | Value |\n|---|---|\n| Size of an upload | 100 MiB |\n",
    score=0.6,
)


class Counting:
    """The real embedder, with a note of how much it was asked."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.model, self.dimension = embedder.model, embedder.dimension
        self.asked = 0

    async def embed(self, texts: Sequence[str], **_: object) -> list[list[float]]:
        self.asked += len(texts)
        return await self._embedder.embed(texts)


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    embedder = MiniLm(FOLDER)
    yield embedder
    embedder.close()


@pytest.fixture
def answerer(embedder: Embedder) -> Extractive:
    return Extractive(embedder, SnowballAnalyzer(), word_pause_s=0)


@pytest.fixture
def by_words() -> Extractive:
    return Extractive(None, SnowballAnalyzer(), word_pause_s=0)


async def ask(
    answerer: Extractive, question: str, *passages: Passage, query: str = ""
) -> tuple[str, FinishReason]:
    request = ChatRequest((ChatMessage("user", question),), 0.0, passages=passages, query=query)
    events = [event async for batch in answerer.stream(request) for event in batch]
    *deltas, usage, finish = events
    assert usage == TokenUsage(0, 0)
    assert isinstance(finish, Finish)
    return "".join(event.text for event in deltas if isinstance(event, TextDelta)), finish.reason


async def test_it_quotes_the_sentence_that_answers_with_its_passage_number(answerer: Extractive) -> None:
    text, reason = await ask(answerer, "When was the old bridge built?", BRIDGE, FERRY)
    assert reason is FinishReason.STOP
    assert text.startswith(f"{INTRODUCTION}\n\nThe old bridge was built in 1878 by the town's own masons.")
    assert text.endswith(" [1]")


async def test_meaning_counts_where_no_word_is_shared(answerer: Extractive, by_words: Extractive) -> None:
    question = "Does it cost anything to take a bike on the ferry?"
    assert "Bicycles travel free of charge." in (await ask(answerer, question, BRIDGE, FERRY))[0]
    assert "Bicycles" not in (await ask(by_words, question, BRIDGE, FERRY))[0]


async def test_sentences_of_a_passage_stand_in_reading_order_with_gaps_shown(answerer: Extractive) -> None:
    text, _ = await ask(answerer, "Which arches did floods destroy, and was the bridge rebuilt?", BRIDGE)
    assert text.index("destroyed two") < text.index("rebuilt within")
    assert "1910. [1] The arches" in text
    text, _ = await ask(answerer, "What happened to the bridge built in 1878 in the floods of 1910?", BRIDGE)
    assert "masons. [1] … Floods destroyed" in text


async def test_a_question_about_something_else_is_refused_without_citation(answerer: Extractive) -> None:
    for question in ("Who won the chess championship in 1972?", "How do I renew a passport?"):
        assert await ask(answerer, question, BRIDGE, FERRY) == (
            NOT_IN_DOCUMENTS,
            FinishReason.NOT_IN_DOCUMENTS,
        )


async def test_no_passages_mean_no_answer(answerer: Extractive) -> None:
    assert await ask(answerer, "When was the bridge built?") == (
        NOT_IN_DOCUMENTS,
        FinishReason.NOT_IN_DOCUMENTS,
    )


async def test_a_greeting_is_answered_with_what_this_is_and_no_citation(answerer: Extractive) -> None:
    for question in ("Hello!", "hi there", "Thank you very much", "What can you do?", "who are you"):
        assert await ask(answerer, question, BRIDGE) == (SELF_DESCRIPTION, FinishReason.STOP)


async def test_a_follow_up_is_answered_as_retrieval_understood_it(answerer: Extractive) -> None:
    follow_up = "And the arches?"
    text, _ = await ask(answerer, follow_up, BRIDGE, query=f"When was the old bridge built? {follow_up}")
    assert "The arches were rebuilt within a year." in text


async def test_code_stays_with_the_sentence_that_introduces_it(answerer: Extractive) -> None:
    text, _ = await ask(answerer, "How do I start the server?", SETUP, FERRY)
    assert "Clone the repository, then start the server: [3]\n```\nmake run\nmake test\n```" in text
    assert "# Installing" not in text


async def test_a_list_stays_whole_and_loses_its_inline_marks(answerer: Extractive) -> None:
    text, _ = await ask(answerer, "Which kinds of files does the server read?", SETUP)
    assert "The server reads these kinds of files: [3]\n- PDF, page by page\n- *DOCX* and HTML" in text


async def test_a_table_row_is_written_out(answerer: Extractive) -> None:
    text, _ = await ask(answerer, "What size may an upload have?", SETUP)
    assert "Size of an upload: 100 MiB [3]" in text


async def test_figures_in_brackets_of_the_source_are_no_citations(answerer: Extractive) -> None:
    text, _ = await ask(answerer, "What is the old bridge made of?", BRIDGE)
    assert "It is made of granite." in text
    assert "[4]" not in text


async def test_a_sentence_cut_by_the_passage_edge_is_shown_as_cut(by_words: Extractive) -> None:
    cut = Passage(1, "town.txt", "was founded by monks in 1120 and grew around the abbey", 1.0)
    text, _ = await ask(by_words, "Who founded the abbey?", cut)
    assert text.endswith("… was founded by monks in 1120 and grew around the abbey … [1]")


async def test_what_overlapping_passages_share_is_quoted_once(answerer: Extractive) -> None:
    again = Passage(2, "copy.pdf", BRIDGE.text, 0.8)
    text, _ = await ask(answerer, "When was the old bridge built?", BRIDGE, again)
    assert text.count("built in 1878") == 1


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("When was the mill opened?", "The mill was opened a century ago by a crowd."),
        ("Who opened the mill?", "The mill was opened by Countess Adela herself."),
        ("Why was the mill opened?", "The mill was opened because bread was dear."),
        ("How many opened the mill?", "The mill was opened by three hundred hands."),
    ],
)
async def test_a_sentence_that_holds_the_kind_of_thing_asked_for_comes_first(
    by_words: Extractive, question: str, quoted: str
) -> None:
    passages = [
        Passage(1, "a.txt", "The mill was opened a century ago by a crowd.", 0.5),
        Passage(2, "b.txt", "The mill was opened by Countess Adela herself.", 0.5),
        Passage(3, "c.txt", "The mill was opened because bread was dear.", 0.5),
        Passage(4, "d.txt", "The mill was opened by three hundred hands.", 0.5),
    ]
    text, _ = await ask(by_words, question, *passages)
    assert text.startswith(f"{INTRODUCTION}\n\n{quoted}")


async def test_at_most_three_sentences_are_quoted(by_words: Extractive) -> None:
    many = Passage(1, "rules.txt", " ".join(f"The rule number {n} is about rules." for n in "abcdefgh"), 1.0)
    text, _ = await ask(by_words, "rules", many)
    assert text.count("The rule number") == 3


async def test_without_an_embedder_words_alone_decide(tmp_path: Path, by_words: Extractive) -> None:
    unbuilt = MiniLm(tmp_path)
    answerer = Extractive(unbuilt, SnowballAnalyzer(), word_pause_s=0)
    question = "When was the old bridge built?"
    answer = await ask(answerer, question, BRIDGE, FERRY)
    assert "built in 1878" in answer[0]
    assert answer == await ask(by_words, question, BRIDGE, FERRY)
    assert (await ask(answerer, "Who plays chess?", BRIDGE))[1] is FinishReason.NOT_IN_DOCUMENTS
    unbuilt.close()


async def test_a_question_that_is_not_english_goes_by_words_and_scripts_keep_their_spacing(
    answerer: Extractive,
) -> None:
    chinese = Passage(1, "桥", "这座桥建于一八七八年。桥是花岗岩做的。", 1.0)
    text, reason = await ask(answerer, "这座桥建于哪年？", chinese)
    assert (text, reason) == (f"{INTRODUCTION}\n\n这座桥建于一八七八年。 [1]", FinishReason.STOP)


async def test_every_sentence_has_a_citation_of_its_own(by_words: Extractive) -> None:
    rules = Passage(4, "rules.txt", "The rule of one is a rule. The rule of two is a rule. Rules end.", 1.0)
    text, _ = await ask(by_words, "What is the rule?", rules)
    quoted = text.removeprefix(INTRODUCTION).split(" [4]")
    assert [each.strip() for each in quoted] == [
        "The rule of one is a rule.",
        "The rule of two is a rule.",
        "Rules end.",
        "",
    ]


async def test_words_that_only_ask_are_not_looked_for_in_sentences(by_words: Extractive) -> None:
    german = Passage(
        1, "Brücke", "Die Brücke wurde 1878 gebaut. Wer wann was baut, ist wie immer offen.", 1.0
    )
    text, _ = await ask(by_words, "Wann wurde die Brücke gebaut?", german)
    assert text.startswith(f"{INTRODUCTION}\n\nDie Brücke wurde 1878 gebaut. [1]")


async def test_a_lone_heading_is_no_answer(by_words: Extractive) -> None:
    assert (await ask(by_words, "history", Passage(1, "a", "History of Bridges", 1.0)))[0] == NOT_IN_DOCUMENTS


async def test_however_long_the_passages_few_sentences_are_embedded(embedder: Embedder) -> None:
    counting = Counting(embedder)
    long = [
        Passage(n, "long.txt", " ".join(f"Bridge {n} {m} was built." for m in range(300)), 1 / n)
        for n in range(1, 9)
    ]
    text, _ = await ask(
        Extractive(counting, SnowballAnalyzer(), word_pause_s=0), "Which bridge was built?", *long
    )
    assert counting.asked == EMBEDDED_SENTENCES + 1
    assert "[1]" in text


async def test_it_streams_word_by_word_and_pauses_little(by_words: Extractive) -> None:
    request = ChatRequest((ChatMessage("user", "When was the old bridge built?"),), 0.0, passages=(BRIDGE,))
    batches: list[list[StreamEvent]] = [batch async for batch in by_words.stream(request)]
    words = [event.text for batch in batches for event in batch if isinstance(event, TextDelta)]
    assert all(len(word.split()) == 1 for word in words)
    assert len(batches) == len(words) + 1

    slow = Extractive(None, SnowballAnalyzer(), word_pause_s=60)
    began = time.perf_counter()
    await ask(slow, "When was the old bridge built?", BRIDGE)
    assert time.perf_counter() - began < 5


def test_its_name_tells_that_no_model_is_behind_it(by_words: Extractive) -> None:
    assert str(by_words.name) == "extractive:default"
    assert not by_words.capabilities.tools


async def test_a_text_of_two_sentences_answers_too(answerer: Extractive) -> None:
    kettle = Passage(
        number=1,
        title="kettle.txt",
        text="The warranty of the kettle lasts three years from the day of purchase.\n"
        "Damage by limescale is not covered.",
        score=1.0,
    )
    text, reason = await ask(answerer, "How long is the warranty?", kettle)
    assert "three years" in text
    assert reason is FinishReason.STOP
    _, reason = await ask(answerer, "What is the capital of France?", kettle)
    assert reason is FinishReason.NOT_IN_DOCUMENTS
