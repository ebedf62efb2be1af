"""Questions and answers through HTTP, for the tests of conversations."""

from typing import Any

from tests.web.conftest import Api, Person

Json = dict[str, Any]


async def plain_bot(person: Person) -> str:
    """A bot that needs no documents."""
    path = f"/workspaces/{person.workspace}/bots"
    made = await person.made(path, {"name": "B", "configuration": {"agent_type": "plain"}})
    return str(made["id"])


async def ask(person: Person, bot: str, message: str, **more: Any) -> Json:
    """The answer's reply; its conversation, message and so on."""
    reply = await person.post("/chat", {"bot_id": bot, "message": message, **more})
    assert reply.status_code == 200, reply.text
    found: Json = reply.json()
    return found


async def messages(person: Person, conversation: str, **params: Any) -> list[Json]:
    reply = await person.get(f"/conversations/{conversation}/messages", params=params)
    assert reply.status_code == 200, reply.text
    found: list[Json] = reply.json()["items"]
    return found


async def send(person: Person, method: str, path: str, key: str | None = None, **options: Any) -> Any:
    """A request with an idempotency key, or of a method that Person has no word for."""
    headers = {"Authorization": f"Bearer {person.access_token}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return await person.http.request(method, f"/api/v1{path}", headers=headers, **options)


async def owner_with_bot(api: Api) -> tuple[Person, str]:
    owner = await api.sign_up("Owner")
    return owner, await plain_bot(owner)
