"""Which model providers the settings configure."""

import pytest

from parley.adapters.llm import PROVIDERS
from parley.bootstrap.models import local_places
from parley.bootstrap.providers import configured_providers
from parley.settings import WrongSetting, load_settings, unknown_variables


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


@pytest.mark.parametrize("name", ["groq", "mistral", "huggingface", "openrouter", "ollama", "vllm"])
def test_a_compatible_server_is_three_variables(name: str) -> None:
    given = {"api_key": "k", "base_url": "http://localhost:9/v1/", "model": "small"}
    (provider,) = configured_providers(load_settings(**{name: given}))
    assert (provider.name, provider.config.base_url, provider.config.api_key, provider.model) == (
        name,
        "http://localhost:9/v1",
        "k",
        "small",
    )
    assert provider.takes_keys == (name not in {"ollama", "vllm"})


def test_their_variables_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_GROQ_API_KEY", "k")
    monkeypatch.setenv("PARLEY_GROQ_BASE_URL", "")
    (groq,) = configured_providers(load_settings())
    assert (groq.config.base_url, groq.config.api_key) == ("https://api.groq.com/openai/v1", "k")
    monkeypatch.setenv("PARLEY_GROQ_BASE_URL", "api.groq.com")
    with pytest.raises(WrongSetting, match="PARLEY_GROQ_BASE_URL: must begin with http"):
        load_settings()
    monkeypatch.setenv("PARLEY_GROQ_API_KY", "k")
    assert unknown_variables() == [
        "PARLEY_GROQ_API_KY is not a setting of Parley. Did you mean PARLEY_GROQ_API_KEY?"
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"bedrock_region": "eu-west-1"},
        {"bedrock_region": "eu-west-1", "bedrock_api_key": "k"},
        {"bedrock_region": "eu-west-1", "bedrock_access_key_id": "a", "bedrock_secret_access_key": "s"},
    ],
)
def test_bedrock_is_turned_on_by_a_region_or_a_key(given: dict[str, str]) -> None:
    (bedrock,) = configured_providers(load_settings(**given))
    assert bedrock.config.base_url == "https://bedrock-runtime.eu-west-1.amazonaws.com"
    assert bedrock.config.api_key == given.get("bedrock_api_key")
    with pytest.raises(WrongSetting, match="go together"):
        load_settings(bedrock_access_key_id="a")


def test_local_servers_are_looked_for_but_not_where_parley_itself_listens() -> None:
    def places(**changes: object) -> list[tuple[str, int]]:
        found = local_places(load_settings(**{"discover_local_models": True, **changes}))
        return [(place.provider, place.port) for place in found]

    assert places(port=9000) == [("ollama", 11434), ("vllm", 8000)]
    assert places(port=8000) == [("ollama", 11434)]
    assert places(port=8000, discover_vllm_port=8001) == [("ollama", 11434), ("vllm", 8001)]
    assert places(port=8000, ollama={"base_url": "http://elsewhere/v1"}) == []
    assert places(discover_local_models=False) == []


def test_they_are_offered_in_a_fixed_order_and_each_has_an_adapter() -> None:
    settings = load_settings(gemini_api_key="g", openai_api_key="o", anthropic_api_key="a")
    names = [provider.name for provider in configured_providers(settings)]
    assert names == ["openai", "anthropic", "gemini"]
    assert set(names) <= set(PROVIDERS)
