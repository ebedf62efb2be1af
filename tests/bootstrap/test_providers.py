"""Which model providers the settings configure."""

import pytest

from parley.adapters.llm import PROVIDERS
from parley.bootstrap.providers import configured_providers
from parley.settings import load_settings


def test_without_keys_and_addresses_there_are_none() -> None:
    assert configured_providers(load_settings()) == ()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("openai", "https://api.openai.com/v1"),
        ("anthropic", "https://api.anthropic.com/v1"),
        ("gemini", "https://generativelanguage.googleapis.com/v1beta"),
    ],
)
def test_a_key_is_enough_and_an_address_is_too(name: str, url: str) -> None:
    (with_key,) = configured_providers(load_settings(**{f"{name}_api_key": "k"}))
    assert (with_key.name, with_key.config.base_url, with_key.config.api_key) == (name, url, "k")

    (elsewhere,) = configured_providers(
        load_settings(**{f"{name}_base_url": "http://localhost:9/v1", f"{name}_model": "small"})
    )
    assert (elsewhere.config.base_url, elsewhere.config.api_key) == ("http://localhost:9/v1", None)
    assert elsewhere.model == "small"


def test_they_are_offered_in_a_fixed_order_and_each_has_an_adapter() -> None:
    settings = load_settings(gemini_api_key="g", openai_api_key="o", anthropic_api_key="a")
    names = [provider.name for provider in configured_providers(settings)]
    assert names == ["openai", "anthropic", "gemini"]
    assert set(names) <= set(PROVIDERS)
