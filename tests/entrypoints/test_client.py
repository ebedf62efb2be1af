"""The client follows a turn to its end, whatever happens to the connection."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.entrypoints.cli.approval import deny_unasked
from parley.entrypoints.cli.client import ParleyClient, Progress
from parley.entrypoints.cli.exchange import Audience, exchange
from parley.entrypoints.cli.session import FixedToken, SessionFile, sign_in
from parley.entrypoints.cli.transport import Deadlines, NotSignedIn, Refused, Unreachable, connect
from tests.entrypoints.contract_server import (
    CONVERSATION,
    EMAIL,
    GUIDE,
    PASSWORD,
    TURN,
    ContractServer,
    answer,
    bot,
    ended,
    event,
)

QUICK = Deadlines(outage_s=0.5, silence_s=5.0, first_pause_s=0.01, longest_pause_s=0.05)


@pytest.fixture
async def client(server: ContractServer) -> AsyncIterator[ParleyClient]:
    async with connect(server.url, QUICK) as http:
        yield ParleyClient(http, FixedToken(server.issue()["access_token"]))


async def read(client: ParleyClient) -> list[Progress]:
    return [progress async for progress in client.follow(TURN)]


async def test_a_cut_connection_is_taken_up_where_it_broke(
    server: ContractServer, client: ParleyClient
) -> None:
    whole = answer()
    server.connections = [whole[:3], whole[3:]]
    heard = await read(client)
    assert server.followed == [{}, {"after": "3", "epoch": "1"}]
    assert (heard[-1].turn.text, heard[-1].turn.state) == ("Two years. [1]", "complete")
    assert [progress.connected for progress in heard].count(False) == 1


async def test_events_sent_twice_are_told_once(server: ContractServer, client: ParleyClient) -> None:
    server.connections = [answer()[:3], answer()]
    heard = await read(client)
    assert len([told for progress in heard for told in progress.events]) == 4
    assert heard[-1].turn.text == "Two years. [1]"


async def test_a_restarted_turn_discards_what_was_said(server: ContractServer, client: ParleyClient) -> None:
    again = [
        event(3, "turn.restarted", epoch=2, reason="The process stopped."),
        event(4, "text.delta", epoch=2, text="Three"),
        ended(5, "turn.finished", "Three years.", epoch=2),
    ]
    server.connections = [answer("Two ye")[:3], again]
    texts = [progress.turn.text for progress in await read(client)]
    assert "Two ye" in texts
    assert texts[-1] == "Three years."
    assert not any(text.startswith("Two yeT") for text in texts)


async def test_a_server_that_stays_away_is_given_up_with_a_reason(
    server: ContractServer, client: ParleyClient
) -> None:
    server.connections = [[], []]
    with pytest.raises(Unreachable, match="again and again"):
        await read(client)


async def test_a_turn_that_does_not_exist_is_refused_at_once(
    server: ContractServer, client: ParleyClient
) -> None:
    with pytest.raises(Refused, match="no such bot"):
        await client.bot(TURN)


async def test_a_message_is_sent_again_under_the_same_key_when_the_server_was_down(
    server: ContractServer, client: ParleyClient
) -> None:
    server.refuse_chat = [(503, {"code": "database_unavailable", "detail": "The database does not answer."})]
    accepted = await client.ask(GUIDE, "How long?", None)
    assert accepted.turn_id == TURN
    assert len(server.asked) == 2
    assert len(set(server.keys)) == 1


async def test_a_refusal_keeps_the_words_and_the_code_of_the_server(
    server: ContractServer, client: ParleyClient
) -> None:
    server.refuse_chat = [(409, {"code": "conflict", "detail": "An answer is still being written."})]
    with pytest.raises(Refused, match="still being written") as refused:
        await client.ask(GUIDE, "How long?", None)
    assert (refused.value.code, refused.value.hint) == ("conflict", "Look again.")


async def test_every_page_of_a_list_is_read(server: ContractServer, client: ParleyClient) -> None:
    server.bots = [bot(f"Bot {number}") for number in range(5)]
    assert len(await client.bots("any")) == 5


async def test_a_redirect_or_a_stranger_is_not_taken_for_parley(server: ContractServer) -> None:
    async with connect(f"{server.url}/elsewhere", QUICK) as http:
        client = ParleyClient(http, FixedToken(server.issue()["access_token"]))
        with pytest.raises(Unreachable, match="is not a Parley server"):
            await client.workspaces()


async def test_processes_that_share_a_session_renew_it_once(server: ContractServer, tmp_path: Path) -> None:
    async with connect(server.url, QUICK) as http:
        first, second = [await sign_in(http, tmp_path, (EMAIL, PASSWORD), None) for _ in range(2)]
        refused = await first.current()
        assert await second.current() == refused
        server.access_tokens.clear()
        renewed = await asyncio.gather(first.replace(refused), second.replace(refused))
    assert renewed[0] == renewed[1] != refused
    assert server.sign_ins == ["login", "refresh"]


async def test_an_access_token_that_expires_meanwhile_is_renewed(
    server: ContractServer, tmp_path: Path
) -> None:
    async with connect(server.url, QUICK) as http:
        client = ParleyClient(http, await sign_in(http, tmp_path, (EMAIL, PASSWORD), None))
        server.access_tokens.clear()
        assert [place.name for place in await client.workspaces()] == ["Shop"]


async def test_a_session_is_kept_where_only_its_user_can_read_it(
    server: ContractServer, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "parley"
    async with connect(server.url, QUICK) as http:
        await sign_in(http, folder, (EMAIL, PASSWORD), None)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "sessions.json").stat().st_mode & 0o777 == 0o600


async def test_an_ended_session_is_forgotten_and_a_new_one_asked_for(
    server: ContractServer, tmp_path: Path
) -> None:
    async with connect(server.url, QUICK) as http:
        await sign_in(http, tmp_path, (EMAIL, PASSWORD), None)
        server.access_tokens.clear()
        server.refresh_token = "revoked"
        with pytest.raises(NotSignedIn, match="not signed in"):
            await sign_in(http, tmp_path, (None, None), None)
        assert SessionFile(tmp_path, server.url).read() is None


async def test_who_loses_the_server_is_told_the_way_back_to_the_answer(
    server: ContractServer, client: ParleyClient
) -> None:
    server.connections = [answer("Two ye")[:3], []]
    with pytest.raises(Unreachable) as lost:
        await exchange(client, GUIDE, "How long?", None, Audience(lambda _: None, deny_unasked))
    assert f"parley chat --conversation {CONVERSATION}" in lost.value.hint
