"""The model providers that the settings configure, in the order in which their models are offered."""

from dataclasses import dataclass

from pydantic import SecretStr

from parley.adapters.llm.transport import ProviderConfig
from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class Provider:
    """A configured provider: its name in `PROVIDERS`, where it is, and the model offered first."""

    name: str
    config: ProviderConfig
    model: str


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    public_url: str
    base_url: str | None
    api_key: SecretStr | None
    model: str


def configured_providers(settings: Settings) -> tuple[Provider, ...]:
    """Those that have a key, or an address of their own."""
    openai = settings.openai_base_url, settings.openai_api_key, settings.openai_model
    anthropic = settings.anthropic_base_url, settings.anthropic_api_key, settings.anthropic_model
    gemini = settings.gemini_base_url, settings.gemini_api_key, settings.gemini_model
    rows = (
        _Row("openai", "https://api.openai.com/v1", *openai),
        _Row("anthropic", "https://api.anthropic.com/v1", *anthropic),
        _Row("gemini", "https://generativelanguage.googleapis.com/v1beta", *gemini),
    )
    return tuple(
        Provider(
            row.name,
            ProviderConfig(
                row.base_url or row.public_url,
                None if row.api_key is None else row.api_key.get_secret_value(),
            ),
            row.model,
        )
        for row in rows
        if row.api_key is not None or row.base_url is not None
    )
