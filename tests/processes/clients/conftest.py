"""One server for all clients, in a process of its own: many of them block the thread that they run on."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from parley.settings import load_settings
from parley.testing.server import serving
from tests.adapters.llm.upstream import Upstream, upstream
from tests.processes.clients.obliging_model import oblige
from tests.web.conftest import DEADLINE_S, PASSWORD

READY_WITHIN_S = 90.0
SCOPES = ["chat", "models", "embeddings", "mcp", "documents.read", "documents.write"]

# LangChain's suite skips what a model says it cannot do; what is known not to apply is not counted as a test.
NOT_OF_THIS_MODEL = {
    *(f"test_{way}_with_model_override" for way in ("invoke", "ainvoke", "stream", "astream")),
    *("test_image_inputs", "test_pdf_inputs", "test_audio_inputs"),
    *("test_image_tool_message", "test_pdf_tool_message", "test_anthropic_inputs"),
    "test_stream_time",  # of recorded replies
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [
        item for item in items if item.path.name == "test_langchain.py" and item.name in NOT_OF_THIS_MODEL
    ]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@dataclass(frozen=True, slots=True)
class Shop:
    """A server with a plain bot, a bot that answers from one document, and keys for programs."""

    url: str
    workspace: str
    token: str
    """Of the owner, signed in."""
    key: str
    """Reaches all that a key can."""
    chat_key: str
    """Has the scope `chat` alone."""
    plain_bot: str
    warranty_bot: str
    model: Upstream

    @property
    def openai_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def mcp_url(self) -> str:
        return f"{self.url}/mcp"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Its loop runs on a thread of its own until the tests end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()
    opening = _opened(tmp_path_factory.mktemp("shop"))
    try:
        yield asyncio.run_coroutine_threadsafe(stack.enter_async_context(opening), loop).result(
            READY_WITHIN_S
        )
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(READY_WITHIN_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@asynccontextmanager
async def _opened(data_dir: Path) -> AsyncIterator[Shop]:
    async with upstream(oblige) as model:
        settings = {
            "OPENAI_BASE_URL": model.url,
            "OPENAI_MODEL": "obliging",
            "MODEL_DIR": str(load_settings().model_dir),
        }
        async with (
            serving(data_dir, settings) as server,
            httpx2.AsyncClient(base_url=f"{server.url}/api/v1", timeout=DEADLINE_S) as http,
        ):
            yield await _stocked(http, server.url, model)


async def _stocked(http: httpx2.AsyncClient, url: str, model: Upstream) -> Shop:
    async def made(path: str, body: dict[str, object]) -> dict[str, str]:
        reply = await http.post(path, json=body)
        assert reply.status_code == 201, reply.text
        found: dict[str, str] = reply.json()
        return found

    owner = {"email": "owner@example.org", "name": "Owner", "password": PASSWORD}
    token = (await http.post("/auth/register", json=owner)).json()["access_token"]
    http.headers["Authorization"] = f"Bearer {token}"
    workspace = (await http.get("/workspaces")).json()["items"][0]["id"]
    path = f"/workspaces/{workspace}"
    plain = {"agent_type": "plain", "system_prompt": "Be brief."}
    collection = await made(f"{path}/collections", {"name": "Handbooks"})
    warranty = {"collections": [collection["id"]], "llm_model": "extractive:default"}
    text = b"# Kettle\n\nThe warranty of the kettle lasts three years from the day of purchase."
    upload = await http.post(
        f"/collections/{collection['id']}/documents", files={"files": ("kettle.md", text, "text/markdown")}
    )
    await _until_ready(http, upload.json()["items"][0]["document"]["id"])
    return Shop(
        url=url,
        workspace=workspace,
        token=token,
        key=(await made(f"{path}/api-keys", {"name": "All", "scopes": SCOPES}))["key"],
        chat_key=(await made(f"{path}/api-keys", {"name": "Chat", "scopes": ["chat"]}))["key"],
        plain_bot=(await made(f"{path}/bots", {"name": "Plain", "configuration": plain}))["id"],
        warranty_bot=(await made(f"{path}/bots", {"name": "Warranty help", "configuration": warranty}))["id"],
        model=model,
    )


async def _until_ready(http: httpx2.AsyncClient, document: str) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while (await http.get(f"/documents/{document}")).json()["state"] != "ready":
            await asyncio.sleep(0.1)
