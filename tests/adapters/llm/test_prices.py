"""What models cost, from the list, from an administrator's file, and on this machine."""

from decimal import Decimal
from pathlib import Path

import pytest

from parley.adapters.llm.prices import OwnPrice, Prices, WrongPrices, read_prices
from parley.core.usage.model import Tokens

OPENAI = {"openai": "https://api.openai.com/v1", "gemini": "https://generativelanguage.googleapis.com/v1beta"}
MILLION = Tokens(1_000_000, 1_000_000)


def test_a_listed_model_costs_what_the_list_says() -> None:
    prices = Prices({}, OPENAI)
    assert prices.cost_micros("openai:gpt-4o-mini", MILLION) == 750_000
    assert prices.cost_micros("openai:gpt-4o-mini", Tokens(1_000_000, 0, cached=1_000_000)) == 75_000
    assert prices.cost_micros("openai:gpt-4o-mini", Tokens(10, 1)) == 2  # 2.1 micros


def test_a_price_that_rises_with_the_prompt_does() -> None:
    prices = Prices({}, OPENAI)
    short = prices.cost_micros("gemini:gemini-2.5-pro", Tokens(100_000, 0))
    long = prices.cost_micros("gemini:gemini-2.5-pro", Tokens(300_000, 0))
    assert short is not None
    assert long is not None
    assert long > 3 * short


@pytest.mark.parametrize(
    ("model", "addresses"),
    [
        ("openai:no-such-model", OPENAI),
        ("openai:gpt-4o-mini", {"openai": "https://models.example.org/v1"}),
        ("acme:model", {}),
        ("pydantic-ai:acme:model", {}),
    ],
)
def test_a_model_nobody_lists_has_no_price(model: str, addresses: dict[str, str]) -> None:
    assert Prices({}, addresses).cost_micros(model, MILLION) is None


def test_what_runs_on_this_machine_is_free() -> None:
    prices = Prices({}, {"openai": "http://localhost:11434/v1"})
    assert prices.cost_micros("openai:llama3.2", MILLION) == 0
    assert prices.cost_micros("extractive:default", MILLION) == 0


def test_an_administrators_price_wins(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(
        '{"openai:gpt-4o-mini": {"input": 1, "output": 2, "cached": 0.5},'
        ' "openai:*": {"input": 0.1, "output": 0.1}}'
    )
    prices = Prices(read_prices(file), {"openai": "http://localhost:4000"})
    assert prices.cost_micros("openai:gpt-4o-mini", Tokens(1_000_000, 0, cached=500_000)) == 750_000
    assert prices.cost_micros("openai:other", MILLION) == 200_000


def test_no_file_holds_no_prices() -> None:
    assert read_prices(None) == {}


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"openai:x": {"input": 1}}',
        '{"x": {"input": 1, "output": 1}}',
        '{"a:b": {"input": -1, "output": 1}}',
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(content)
    with pytest.raises(WrongPrices, match=r"prices\.json"):
        read_prices(file)


def test_the_cost_of_odd_amounts_is_rounded_to_the_nearest_micro() -> None:
    price = OwnPrice(Decimal("0.15"), Decimal("0.6"))
    assert Prices({"a:b": price}, {}).cost_micros("a:b", Tokens(3, 0)) == 0
    assert Prices({"a:b": price}, {}).cost_micros("a:b", Tokens(4, 0)) == 1


def test_a_model_behind_a_bridge_costs_what_its_provider_asks() -> None:
    prices = Prices({}, {})
    direct = Prices({}, OPENAI).cost_micros("openai:gpt-4o-mini", MILLION)
    assert prices.cost_micros("pydantic-ai:openai:gpt-4o-mini", MILLION) == direct
