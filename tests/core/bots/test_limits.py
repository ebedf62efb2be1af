"""What a bot's configuration may hold, whichever door it comes in by."""

import math
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from parley.core.bots.limits import check_configuration
from parley.core.bots.model import BotConfiguration, FewShot
from parley.core.kernel.errors import InvalidInput

FULL = BotConfiguration(
    llm_model="openai:some/model:tag",
    fallbacks=("extractive:default",) * 5,
    temperature=2,
    system_prompt="x" * 32_000,
    few_shot=(FewShot("Q", "A"),) * 20,
    retriever_k=50,
    retriever_weight=1.0,
    retriever_tokens=100_000,
    chat_history_length=100,
    collections=tuple(uuid4() for _ in range(100)),
    greeting="x" * 2_000,
    suggested_questions=("x" * 300,) * 10,
)


def test_the_defaults_and_every_value_at_its_limit_are_fine() -> None:
    check_configuration(BotConfiguration())
    check_configuration(FULL)
    check_configuration(replace(FULL, temperature=0, retriever_k=1, chat_history_length=0))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperature": 2.01}, "temperature is 2.01; it must be from 0 to 2."),
        ({"temperature": math.nan}, "temperature is nan; it must be from 0 to 2."),
        ({"retriever_k": 0}, "retriever_k is 0; it must be from 1 to 50."),
        ({"retriever_weight": 1.1}, "retriever_weight is 1.1; it must be from 0 to 1."),
        ({"retriever_tokens": 199}, "retriever_tokens is 199; it must be from 200 to 100000."),
        ({"chat_history_length": -1}, "chat_history_length is -1; it must be from 0 to 100."),
        ({"greeting": "x" * 2_001}, "greeting has 2001 characters; the limit is 2000."),
        ({"fallbacks": ("a:b",) * 6}, "fallbacks has 6 items; the limit is 5."),
        ({"suggested_questions": ("Why?", " ")}, "suggested_questions, item 2, is empty."),
        ({"few_shot": (FewShot("Q", ""),)}, "few_shot, item 1, is empty."),
        ({"few_shot": (FewShot("x" * 8_001, "A"),)}, "few_shot, item 1, has 8001 characters"),
        ({"unattended_tools": ("crm",)}, "unattended_tools names 'crm', which is not in tools."),
        ({"guardrails": ("pii",)}, "guardrails names 'pii', which this server does not have."),
        ({"llm_model": "gpt"}, "llm_model names 'gpt', which is not of the form provider:model."),
        ({"fallbacks": ("a:b", ":")}, "fallbacks names ':', which is not of the form provider:model."),
    ],
)
def test_a_value_past_its_limit_is_refused_with_key_value_and_limit(
    change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_configuration(replace(FULL, **change))
    assert refusal.value.detail.startswith(said)
    assert refusal.value.hint
