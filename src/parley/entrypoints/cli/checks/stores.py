"""Checks of what the settings may put elsewhere: the embedder behind a network, and the files in a bucket."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from parley.adapters.database.connection import PLATFORM_ROLE
from parley.adapters.files.s3 import S3Files
from parley.bootstrap.embedders import ServerEmbedders, check_embedder
from parley.bootstrap.files import file_store
from parley.core.kernel.errors import ParleyError
from parley.core.knowledge.model import EmbedderUnavailable, EmbeddingPurpose
from parley.entrypoints.cli.checks import Finding, Status
from parley.settings import Settings, WrongSetting

_TIMEOUT_S = 20.0
_SPACES = text(
    "SELECT count(*) AS spaces, count(*) FILTER (WHERE building_model IS NOT NULL) AS building,"
    " count(*) FILTER (WHERE error <> '') AS failing, max(error) AS error FROM embedding_spaces"
)


async def check_remote_embedder(settings: Settings) -> AsyncIterator[Finding]:
    """Embeds a question with it, which may cost a little."""
    if settings.embedder in {"minilm", "none"}:
        return
    try:
        check_embedder(settings)
        async with aiohttp.ClientSession() as session, asyncio.timeout(_TIMEOUT_S):
            embedder = ServerEmbedders(settings, None, session).configured
            if embedder is not None:
                [vector] = await embedder.embed(["warranty"], purpose=EmbeddingPurpose.QUERY)
                yield Finding("embedder", Status.OK, f"{embedder.model} gives {len(vector)} dimensions.")
    except WrongSetting as error:
        yield Finding("embedder", Status.FAILED, str(error), "Parley does not start before it is mended.")
    except EmbedderUnavailable as error:
        yield Finding("embedder", Status.FAILED, error.detail, error.hint)
    except TimeoutError:
        yield Finding(
            "embedder",
            Status.FAILED,
            f"{settings.embedder} did not embed one word within {_TIMEOUT_S:g} s.",
            "Look after the server that it is on.",
        )


async def check_files(settings: Settings) -> AsyncIterator[Finding]:
    """Writes a small object to the bucket, reads it and removes it again."""
    if settings.files == "local":
        return
    place = f"The bucket {settings.s3.bucket!r}"
    try:
        async with aiohttp.ClientSession() as session, asyncio.timeout(_TIMEOUT_S):
            store = file_store(settings, session)
            if isinstance(store, S3Files):
                await store.check()
                yield Finding("files", Status.OK, f"{place} can be written, read and listed.")
    except ParleyError as error:
        yield Finding.of("files", error)
    except TimeoutError:
        yield Finding(
            "files",
            Status.FAILED,
            f"{place} did not answer within {_TIMEOUT_S:g} s.",
            "Check PARLEY_S3_ENDPOINT_URL and PARLEY_S3_REGION.",
        )


async def embedding_spaces(connection: AsyncConnection) -> Finding:
    """Of all workspaces; the schema has to be up to date, and the login may become the platform's role."""
    await connection.execute(text(f"SET LOCAL ROLE {PLATFORM_ROLE}"))
    found = (await connection.execute(_SPACES)).one()
    await connection.execute(text("RESET ROLE"))
    if found.failing:
        return Finding(
            "embeddings",
            Status.WARNING,
            f"Embedding the documents of {found.failing} workspaces fails at the moment: {found.error}",
            "It is tried again by itself; searches use the vectors that are there.",
        )
    if found.building:
        return Finding(
            "embeddings",
            Status.OK,
            f"The documents of {found.building} of {found.spaces} workspaces are being embedded; how far "
            "that is, GET /api/v1/workspaces/{id}/embedding tells.",
        )
    return Finding("embeddings", Status.OK, f"Those of {found.spaces} workspaces are complete.")
