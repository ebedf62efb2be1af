"""Tells the date and time in any time zone."""

import zoneinfo
from datetime import UTC
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from msgspec import Meta

from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput


class CurrentTimeArguments(Arguments, frozen=True):
    timezone: Annotated[
        str, Meta(max_length=64, description="IANA name, such as Europe/Berlin; UTC when left out.")
    ] = "UTC"


class CurrentTime:
    description = ToolDescription(
        "current_time",
        "The present date, weekday and time in a time zone.",
        schema_of(CurrentTimeArguments),
        changes_things=False,
    )

    def __init__(self, kit: Kit) -> None:
        self._clock = kit.clock

    async def run(self, invocation: Invocation) -> ToolOutput:
        name = read(CurrentTimeArguments, invocation.arguments).timezone
        known = _zones()
        official = known.get(name.strip().lower().replace(" ", "_"))
        if official is None:
            close = get_close_matches(name.lower(), known, n=3)
            hint = f"Did you mean {', '.join(known[each] for each in close)}?" if close else ""
            raise ToolFailed(
                f"There is no time zone {name!r}.", hint=hint or "Use a name like Europe/Berlin."
            )
        now = self._clock.now().astimezone(zoneinfo.ZoneInfo(official))
        utc = now.astimezone(UTC)
        return ToolOutput(
            f"{now:%A, %Y-%m-%d %H:%M:%S} in {official} ({now.isoformat(timespec='seconds')});"
            f" in UTC {utc:%Y-%m-%d %H:%M:%S}."
        )


@cache
def _zones() -> dict[str, str]:
    """Official names by their lower case. Only these are opened: a name is part of a path."""
    return {name.lower(): name for name in sorted(zoneinfo.available_timezones())}
