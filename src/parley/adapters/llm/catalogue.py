"""Finds the model that a bot names among the configured providers."""

from collections.abc import Callable, Mapping, Sequence

from parley.core.llm.model import ModelName, UnknownModel
from parley.core.llm.ports import ChatModel


class Catalogue:
    """Implements `ModelCatalogue`. `providers` makes a model of each provider by its model name."""

    def __init__(
        self,
        providers: Mapping[str, Callable[[str], ChatModel]],
        offered: Sequence[tuple[ModelName, str]],
        default: str,
    ) -> None:
        self._providers = providers
        self._offered = tuple(offered)
        self._default = default

    def resolve(self, name: str) -> ChatModel:
        parsed = ModelName.parse(name)
        make = self._providers.get(parsed.provider)
        if make is None:
            configured = ", ".join(sorted(self._providers))
            raise UnknownModel(
                name, f"the provider {parsed.provider!r} is not configured here (there are: {configured})"
            )
        return make(parsed.model)

    def default(self) -> str:
        return self._default

    def available(self) -> tuple[tuple[ModelName, str], ...]:
        return self._offered
