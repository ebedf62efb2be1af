"""What a workspace's documents are embedded with, through HTTP, and an embedder behind a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from parley.bootstrap.database import RunningDatabase
from parley.bootstrap.embedders import check_embedder
from parley.core.knowledge.spaces import SWITCHED_OFF
from parley.settings import Settings, WrongSetting, load_settings
from tests.adapters.embeddings.scripted import KEY, serving, vector_of
from tests.web.conftest import Api
from tests.web.conftest import serving as serving_parley


async def test_an_admin_reads_what_documents_are_embedded_with(api: Api) -> None:
    owner = await api.sign_up()
    reply = await owner.get(f"/workspaces/{owner.workspace}/embedding")
    assert reply.status_code == 200, reply.text
    assert reply.json()["words_alone"] == SWITCHED_OFF
    assert reply.json()["building"] is None
    editor = await api.member(owner, "editor")
    assert (await editor.get(f"/workspaces/{owner.workspace}/embedding")).status_code == 403
    stranger = await api.sign_up("Stranger")
    assert (await stranger.get(f"/workspaces/{owner.workspace}/embedding")).status_code == 404


async def test_programs_get_vectors_of_an_embedder_behind_a_network_and_pay_for_them(
    settings_of: Callable[..., Settings], running_database: RunningDatabase
) -> None:
    def answer(body: dict[str, Any]) -> web.Response:
        data = [{"embedding": vector_of(each), "index": n} for n, each in enumerate(body["input"])]
        return web.json_response({"data": data, "usage": {"prompt_tokens": 11}})

    async with serving(answer) as service:
        settings = settings_of(
            embedder="openai:house-model", embedder_base_url=service.url, embedder_api_key=KEY
        )
        async with serving_parley(settings, running_database) as api:
            owner = await api.sign_up()
            key = await owner.made(
                f"/workspaces/{owner.workspace}/api-keys", {"name": "p", "scopes": ["embeddings"]}
            )
            body = {"model": "openai:house-model", "input": ["Why?"], "input_type": "query"}
            headers = {"Authorization": f"Bearer {key['key']}"}
            reply = await api.http.post("/v1/embeddings", json=body, headers=headers)
            assert reply.status_code == 200, reply.text
            assert len(reply.json()["data"][0]["embedding"]) == 16
            used = await owner.get(f"/workspaces/{owner.workspace}/usage?by=purpose")
            [row] = used.json()["items"]
            assert (row["key"], row["input_tokens"]) == ("embed_questions", 11)
            told = (await owner.get(f"/workspaces/{owner.workspace}/embedding")).json()
            assert told["configured_model"] == "openai:house-model"
    assert service.headers[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"embedder": "acme:model"}, "'acme' is no provider of embeddings"),
        ({"embedder": "anthropic:model"}, "'anthropic' is no provider of embeddings"),
        ({"embedder": "openai:model"}, "Set PARLEY_OPENAI_API_KEY, or PARLEY_EMBEDDER_BASE_URL"),
    ],
)
def test_an_embedder_that_can_never_be_reached_is_refused_at_the_start(
    changes: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(WrongSetting, match=said):
        check_embedder(Settings(data_dir=tmp_path, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["minilm", "none", "ollama:nomic-embed-text", "bedrock:cohere.embed-v4:0@512"]
)
def test_an_embedder_that_is_configured_is_taken(name: str, tmp_path: Path) -> None:
    check_embedder(
        Settings(
            data_dir=tmp_path,
            embedder=name,
            bedrock_region="eu-west-1",
            embedder_base_url="http://localhost:11434/v1",
        )
    )


@pytest.mark.parametrize("name", ["openai", "openai:", ":model", "a b:c", "x" * 300 + ":y"])
def test_a_name_that_is_none_is_refused_with_the_form_it_should_have(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_EMBEDDER", name)
    with pytest.raises(WrongSetting, match="PARLEY_EMBEDDER: must be minilm, none or"):
        load_settings()


def test_files_in_a_bucket_need_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_FILES", "s3")
    with pytest.raises(WrongSetting, match="PARLEY_FILES=s3 needs PARLEY_S3_BUCKET"):
        load_settings()
