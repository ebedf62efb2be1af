"""The sample workspace of a new server: the guides of Parley as documents, and a bot that knows them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from parley.core.bots.model import Bot, BotConfiguration, BotId, BotVersion
from parley.core.bots.ports import Bots
from parley.core.identity.model import Caller, User
from parley.core.ingestion.model import SeedSampleWorkspace
from parley.core.ingestion.receive import ReceiveDocument, Upload
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import NotFound
from parley.core.kernel.ids import uuid7
from parley.core.kernel.jobs import JobQueue
from parley.core.kernel.paging import MAX_PAGE_SIZE, PageRequest
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.knowledge.model import Collection, CollectionId
from parley.core.knowledge.ports import Collections, Documents
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, Workspace

COLLECTION = "Parley guides"
BOT = "Guide"


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide as it is shipped: its file name and Markdown."""

    name: str
    content: bytes


class PrepareSampleWorkspace:
    """Makes the collection and its bot together with the first account, so that both are there at once."""

    def __init__(self, collections: Collections, bots: Bots, queue: JobQueue, clock: Clock) -> None:
        self._collections = collections
        self._bots = bots
        self._queue = queue
        self._clock = clock

    async def __call__(self, tx: Transaction, user: User, workspace: Workspace) -> None:
        now = self._clock.now()
        collection = Collection(
            id=CollectionId(uuid7()),
            workspace_id=workspace.id,
            name=COLLECTION,
            description="How Parley works, in its own words.",
            created_at=now,
        )
        await self._collections.add(tx, collection)
        configuration = BotConfiguration(
            collections=(collection.id,),
            greeting="Ask me anything about Parley. I answer from its guides and show where it stands.",
            suggested_questions=(
                "What can I do with Parley?",
                "Which file formats can I upload?",
                "How do I connect a language model?",
                "What may each role do?",
            ),
        )
        bot = Bot(
            id=BotId(uuid7()),
            workspace_id=workspace.id,
            name=BOT,
            description="Answers questions about Parley from its own guides.",
            version=1,
            configuration=configuration,
            created_at=now,
            updated_at=now,
        )
        await self._bots.add(tx, bot, BotVersion(bot.id, 1, configuration, user.id, now))
        await self._queue.enqueue(tx, SeedSampleWorkspace(workspace.id, user.id, collection.id))


class SeedSampleWorkspaceJob:
    """Handles SeedSampleWorkspace: adds the guides that are not there yet, so it may run twice."""

    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        documents: Documents,
        receive: ReceiveDocument,
        guides: Sequence[Guide],
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._documents = documents
        self._receive = receive
        self._guides = guides

    async def run(self, job: SeedSampleWorkspace) -> None:
        try:
            scope = await self._authorizer.in_workspace(
                Caller(job.user_id), Action.EDIT_DOCUMENTS, job.workspace_id
            )
        except NotFound:
            return  # the workspace was removed meanwhile
        async with self._transactions.begin(scope) as tx:
            page = await self._documents.list(tx, job.collection_id, PageRequest(MAX_PAGE_SIZE))
        there = {document.name for document in page.items}
        for guide in self._guides:
            if guide.name not in there:
                upload = Upload(guide.name, "text/markdown", _stream(guide.content))
                await self._receive(scope, job.collection_id, upload)


async def _stream(content: bytes) -> AsyncIterator[bytes]:
    yield content
