"""What models cost: the price list of the package genai-prices, read offline, and an administrator's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from parley.core.kernel.errors import ParleyError
from parley.core.usage.model import Tokens

_MILLION = 1_000_000
_MOST_REMEMBERED = 1_000
"""Names come from the configurations of bots, so there is no end of them."""
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_OWN_PROVIDERS = frozenset({"extractive", "ollama", "vllm"})
"""What people run themselves, wherever that is."""
_BRIDGE = "pydantic-ai"
"""Its models are named with the provider behind it: `pydantic-ai:cohere:command-a`."""


class OwnPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """USD for a million tokens. Without `cached`, tokens read before cost as much as the others."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None

    def cost_micros(self, tokens: Tokens) -> int:
        cached = self.input if self.cached is None else self.cached
        fresh = tokens.input - tokens.cached
        # USD for a million tokens are micros for one.
        return _rounded(fresh * self.input + tokens.cached * cached + tokens.output * self.output)


class WrongPrices(ParleyError):
    """The file of PARLEY_PRICES cannot be used; the text says why."""

    code = "wrong_prices"


FREE = OwnPrice(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Listed:
    """A model of the price list whose price depends on the time or the length of the prompt."""

    model: Any
    provider: Any

    def cost_micros(self, tokens: Tokens) -> int:
        from genai_prices import Usage

        usage = Usage(
            input_tokens=tokens.input, output_tokens=tokens.output, cache_read_tokens=tokens.cached or None
        )
        return _rounded(self.model.calc_price(usage, self.provider).total_price * _MILLION)


class Prices:
    """Implements `PriceBook`.

    `own` wins over the list; its names are `provider:model`, or `provider:*` for all of a provider.
    `addresses` says where a provider's requests go: the list is searched by it. What runs on this machine,
    or is run by oneself, is free.
    """

    def __init__(self, own: Mapping[str, OwnPrice], addresses: Mapping[str, str]) -> None:
        self._own = own
        self._addresses = addresses
        self._known: dict[str, OwnPrice | _Listed | None] = {}

    def cost_micros(self, model: str, tokens: Tokens) -> int | None:
        if model not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[model] = self._look_up(model)
        price = self._known[model]
        return None if price is None else price.cost_micros(tokens)

    def _look_up(self, name: str) -> OwnPrice | _Listed | None:
        provider, _, model = name.partition(":")
        own = self._own.get(name) or self._own.get(f"{provider}:*")
        if own is not None:
            return own
        address = self._addresses.get(provider)
        if provider in _OWN_PROVIDERS or (address and urlsplit(address).hostname in _THIS_MACHINE):
            return FREE
        if provider == _BRIDGE:
            behind, _, model = model.partition(":")
            return _listed(model, provider=behind)
        return _listed(model, address=address)


def read_prices(path: Path | None) -> Mapping[str, OwnPrice]:
    """The prices that an administrator has set, by `provider:model`. Raises WrongPrices."""
    if path is None:
        return {}
    try:
        own = msgspec.json.decode(path.read_bytes(), type=dict[str, OwnPrice])
    except (OSError, msgspec.DecodeError) as error:
        raise WrongPrices(
            f"The prices in {path} cannot be used: {error}.",
            hint='Write {"provider:model": {"input": 0.25, "output": 2}}, in USD for a million tokens.',
        ) from error
    for name, price in own.items():
        if ":" not in name or min(price.input, price.output, price.cached or 0) < 0:
            raise WrongPrices(
                f"The price of {name!r} in {path} cannot be used.",
                hint="A name is of the form provider:model, and no price is below 0.",
            )
    return own


def _listed(
    model: str, *, provider: str | None = None, address: str | None = None
) -> OwnPrice | _Listed | None:
    # Imported when a model is first asked for: the list costs 0.2 s and not every server needs it.
    from genai_prices.data_snapshot import get_snapshot
    from genai_prices.types import ModelPrice

    try:
        listed_by, found = get_snapshot().find_provider_model(model, None, provider, address)
    except LookupError:
        return None
    if isinstance(found.prices, ModelPrice):
        flat = found.prices.__dict__
        amounts = [flat.get(name) for name in ("input_mtok", "output_mtok", "cache_read_mtok")]
        given, made, cached = amounts
        if isinstance(given, Decimal) and isinstance(made, Decimal) and isinstance(cached, Decimal | None):
            return OwnPrice(given, made, cached)
    return _Listed(found, listed_by)


def _rounded(micros: Decimal) -> int:
    return int(micros.to_integral_value(ROUND_HALF_UP))
