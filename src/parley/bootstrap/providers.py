"""The model providers that the settings configure, in the order in which their models are offered."""

from dataclasses import dataclass

from pydantic import SecretStr

from parley.adapters.llm.listing import Source
from parley.adapters.llm.presets import PRESETS
from parley.adapters.llm.transport import ProviderConfig
from parley.adapters.outbound.aws import AwsKeys, Signer
from parley.settings import Settings

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, whether or not the server has what it takes to ask it."""

    name: str
    """In `PROVIDERS`."""
    config: ProviderConfig
    model: str
    """Offered first; empty: whichever it lists."""
    configured: bool
    takes_keys: bool = True
    """Of workspaces: whoever needs none does not."""
    signer: Signer | None = None

    def source(self, key: str | None = None) -> Source:
        """As it is asked for its models, with a workspace's own key if there is one."""
        return Source(self.name, self.with_key(key), self.signer)

    def with_key(self, key: str | None) -> ProviderConfig:
        if key is None:
            return self.config
        return ProviderConfig(self.config.base_url, key)


def configured_providers(settings: Settings) -> tuple[Provider, ...]:
    """Those that have a key, or an address of their own."""
    return tuple(provider for provider in known_providers(settings) if provider.configured)


def known_providers(settings: Settings) -> tuple[Provider, ...]:
    return (
        _openai_compatible(
            "openai", settings.openai_base_url, settings.openai_api_key, settings.openai_model
        ),
        _plain(
            "anthropic",
            settings.anthropic_base_url,
            settings.anthropic_api_key,
            ("https://api.anthropic.com/v1", settings.anthropic_model),
        ),
        _plain(
            "gemini",
            settings.gemini_base_url,
            settings.gemini_api_key,
            ("https://generativelanguage.googleapis.com/v1beta", settings.gemini_model),
        ),
        _bedrock(settings),
        *(
            _openai_compatible(name, given.base_url, given.api_key, given.model)
            for name, given in settings.compatible_servers().items()
        ),
    )


def _openai_compatible(name: str, base_url: str | None, api_key: SecretStr | None, model: str) -> Provider:
    preset = PRESETS[name]
    provider = _plain(name, base_url, api_key, (preset.url, model or preset.model))
    return Provider(name, provider.config, provider.model, provider.configured, takes_keys=not preset.local)


def _plain(name: str, base_url: str | None, api_key: SecretStr | None, usual: tuple[str, str]) -> Provider:
    url, model = usual
    config = ProviderConfig(base_url or url, None if api_key is None else api_key.get_secret_value())
    return Provider(name, config, model, configured=api_key is not None or base_url is not None)


def _bedrock(settings: Settings) -> Provider:
    region = settings.bedrock_region or DEFAULT_REGION
    keys = None
    if settings.bedrock_access_key_id and settings.bedrock_secret_access_key:
        token = settings.bedrock_session_token
        keys = AwsKeys(
            settings.bedrock_access_key_id,
            settings.bedrock_secret_access_key.get_secret_value(),
            None if token is None else token.get_secret_value(),
        )
    base_url = settings.bedrock_base_url
    provider = _plain(
        "bedrock",
        base_url,
        settings.bedrock_api_key,
        (f"https://bedrock-runtime.{region}.amazonaws.com", settings.bedrock_model),
    )
    configured = provider.configured or keys is not None or settings.bedrock_region is not None
    return Provider(
        "bedrock", provider.config, provider.model, configured, signer=Signer("bedrock", region, keys)
    )
