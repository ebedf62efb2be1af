"""Answers of plain bots to programs, paid by the workspace as its turns are."""

from parley.adapters.database.usage import PostgresUsage
from parley.bootstrap.parts import Parts
from parley.core.chat.completion import CompletionLimits, Completions, UseRecord
from parley.core.chat.paying import Models
from parley.core.kernel.telemetry import Log
from parley.settings import Settings


def completions_of(settings: Settings, parts: Parts, models: Models, log: Log) -> Completions:
    return Completions(
        models,
        UseRecord(parts.database, PostgresUsage(), parts.clock, log),
        CompletionLimits(at_once=settings.turns_at_once),
    )
