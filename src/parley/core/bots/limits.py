"""What each key of a bot's configuration may hold: one table for the core, the API and its documentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, assert_never

from parley.core.bots.model import BotConfiguration, FewShot
from parley.core.kernel.errors import InvalidInput
from parley.core.llm.model import ModelName, UnknownModel

MAX_NAME_CHARS = 100
MAX_DESCRIPTION_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Between:
    """A number within bounds, both included."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Characters:
    """A text of at most so many characters."""

    most: int


@dataclass(frozen=True, slots=True)
class Items:
    """At most so many items, whose texts are not empty and have at most so many characters each."""

    most: int
    characters: int


Limit = Between | Characters | Items

MODEL_NAME = Characters(200)

LIMITS: Mapping[str, Limit] = {
    "llm_model": MODEL_NAME,
    "fallbacks": Items(5, MODEL_NAME.most),
    "temperature": Between(0, 2),
    "system_prompt": Characters(32_000),
    "few_shot": Items(20, 8_000),
    "retriever_k": Between(1, 50),
    "retriever_weight": Between(0, 1),
    "retriever_tokens": Between(200, 100_000),
    "chat_history_length": Between(0, 100),
    "tools": Items(50, 100),
    "unattended_tools": Items(50, 100),
    "collections": Items(100, 36),
    "guardrails": Items(50, 100),
    "greeting": Characters(2_000),
    "suggested_questions": Items(10, 300),
    "answer_cache_s": Between(1, 30 * 86_400),
}

# None is built yet: taking a name would promise what no turn does. Tools are known to the toolbox.
KNOWN: Mapping[str, frozenset[str]] = {"guardrails": frozenset()}


def check_configuration(configuration: BotConfiguration) -> None:
    """Raises InvalidInput naming the key, the limit and the value."""
    for key, limit in LIMITS.items():
        value = getattr(configuration, key)
        if value is not None:
            check(key, value, limit)
    for key, known in KNOWN.items():
        for name in getattr(configuration, key):
            if name not in known:
                _refuse(key, f"names {name!r}, which this server does not have", f"Take it out of {key}.")
    for name in configuration.unattended_tools:
        if name not in configuration.tools:
            _refuse("unattended_tools", f"names {name!r}, which is not in tools", "Add it to tools as well.")
    if configuration.llm_model is not None:
        _check_model("llm_model", configuration.llm_model)
    for model in configuration.fallbacks:
        _check_model("fallbacks", model)


def check(key: str, value: Any, limit: Limit) -> None:
    """Raises InvalidInput when `value` is past `limit`."""
    match limit:
        case Between(least, most):
            # Said this way round, NaN is refused too.
            if not least <= value <= most:
                _refuse(
                    key, f"is {value:g}; it must be from {least:g} to {most:g}", "Choose a value between."
                )
        case Characters(most):
            _check_length(key, value, most)
        case Items(most, characters):
            if len(value) > most:
                _refuse(key, f"has {len(value)} items; the limit is {most}", "Take some out.")
            for number, item in enumerate(value, start=1):
                for text in _texts_of(item):
                    _check_length(f"{key}, item {number},", text, characters, least=1)
        case _:
            assert_never(limit)


def _check_model(key: str, name: str) -> None:
    try:
        ModelName.parse(name)
    except UnknownModel:
        _refuse(key, f"names {name!r}, which is not of the form provider:model", "See GET /api/v1/models.")


def _check_length(what: str, text: str, most: int, *, least: int = 0) -> None:
    if len(text.strip()) < least:
        _refuse(what, "is empty", "Write something, or take it out.")
    if len(text) > most:
        _refuse(what, f"has {len(text)} characters; the limit is {most}", "Shorten it.")


def _texts_of(item: object) -> Sequence[str]:
    if isinstance(item, FewShot):
        return (item.question, item.answer)
    return (str(item),)


def _refuse(what: str, why: str, hint: str) -> NoReturn:
    raise InvalidInput(f"{what} {why}.", hint=hint)
