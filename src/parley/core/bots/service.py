"""Use cases of bots: create, change, remove; each change of a configuration is a new version."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from parley.core.audit.model import AuditEntry
from parley.core.audit.ports import AuditLog
from parley.core.bots.limits import (
    MAX_DESCRIPTION_CHARS,
    MAX_NAME_CHARS,
    Characters,
    check,
    check_configuration,
)
from parley.core.bots.model import Bot, BotConfiguration, BotId, BotVersion
from parley.core.bots.ports import Bots, CollectionCheck
from parley.core.identity.model import Caller
from parley.core.kernel.clock import Clock
from parley.core.kernel.errors import InvalidInput, NotFound
from parley.core.kernel.ids import WorkspaceId, uuid7
from parley.core.kernel.transactions import Transaction, Transactions
from parley.core.tools.ports import Toolbox
from parley.core.workspaces.authorize import Authorizer
from parley.core.workspaces.model import Action, ResourceKind, WorkspaceScope


def _unchanged(configuration: BotConfiguration) -> BotConfiguration:
    return configuration


@dataclass(frozen=True, slots=True)
class BotChange:
    """What to change of a bot; None leaves a text as it is."""

    name: str | None = None
    description: str | None = None
    configure: Callable[[BotConfiguration], BotConfiguration] = _unchanged
    """Makes the new configuration of the one that is stored."""


@dataclass(frozen=True, slots=True)
class BotRecords:
    """Where bots, the collections they read from, and what was done to them are kept."""

    bots: Bots
    collections: CollectionCheck
    audit: AuditLog


class BotService:
    def __init__(
        self,
        transactions: Transactions,
        authorizer: Authorizer,
        records: BotRecords,
        toolbox: Toolbox,
        clock: Clock,
    ) -> None:
        self._transactions = transactions
        self._authorizer = authorizer
        self._bots = records.bots
        self._collections = records.collections
        self._audit = records.audit
        self._toolbox = toolbox
        self._clock = clock

    async def create(
        self,
        caller: Caller,
        workspace_id: WorkspaceId,
        name: str,
        description: str = "",
        configuration: BotConfiguration | None = None,
    ) -> Bot:
        """Raises InvalidInput for what a bot cannot be."""
        scope = await self._authorizer.in_workspace(caller, Action.EDIT_BOTS, workspace_id)
        now = self._clock.now()
        bot = Bot(
            id=BotId(uuid7()),
            workspace_id=workspace_id,
            name=name,
            description=description,
            version=1,
            configuration=configuration or BotConfiguration(),
            created_at=now,
            updated_at=now,
        )
        _check(bot)
        await self._toolbox.check(scope, bot.configuration.tools)
        async with self._transactions.begin(scope) as tx:
            await self._check_collections(tx, bot.configuration)
            await self._bots.add(tx, bot, _version(bot, scope))
            await self._record(tx, scope, "bot.created", bot)
        return bot

    async def change(self, caller: Caller, bot_id: BotId, change: BotChange) -> Bot:
        """Raises NotFound, InvalidInput, and Conflict when someone else was quicker."""
        scope = await self._authorizer.on(caller, Action.EDIT_BOTS, ResourceKind.BOT, bot_id)
        await self._check_new_tools(scope, bot_id, change)
        async with self._transactions.begin(scope) as tx:
            bot = await self._bots.get(tx, bot_id)
            if bot is None:
                raise NotFound("bot", bot_id)
            configuration = change.configure(bot.configuration)
            reconfigured = configuration != bot.configuration
            changed = replace(
                bot,
                name=bot.name if change.name is None else change.name,
                description=bot.description if change.description is None else change.description,
                configuration=configuration,
                version=bot.version + reconfigured,
                updated_at=self._clock.now(),
            )
            _check(changed)
            if reconfigured:
                await self._check_collections(tx, configuration)
            await self._bots.save(tx, changed, _version(changed, scope) if reconfigured else None)
            await self._record(tx, scope, "bot.changed", changed)
        return changed

    async def remove(self, caller: Caller, bot_id: BotId) -> None:
        """Removes the bot with its versions; conversations with it stay readable. Raises NotFound."""
        scope = await self._authorizer.on(caller, Action.EDIT_BOTS, ResourceKind.BOT, bot_id)
        async with self._transactions.begin(scope) as tx:
            bot = await self._bots.get(tx, bot_id)
            if bot is None or not await self._bots.remove(tx, bot_id):
                raise NotFound("bot", bot_id)
            await self._record(tx, scope, "bot.removed", bot)

    async def _check_new_tools(self, scope: WorkspaceScope, bot_id: BotId, change: BotChange) -> None:
        """Before the transaction of the change: the toolbox has one of its own. A bot whose tools stay as
        they are may still be renamed after one of them has gone."""
        async with self._transactions.begin(scope) as tx:
            bot = await self._bots.get(tx, bot_id)
        if bot is not None:
            tools = change.configure(bot.configuration).tools
            if tools != bot.configuration.tools:
                await self._toolbox.check(scope, tools)

    async def _check_collections(self, tx: Transaction, configuration: BotConfiguration) -> None:
        missing: tuple[UUID, ...] = await self._collections.missing(tx, configuration.collections)
        if missing:
            raise InvalidInput(
                f"collections names {missing[0]}, which is not a collection of this workspace.",
                hint="Choose among the collections of the bot's own workspace.",
            )

    async def _record(self, tx: Transaction, scope: WorkspaceScope, action: str, bot: Bot) -> None:
        await self._audit.append(
            tx,
            AuditEntry(
                id=uuid7(),
                at=self._clock.now(),
                workspace_id=scope.workspace_id,
                actor_id=scope.user_id,
                action=action,
                subject_id=bot.id,
                detail={"name": bot.name, "version": str(bot.version)},
            ),
        )


def _check(bot: Bot) -> None:
    if not bot.name.strip():
        raise InvalidInput("name is empty.", hint="Name the bot.")
    check("name", bot.name, Characters(MAX_NAME_CHARS))
    check("description", bot.description, Characters(MAX_DESCRIPTION_CHARS))
    check_configuration(bot.configuration)


def _version(bot: Bot, scope: WorkspaceScope) -> BotVersion:
    return BotVersion(bot.id, bot.version, bot.configuration, scope.user_id, bot.updated_at)
