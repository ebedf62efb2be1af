"""The text analyser: terms, language and sentences."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.language.snowball import MAX_TERM_CHARACTERS, SnowballAnalyzer
from parley.core.knowledge.model import Language

analyzer = SnowballAnalyzer()


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in analyzer.sentences(text)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The cats were running", ["cat", "run"]),
        ("run, ran: RUNS", ["run", "ran", "run"]),
        ("It's the doctor's", ["doctor"]),
        ("Python 3.11", ["python", "3", "11"]),
        ("ＡＢＣ ① ﬁle", ["abc", "1", "file"]),
        ("STRASSE Straße", ["strass", "strass"]),
        ("Hà Nội café", ["hà", "nội", "café"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("今天天气", ["今天", "天天", "天气"]),
        ("カメラ 东", ["カメ", "メラ", "东"]),
        ("한국어 ภาษา", ["한국", "국어", "ภา", "าษ", "ษา"]),
        ("用iPhone15拍照", ["用", "iphone15", "拍照"]),
        ("…", []),
        ("", []),
    ],
)
def test_terms_are_what_search_counts(text: str, terms: list[str]) -> None:
    assert analyzer.terms(text) == terms


def test_words_in_any_form_find_each_other() -> None:
    assert analyzer.terms("Installing installations") == analyzer.terms("install INSTALLATION")


def test_composed_and_decomposed_accents_are_the_same_word() -> None:
    assert analyzer.terms("cafe\u0301") == analyzer.terms("caf\u00e9") == ["café"]


def test_a_word_without_end_is_cut() -> None:
    assert [len(term) for term in analyzer.terms("x9" * 5_000 + " ok")] == [MAX_TERM_CHARACTERS, 2]


def test_threads_can_share_an_analyser() -> None:
    text = "Threads were sharing one analyser while documents kept arriving. " * 50
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(analyzer.terms, [text] * 64))
    assert all(result == results[0] for result in results)


@given(st.text())
def test_any_text_has_terms_without_white_space_and_within_the_limit(text: str) -> None:
    for term in analyzer.terms(text):
        assert 1 <= len(term) <= MAX_TERM_CHARACTERS
        assert term.split() == [term]


@pytest.mark.parametrize(
    "text",
    ["When did the crisis begin?", "retinoblastoma symptoms", "Beyoncé Knowles", "Is it in Lyon?", "", "42"],
)
def test_english_names_and_keywords_are_taken_for_english(text: str) -> None:
    assert analyzer.language(text) is Language.ENGLISH


@pytest.mark.parametrize(
    "text",
    [
        "Wann begann die Krise?",
        "Quelle est la capitale de la France ?",
        "¿Cuándo empezó la crisis?",
        "Quando è iniziata la crisi?",
        "Wanneer begon de crisis in het land?",
        "Khi nào cuộc khủng hoảng bắt đầu?",
        "Kiedy się to skończyło?",
        "危机是什么时候开始的？",
        "संकट कब शुरू हुआ?",
        "متى بدأت الأزمة؟",
    ],
)
def test_other_languages_are_not_english(text: str) -> None:
    assert analyzer.language(text) is not Language.ENGLISH


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wann begann die Krise?", Language.LATIN_SCRIPT),
        ("Khi nào cuộc khủng hoảng bắt đầu?", Language.LATIN_SCRIPT),
        ("危机是什么时候开始的？", Language.OTHER_SCRIPT),
        ("NASA的火星车 2020", Language.OTHER_SCRIPT),
        ("Когда начался кризис?", Language.OTHER_SCRIPT),
    ],
)
def test_the_script_of_other_languages_is_told(text: str, language: Language) -> None:
    assert analyzer.language(text) is language


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("How many cats are running?", ["cat", "run"]),
        ("Wo steht der Turm?", ["steht", "der", "turm"]),
        ("Combien coûte le pain ?", ["coût", "le", "pain"]),
        ("夏季剧院在哪里？", ["夏季", "季剧", "剧院"]),
        ("会的领导者是谁", ["领导", "导者"]),
        ("ताजमहल कहाँ है", ["ताजमहल", "है"]),
        ("Comment does it work?", ["comment", "work"]),
    ],
)
def test_words_that_only_ask_are_not_looked_for(question: str, terms: list[str]) -> None:
    assert analyzer.asked_terms(question) == terms


@pytest.mark.parametrize("question", ["什么", "wer wie was", "谁的？"])
def test_a_question_of_nothing_else_is_looked_for_as_it_is(question: str) -> None:
    assert analyzer.asked_terms(question) == analyzer.terms(question) != []


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("The warranties last two years.", "How long is the warranty?", ["warranties"]),
        ("夏季剧院位于花园中。", "夏季剧院在哪里？", ["夏季剧院"]),
        ("ＡＢＣ and ﬁles", "abc file", ["ＡＢＣ", "ﬁles"]),
        ("Nothing of it.", "warranty", []),
    ],
)
def test_the_words_that_a_question_found_are_marked(text: str, question: str, marked: list[str]) -> None:
    places = analyzer.places(text, set(analyzer.asked_terms(question)))
    assert [text[start:end] for start, end in places] == marked


def test_prose_is_split_at_the_ends_of_sentences() -> None:
    assert sentences('It rains. Does it? "Yes!" he said.\nThe end.') == [
        "It rains.",
        "Does it?",
        '"Yes!" he said.',
        "The end.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. J. R. Brown lives in St. Louis.",
        "See Fig. 3 for version 3.11 of the U.S. Navy manual.",
        "It costs $1.50, e.g. Monday to Friday.",
        "A line that was wrapped by a PDF\ngoes on in the next one.",
    ],
)
def test_full_stops_within_a_sentence_do_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


def test_an_abbreviation_can_end_a_sentence_before_a_common_word() -> None:
    assert sentences("He left the U.S. The rest stayed.") == ["He left the U.S.", "The rest stayed."]


def test_sentences_of_scripts_without_spaces_are_split() -> None:
    assert sentences("今日は晴れです。明日は雨です。") == ["今日は晴れです。", "明日は雨です。"]
    assert sentences("यह ठीक है। वह आया।") == ["यह ठीक है।", "वह आया।"]


MARKDOWN = """\
# Installing
You need two things.

Setup
- one. With two sentences
- two, which goes on
  in the next line

| Limit | Value |
|-------|------:|
| Upload | 100 MiB |

```bash
make run
make test
```
---
That is all.
"""


def test_markdown_keeps_items_rows_and_code_whole_and_drops_headings_and_rules() -> None:
    assert sentences(MARKDOWN) == [
        "You need two things.",
        "Setup",
        "- one. With two sentences",
        "- two, which goes on\n  in the next line",
        "| Limit | Value |",
        "| Upload | 100 MiB |",
        "make run\nmake test",
        "That is all.",
    ]


def test_a_very_long_item_is_split_like_prose() -> None:
    assert len(sentences("- " + "This item does not end. " * 30)) == 30


def test_a_short_line_before_a_capital_is_no_wrapped_line() -> None:
    text = "Opening hours\nWe are open from Monday to Friday and closed on public holidays."
    assert sentences(text)[0] == "Opening hours"


@given(st.text(alphabet="Aa .!?\n-#|`。天1", max_size=200))
def test_ranges_are_trimmed_in_order_and_never_overlap(text: str) -> None:
    before = 0
    for start, end in analyzer.sentences(text):
        assert before <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        before = end
