"""The embedders that the settings let be had."""

import aiohttp

from parley.adapters.embeddings import EMBEDDERS
from parley.adapters.embeddings.minilm import MODEL as MINILM
from parley.adapters.embeddings.minilm import MiniLm
from parley.adapters.embeddings.remote import EmbeddingServer
from parley.adapters.llm import PROVIDERS
from parley.bootstrap.loading import load
from parley.bootstrap.providers import Provider, known_providers
from parley.core.kernel.errors import InvalidInput
from parley.core.knowledge.embedding import EmbedderName, is_of_this_machine
from parley.core.knowledge.ports import Embedder
from parley.settings import Settings, WrongSetting

_OWN_ADDRESS, _OWN_KEY = "PARLEY_EMBEDDER_BASE_URL", "PARLEY_EMBEDDER_API_KEY"


class ServerEmbedders:
    """Implements `Embedders`: each is made when it is first asked for, and kept."""

    def __init__(self, settings: Settings, local: MiniLm | None, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._local = local
        self._session = session
        self._made: dict[str, Embedder | None] = {}

    @property
    def switched_off(self) -> bool:
        return self._settings.embedder == "none"

    @property
    def configured(self) -> Embedder | None:
        if self.switched_off:
            return None
        return self.named(MINILM if self._settings.embedder == "minilm" else self._settings.embedder)

    def named(self, model: str) -> Embedder | None:
        if model not in self._made:
            self._made[model] = self._make(model)
        return self._made[model]

    def _make(self, model: str) -> Embedder | None:
        if is_of_this_machine(model):
            return self._local if model == MINILM else None
        try:
            name = EmbedderName.parse(model)
        except InvalidInput:
            return None
        reached = reach(self._settings, name.provider)
        if reached is None:
            return None
        server, provider = reached
        options = {"signer": provider.signer} if name.provider == "bedrock" else {}
        made: Embedder = load(EMBEDDERS[_wire(name.provider)])(name, server, self._session, **options)
        return made


def reach(settings: Settings, provider: str) -> tuple[EmbeddingServer, Provider] | None:
    """How the embeddings of a provider are reached; None when the settings do not say. Those of
    PARLEY_EMBEDDER_BASE_URL and _API_KEY are for the provider that PARLEY_EMBEDDER names.
    """
    known = {each.name: each for each in known_providers(settings)}.get(provider)
    if known is None or _wire(provider) not in EMBEDDERS:
        return None
    base_url, api_key = known.config.base_url, known.config.api_key
    variables = f"PARLEY_{provider.upper()}"
    address_setting, key_setting = f"{variables}_BASE_URL", f"{variables}_API_KEY"
    configured = known.configured
    if settings.embedder.partition(":")[0] == provider:
        if settings.embedder_base_url is not None:
            base_url, address_setting, configured = settings.embedder_base_url, _OWN_ADDRESS, True
            api_key, key_setting = None, _OWN_KEY  # the key of one server is nothing for another
        if settings.embedder_api_key is not None:
            api_key, key_setting = settings.embedder_api_key.get_secret_value(), _OWN_KEY
            configured = True
    if not configured:
        return None
    return EmbeddingServer(base_url, api_key, address_setting, key_setting), known


def check_embedder(settings: Settings) -> None:
    """Raises WrongSetting when PARLEY_EMBEDDER names one that can never be reached."""
    provider, _, model = settings.embedder.partition(":")
    if not model or reach(settings, provider) is not None:
        return
    names = [each.name for each in known_providers(settings) if _wire(each.name) in EMBEDDERS]
    if provider not in names:
        raise WrongSetting(
            f"PARLEY_EMBEDDER: {provider!r} is no provider of embeddings; write provider:model, with one of "
            f"these providers: {', '.join(names)}."
        )
    raise WrongSetting(
        f"PARLEY_EMBEDDER: {provider} is not configured. Set PARLEY_{provider.upper()}_API_KEY, or "
        "PARLEY_EMBEDDER_BASE_URL for a server of your own."
    )


def _wire(provider: str) -> str:
    """The embedder that speaks the provider's protocol."""
    return "openai" if PROVIDERS.get(provider) == PROVIDERS["openai"] else provider
