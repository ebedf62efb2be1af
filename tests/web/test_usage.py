"""Use and budgets through the API: what is counted, who may see it, and what a limit stops."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from parley.bootstrap.database import RunningDatabase
from parley.settings import Settings
from parley.testing.upstream.wires import event
from tests.adapters.llm.upstream import Reply, upstream
from tests.web.conftest import Api, Person, serving

PRICES = '{"openai:scripted": {"input": 1, "output": 10}}'


async def _speak(reply: Reply) -> None:
    """Takes 100 and gives 20 tokens: 300 micros. Refuses to name conversations, which would cost too."""
    if "title" in reply.body["messages"][0]["content"]:
        await reply.start(status=400)
        return
    await reply.start()
    await reply.text("The answer.")
    await reply.raw(event({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20}}))
    await reply.done()


@pytest.fixture
async def api(
    settings_of: Callable[..., Settings], running_database: RunningDatabase, tmp_path: Path
) -> AsyncIterator[Api]:
    prices = tmp_path / "prices.json"
    prices.write_text(PRICES)
    async with upstream(_speak) as model:
        settings = settings_of(openai_base_url=model.url, openai_model="scripted", prices=prices)
        async with serving(settings, running_database) as running:
            yield running


async def _bot(owner: Person, **configuration: object) -> str:
    made = await owner.made(
        f"/workspaces/{owner.workspace}/bots",
        {"name": "B", "configuration": {"agent_type": "plain", **configuration}},
    )
    return str(made["id"])


async def _ask(person: Person, bot: str, question: str = "Why?") -> dict[str, object]:
    reply = await person.post("/chat", {"bot_id": bot, "message": question})
    assert reply.status_code == 200, reply.text
    body: dict[str, object] = reply.json()
    return body


async def test_an_answer_is_counted_by_day_bot_model_and_user(api: Api) -> None:
    owner = await api.sign_up()
    bot = await _bot(owner)
    await _ask(owner, bot)
    keys = {"bot": bot, "model": "openai:scripted", "user": owner.id}
    for by in ("day", "bot", "model", "user"):
        reply = await owner.get(f"/workspaces/{owner.workspace}/usage?by={by}")
        [row] = reply.json()["items"]
        assert (row["input_tokens"], row["output_tokens"], row["cost_micros"]) == (100, 20, 300)
        assert row["key"] == keys.get(by, row["key"])
    mine = await owner.get(f"/workspaces/{owner.workspace}/usage/mine")
    assert mine.json()["items"][0]["calls"] == 1
    metrics = (await api.http.get("/metrics")).text
    assert 'parley_cost_micros_total{model="openai:scripted"} 300.0' in metrics


async def test_a_member_sees_only_their_own_use(api: Api) -> None:
    owner = await api.sign_up()
    member = await api.member(owner, "member")
    await _ask(owner, await _bot(owner))
    path = f"/workspaces/{owner.workspace}/usage"
    assert (await member.get(path)).status_code == 403
    assert (await member.get(f"{path}/mine")).json()["items"] == []


async def test_a_report_bounds_its_span(api: Api) -> None:
    owner = await api.sign_up()
    path = f"/workspaces/{owner.workspace}/usage"
    for span in ("from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "to=0001-01-01"):
        reply = await owner.get(f"{path}?{span}")
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input"), span


async def test_a_budget_stops_the_answer_that_could_pass_it(api: Api) -> None:
    owner = await api.sign_up()
    bot = await _bot(owner)
    await _ask(owner, bot)
    path = f"/workspaces/{owner.workspace}/budget"
    reply = await owner.put(path, {"workspace": {"month": {"cost_micros": 400}}})
    [limit] = reply.json()["limits"]
    assert (limit["cost_micros"], limit["resets_at"][8:10]) == (400, "01")

    refused = await _ask(owner, bot)
    assert refused["state"] == "failed"
    error = refused["error"]
    assert isinstance(error, dict)
    assert error["code"] == "budget_reached"
    assert "$0.0004; $0.0003 are spent" in error["detail"]
    assert (await owner.put(path, {})).json() == {"limits": []}
    assert (await _ask(owner, bot))["state"] == "done"


async def test_within_a_budget_answers_are_counted_once(api: Api) -> None:
    owner = await api.sign_up()
    bot = await _bot(owner)
    path = f"/workspaces/{owner.workspace}/budget"
    limits = {"workspace": {"day": {"cost_micros": 1_000_000}}, "each_user": {"day": {"tokens": 50_000}}}
    await owner.put(path, limits)
    await _ask(owner, bot)
    standing = (await owner.get(path)).json()["limits"]
    assert [(each["holder"], each["spent_micros"], each["spent_tokens"]) for each in standing] == [
        ("workspace", 300, 120),
        ("user", 300, 120),
    ]


async def test_a_budget_in_money_refuses_a_model_without_a_price(api: Api) -> None:
    owner = await api.sign_up()
    bot = await _bot(owner, llm_model="groq:unheard-of")
    await owner.put(f"/workspaces/{owner.workspace}/budget", {"workspace": {"day": {"cost_micros": 5}}})
    refused = await _ask(owner, bot)
    assert isinstance(refused["error"], dict)
    assert refused["error"]["code"] == "price_unknown"


@pytest.mark.parametrize(
    "body",
    [
        {"workspace": {"day": {"cost_micros": -1}}},
        {"workspace": {"day": {"tokens": 10**16}}},
        {"workspace": {"week": {"tokens": 1}}},
    ],
)
async def test_a_budget_that_cannot_be_is_refused(api: Api, body: dict[str, object]) -> None:
    owner = await api.sign_up()
    assert (await owner.put(f"/workspaces/{owner.workspace}/budget", body)).status_code == 422


async def test_the_same_question_is_answered_from_the_cache_where_the_bot_asks_for_it(api: Api) -> None:
    owner = await api.sign_up()
    member = await api.member(owner, "member")
    bot = await _bot(owner, answer_cache_s=60)
    first = await _ask(owner, bot)
    again = await _ask(member, bot)
    receipt = (await member.get(f"/turns/{again['turn_id']}/receipt")).json()
    assert (receipt["cached"], receipt["cost_micros"], receipt["answer"]) == (True, 0, "The answer.")
    assert not (await owner.get(f"/turns/{first['turn_id']}/receipt")).json()["cached"]
    report = await owner.get(f"/workspaces/{owner.workspace}/usage?by=model")
    assert [row["calls"] for row in report.json()["items"]] == [1]
    assert not (await _receipt(owner, await _ask(owner, bot, "Another?")))["cached"]


async def test_a_new_version_of_the_bot_asks_the_model_again(api: Api) -> None:
    owner = await api.sign_up()
    bot = await _bot(owner, answer_cache_s=60)
    await _ask(owner, bot)
    await owner.patch(f"/bots/{bot}", {"configuration": {"greeting": "Hello!"}})
    assert not (await _receipt(owner, await _ask(owner, bot)))["cached"]


async def _receipt(person: Person, answer: dict[str, object]) -> dict[str, object]:
    receipt: dict[str, object] = (await person.get(f"/turns/{answer['turn_id']}/receipt")).json()
    return receipt
