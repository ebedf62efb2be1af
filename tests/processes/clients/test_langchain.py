"""LangChain's own suite for chat models, with its client for OpenAI and a plain bot as the model."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests
from openai import DefaultAsyncHttpxClient

from tests.processes.clients.conftest import Shop


# Of the clients themselves: pydantic wonders at the parsed answer that the SDK puts beside the text, and
# LangChain says that schemas of pydantic 1 go another way, which one of its tests takes.
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
@pytest.mark.filterwarnings("ignore:Received a Pydantic BaseModel V1 schema:UserWarning")
class TestPlainBot(ChatModelIntegrationTests):
    """What needs the network (images that it fetches) is left to the tests of the SDK."""

    @pytest.fixture(autouse=True)
    async def _of_the_shop(self, shop: Shop) -> AsyncIterator[None]:
        # LangChain would share one client between the loops of all tests.
        async with DefaultAsyncHttpxClient() as http:
            self.shop, self.http = shop, http
            yield

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatOpenAI

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {
            "model": "plain",
            "api_key": self.shop.key,
            "base_url": self.shop.openai_url,
            "stream_usage": True,
            "http_async_client": self.http,
        }

    @property
    def supports_json_mode(self) -> bool:
        return True
