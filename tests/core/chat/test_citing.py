"""What a turn that goes on, and whoever reads its log later, may still see of what it had found."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from parley.adapters.database.citations import PostgresCitedDocuments
from parley.adapters.database.connection import Database, execute
from parley.core.chat.citing import GONE, WITHHELD_OUTPUT, judged_events, still_readable
from parley.core.chat.events import EventBody, RetrievalFinished, ToolFinished, TurnEvent, describe
from parley.core.chat.model import CallState, ModelReply, Progress, Retrieved, Round, ToolStep
from parley.core.chat.prompt import passage_text
from parley.core.conversations.model import Citation, CitationState, TurnId
from parley.core.llm.model import FinishReason, TokenUsage, ToolCall
from tests.adapters.database.stored import store

SECRET, PLAIN = "The code is xanthippe.", "Noon."


def _citation(number: int, document: UUID, said: str) -> Citation:
    return Citation(number, document, f"{number}.txt", 0, 1, (), 0, len(said), said, 1.0, 1)


def _step(number: int, output: str, *citations: Citation) -> ToolStep:
    call = ToolCall(f"c{number}", "search", "{}")
    return ToolStep(f"1-{number}", call, "", False, CallState.DONE, output, citations)


def _round(*steps: ToolStep) -> Round:
    usage = TokenUsage(1, 1)
    return Round(1, ModelReply("m:m", "", (), (), FinishReason.TOOL_CALLS, usage, (), 0.0), steps)


async def test_a_turn_that_goes_on_uses_no_more_of_what_its_user_may_no_longer_read(
    database: Database,
) -> None:
    stored, documents = await store(database), PostgresCitedDocuments()
    closed = _citation(1, stored.closed_document, SECRET)
    open_one = _citation(2, stored.open_document, PLAIN)
    by_tool = _citation(3, stored.closed_document, SECRET)
    progress = Progress(
        Retrieved("q", (closed, open_one), ""),
        (_round(_step(1, passage_text(by_tool), by_tool), _step(2, "42")),),
    )
    async with database.begin(stored.reader_scope) as tx:
        assert await still_readable(tx, documents, progress) == progress
        assert await still_readable(tx, documents, Progress()) == Progress()
    async with database.begin(stored.scope) as tx:
        left = await still_readable(tx, documents, progress)
        of_tools = await still_readable(tx, documents, Progress(None, progress.rounds))
    assert "xanthippe" not in str(left)
    assert left.retrieved is not None
    gone, kept = left.retrieved.citations
    assert (gone.document_name, gone.text, gone.state) == (GONE, "", CitationState.GONE)
    assert kept == open_one
    assert [step.output for step in left.rounds[0].steps] == [WITHHELD_OUTPUT, "42"]
    assert of_tools.rounds == left.rounds


async def test_a_log_shows_no_results_of_tools_that_quote_what_its_reader_may_not_read(
    database: Database,
) -> None:
    """Also to a reader who goes on after the passages were shown."""
    stored, documents = await store(database), PostgresCitedDocuments()
    turn, now = TurnId(uuid4()), datetime.now(UTC)
    closed = _citation(1, stored.closed_document, SECRET)
    quoting = ToolFinished("1-1", "search", ok=True, output=passage_text(closed), duration_ms=1)
    other = ToolFinished("1-2", "calculator", ok=True, output="42", duration_ms=1)
    bodies: tuple[EventBody, ...] = (RetrievalFinished((closed,), ""), quoting, other)
    events = [TurnEvent(turn, 1, seq, now, *describe(body)) for seq, body in enumerate(bodies, start=1)]
    async with database.begin_platform(stored.workspace_id) as tx:
        copy_turn = (
            "INSERT INTO turns (id, workspace_id, user_id, conversation_id, bot_id, bot_version,"
            " user_message_id, assistant_message_id, state, epoch, created_at) SELECT :turn, workspace_id,"
            " user_id, conversation_id, bot_id, 1, user_message_id, assistant_message_id, 'done', 1,"
            " now() FROM turns"
        )
        await execute(tx, text(copy_turn), {"turn": turn})
        add = "INSERT INTO turn_events VALUES (:turn, 1, :ws, :user, 1, now(), 'retrieval.finished', :data)"
        owner = {"turn": turn, "ws": stored.workspace_id, "user": stored.user_id}
        await execute(tx, text(add), owner | {"data": json.dumps(events[0].data)})
    async with database.begin(stored.reader_scope) as tx:
        assert await judged_events(tx, documents, events) == events
    async with database.begin(stored.scope) as tx:
        for seen in (events, events[1:]):
            shown = await judged_events(tx, documents, seen)
            assert "xanthippe" not in str([event.data for event in shown])
            assert [event.data["output"] for event in shown[-2:]] == [WITHHELD_OUTPUT, "42"]
        assert await judged_events(tx, documents, events[2:]) == events[2:]
