"""What has become of the passages that answers cite, and what of them a reader may still see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

from parley.core.chat.events import TurnEvent
from parley.core.chat.model import Progress, ToolStep
from parley.core.chat.prompt import passage_heading
from parley.core.conversations.citations import citation_from_json, citation_to_json
from parley.core.conversations.model import Citation, CitationState, Message, MessageId, TurnId
from parley.core.conversations.ports import Messages
from parley.core.identity.model import Caller
from parley.core.kernel.errors import NotFound
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import Document, DocumentId
from parley.core.knowledge.ports import Documents
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind

GONE = "A document that was removed, or that you may not read"
"""Stands in for its name; whether it is still there is nobody's business who may not read it."""
WITHHELD_OUTPUT = "[Withheld: it quotes a document that was removed, or that you may not read.]"
WITHHELD_ANSWER = (
    "[This answer is withheld: it draws on a document that was removed, or that you may not read.]"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in its document as it is now."""

    chunk: int
    """Ordinal of the chunk that it begins in."""
    page: int | None
    heading_path: tuple[str, ...]
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class FoundCitation:
    """A citation with what it leads to; for one that is gone there is neither document nor place."""

    citation: Citation
    document: Document | None
    place: Place | None
    """None also where the text no longer stands in the document."""


class CitedDocuments(Protocol):
    """What the transaction's principals may read of what was cited."""

    async def versions(self, tx: Transaction, documents: Collection[UUID]) -> dict[UUID, int]:
        """The versions of those that are there and may be read."""
        ...

    async def place(self, tx: Transaction, document_id: DocumentId, text: str, chunk: int) -> Place | None:
        """Where the text stands, looked for in that chunk first, then in the whole document."""
        ...

    async def of_turn(self, tx: Transaction, turn_id: TurnId, before: int) -> tuple[Citation, ...]:
        """What the turn's readers were shown before that event of its log."""
        ...

    async def behind(
        self, tx: Transaction, messages: Sequence[MessageId]
    ) -> dict[MessageId, frozenset[UUID]]:
        """The documents cited in each message's branch up to itself: a later answer may repeat an earlier."""
        ...


async def judged(
    tx: Transaction, documents: CitedDocuments, messages: Sequence[Message]
) -> tuple[Message, ...]:
    """The messages, each citation with its state, and without the passages that the reader may not read."""
    cited = {citation.document_id for message in messages for citation in message.citations}
    if not cited:
        return tuple(messages)
    versions = await documents.versions(tx, cited)
    return tuple(
        replace(message, citations=tuple(judge(citation, versions) for citation in message.citations))
        for message in messages
    )


def judge(citation: Citation, versions: Mapping[UUID, int]) -> Citation:
    """As the document is now; answers older than versions cannot tell whether it has changed."""
    version = versions.get(citation.document_id)
    if version is None:
        return replace(
            citation, document_name=GONE, heading_path=(), page=None, text="", state=CitationState.GONE
        )
    if citation.document_version in {None, version}:
        return citation
    return replace(citation, state=CitationState.CHANGED)


def without_withheld(steps: Sequence[ToolStep], gone: Sequence[Citation]) -> tuple[ToolStep, ...]:
    """Calls of tools, without the outputs that quote one of the citations (as they were kept)."""
    return tuple(replace(step, output=_output(step.output, gone)) for step in steps)


def _output(output: str, gone: Sequence[Citation]) -> str:
    """As a whole: it may have been cut within a passage."""
    return WITHHELD_OUTPUT if any(passage_heading(each) in output for each in gone) else output


def withheld_of(messages: Sequence[Message], shown: Sequence[Message]) -> list[Citation]:
    """The citations, as they were kept, that were judged to be gone."""
    pairs = zip(
        chain.from_iterable(message.citations for message in messages),
        chain.from_iterable(message.citations for message in shown),
        strict=True,
    )
    return [kept for kept, now in pairs if now.state is CitationState.GONE]


async def still_readable(tx: Transaction, documents: CitedDocuments, progress: Progress) -> Progress:
    """What earlier runners found, without what the turn's user may no longer read: the model is told no more
    of it, and the answer cites no more of it."""
    found = () if progress.retrieved is None else progress.retrieved.citations
    of_steps = [cited for each in progress.rounds for step in each.steps for cited in step.citations]
    cited = {citation.document_id for citation in (*found, *of_steps)}
    versions = await documents.versions(tx, cited) if cited else {}
    if cited <= versions.keys():
        return progress
    gone = [citation for citation in (*found, *of_steps) if citation.document_id not in versions]
    retrieved = progress.retrieved
    return replace(
        progress,
        retrieved=None
        if retrieved is None
        else replace(retrieved, citations=tuple(judge(each, versions) for each in found)),
        rounds=tuple(
            replace(
                each,
                steps=tuple(
                    replace(step, citations=tuple(judge(cited, versions) for cited in step.citations))
                    for step in without_withheld(each.steps, gone)
                ),
            )
            for each in progress.rounds
        ),
    )


async def judged_events(
    tx: Transaction, documents: CitedDocuments, events: Sequence[TurnEvent]
) -> list[TurnEvent]:
    """Events of one turn's log, in order, without what their reader may no longer read."""
    cited = [citation for event in events for citation in _cited_in(event)]
    output = next((event for event in events if event.type == "tool.finished"), None)
    if output is not None:
        cited += await documents.of_turn(tx, output.turn_id, output.seq)
    if not cited:
        return list(events)
    versions = await documents.versions(tx, {citation.document_id for citation in cited})
    gone = [citation for citation in cited if citation.document_id not in versions]
    return [_without(event, versions, gone) if gone else event for event in events]


def _cited_in(event: TurnEvent) -> list[Citation]:
    return [citation_from_json(stored) for stored in _holder(event.data).get("citations", ())]


def _holder(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Passages stand in the event itself or, at the end of a turn, in its message."""
    return data.get("message") or data


def _without(event: TurnEvent, versions: Mapping[UUID, int], gone: Sequence[Citation]) -> TurnEvent:
    cited = _cited_in(event)
    if event.type == "tool.finished":
        return replace(event, data=event.data | {"output": _output(event.data["output"], gone)})
    if not cited:
        return event
    shown = {"citations": [citation_to_json(judge(each, versions)) for each in cited]}
    if event.data.get("message"):
        return replace(event, data=event.data | {"message": event.data["message"] | shown})
    return replace(event, data=event.data | shown)


async def for_others(
    tx: Transaction,
    documents: CitedDocuments,
    messages: Sequence[Message],
    drawn_on: Mapping[MessageId, Collection[UUID]],
) -> tuple[Message, ...]:
    """Somebody else's messages: also without every answer that draws on what this reader may not read.

    `drawn_on` has the documents behind each message. Whoever was given an answer keeps it; to others it
    would tell what the access list keeps from them.
    """
    behind = set(chain.from_iterable(drawn_on.values()))
    readable = await documents.versions(tx, behind) if behind else {}
    shown = await judged(tx, documents, messages)
    return tuple(
        message
        if readable.keys() >= set(drawn_on.get(message.id, ())) or message.turn_id is None
        else replace(message, text=WITHHELD_ANSWER)
        for message in shown
    )


class ReadCitation:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        stores: tuple[Messages, Documents, CitedDocuments],
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._messages, self._documents, self._cited = stores

    async def run(self, caller: Caller, message_id: MessageId, number: int) -> FoundCitation:
        """One's own message's citation and where it leads now. Raises NotFound."""
        scope = await self._authorizer.on(caller, Action.CHAT, ResourceKind.MESSAGE, message_id)
        async with self._transactions.begin(scope) as tx:
            message = await self._messages.get(tx, message_id)
            kept = (
                next((each for each in message.citations if each.number == number), None) if message else None
            )
            if kept is None:
                raise NotFound("citation", number)
            document = await self._documents.get(tx, DocumentId(kept.document_id))
            if document is None:
                return FoundCitation(judge(kept, {}), None, None)
            place = await self._cited.place(tx, document.id, kept.text, kept.chunk)
        return FoundCitation(_state_of(kept, document, place), document, place)


def _state_of(kept: Citation, document: Document, place: Place | None) -> Citation:
    stands = place is not None and (place.char_start, place.char_end) == (kept.char_start, kept.char_end)
    if kept.document_version == document.version and place is not None:
        return kept  # read anew, maybe, and cut elsewhere: it is the same text of the same file
    if kept.document_version is None and stands:
        return kept
    return replace(kept, state=CitationState.CHANGED)
