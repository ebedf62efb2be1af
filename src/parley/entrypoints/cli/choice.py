"""Which bot is meant, by its name or id, in one workspace or in all that the person is in."""

from uuid import UUID

from parley.core.kernel.errors import ErrorKind, ParleyError
from parley.entrypoints.cli.client import Bot, ParleyClient, Workspace

_NAMED_AT_MOST = 20


class WrongChoice(ParleyError):
    """An argument names nothing, or more than one thing."""

    code = "wrong_choice"
    kind = ErrorKind.INVALID


async def choose_bot(client: ParleyClient, wanted: str | None, workspace: str | None) -> Bot:
    """The bot that `wanted` names; the only one there is when it is None. Raises WrongChoice."""
    if wanted is not None and _is_id(wanted):
        return await client.bot(wanted)
    bots = await bots_in(client, workspace)
    matching = [bot for bot in bots if wanted is None or bot.name.casefold() == wanted.casefold()]
    if len(matching) == 1:
        return matching[0]
    place = "" if workspace is None else f" in {workspace}"
    if not bots:
        raise WrongChoice(f"There is no bot{place} that you can ask.", hint="Make one in the web app.")
    if not matching:
        raise WrongChoice(f"There is no bot named {wanted!r}{place}.", hint=f"There are: {_names(bots)}.")
    if wanted is None:
        raise WrongChoice(f"There are {len(bots)} bots{place}.", hint=f"Name one with --bot: {_names(bots)}.")
    raise WrongChoice(
        f"{len(matching)} bots are named {wanted!r}.",
        hint="Give the id of one with --bot: " + ", ".join(bot.id for bot in matching[:_NAMED_AT_MOST]) + ".",
    )


async def bots_in(client: ParleyClient, workspace: str | None) -> list[Bot]:
    """The bots of the named workspace, else of all. Raises WrongChoice."""
    found = []
    for place in await _workspaces(client, workspace):
        found += await client.bots(place.id)
    return found


async def _workspaces(client: ParleyClient, wanted: str | None) -> list[Workspace]:
    workspaces = await client.workspaces()
    if wanted is None:
        return workspaces
    matching = [
        place for place in workspaces if wanted == place.id or wanted.casefold() == place.name.casefold()
    ]
    if not matching:
        names = ", ".join(repr(place.name) for place in workspaces[:_NAMED_AT_MOST]) or "none"
        raise WrongChoice(
            f"You are in no workspace {wanted!r}.", hint=f"Name one of yours with --workspace: {names}."
        )
    return matching


def _names(bots: list[Bot]) -> str:
    names = sorted({repr(bot.name) for bot in bots})
    more = [f"and {len(names) - _NAMED_AT_MOST} more"] if len(names) > _NAMED_AT_MOST else []
    return ", ".join(names[:_NAMED_AT_MOST] + more)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
