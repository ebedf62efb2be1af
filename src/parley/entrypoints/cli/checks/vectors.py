"""Check of the vector store beside the database, where there is one."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

from parley.bootstrap.vectors import check_vector_store, open_mirror
from parley.core.kernel.errors import ParleyError
from parley.core.kernel.ids import WorkspaceId
from parley.entrypoints.cli.checks import Finding, Status
from parley.settings import Settings

_PART = "vector store"
_TIMEOUT_S = 20.0
_FILES_OF_ITS_OWN = {"chroma", "faiss", "lancedb"}


async def check_vectors(settings: Settings) -> AsyncIterator[Finding]:
    """Asks a server for what is not there; a folder is left alone."""
    store = settings.vector.store
    if store == "pgvector":
        return
    try:
        check_vector_store(settings)
        if store in _FILES_OF_ITS_OWN and settings.vector.store_url is None:
            yield Finding(_PART, Status.OK, f"{store} is installed; it keeps files of its own.")
            return
        async with asyncio.timeout(_TIMEOUT_S), open_mirror(settings) as mirror:
            if mirror is not None:
                await mirror.vectors.count(WorkspaceId(uuid4()), "none")
        yield Finding(_PART, Status.OK, f"{store} answers.")
    except ParleyError as error:
        yield Finding.of(_PART, error)
    except TimeoutError:
        yield Finding(
            _PART,
            Status.FAILED,
            f"{store} did not answer within {_TIMEOUT_S:g} s.",
            "Check PARLEY_VECTOR_STORE_URL and the server behind it.",
        )
