"""Checks of this machine: the settings, the data folder, the local embedder, the web app and the port."""

import asyncio
import errno
import os
import shutil
import socket
from collections.abc import AsyncIterator
from http import HTTPStatus
from importlib.resources import files as package_files
from pathlib import Path

import aiohttp

from parley.adapters.embeddings.minilm import MODEL, MiniLm
from parley.adapters.postgres.datadir import NEW_FOLDER_NEEDS_BYTES
from parley.core.knowledge.model import EmbedderUnavailable
from parley.entrypoints.cli.checks import Finding, Status
from parley.settings import Settings, unknown_variables

_SPARE_BYTES = 1 << 30
_EMBEDDER_TIMEOUT_S = 60.0
_PORT_TIMEOUT_S = 3.0


async def check_variables(_: Settings) -> AsyncIterator[Finding]:
    """Those that are set but mean nothing; wrong values were told before."""
    unknown = unknown_variables()
    for sentence in unknown:
        yield Finding("settings", Status.WARNING, sentence, "Rename it, or unset it: it has no effect.")
    if not unknown:
        yield Finding("settings", Status.OK, "Every PARLEY_ variable that is set is known and valid.")


async def check_data_folder(settings: Settings) -> AsyncIterator[Finding]:
    folder = settings.data_dir.absolute()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "data folder",
            Status.FAILED,
            f"{folder} cannot be written: {existing} is no folder that user id {os.geteuid()} may write to.",
            "Give this user the folder, or choose another with --data-dir or PARLEY_DATA_DIR.",
        )
        return
    yield _room(folder, existing)


def _room(folder: Path, existing: Path) -> Finding:
    free = shutil.disk_usage(existing).free
    detail = (
        f"{folder}{'' if existing == folder else ' (made on the first start)'}, {free / 1e9:.1f} GB free."
    )
    mend = "Free some space there, or choose a folder on another disk with PARLEY_DATA_DIR."
    if free < NEW_FOLDER_NEEDS_BYTES:
        return Finding(
            "data folder",
            Status.FAILED,
            f"{detail} A database needs {NEW_FOLDER_NEEDS_BYTES >> 20} MB.",
            mend,
        )
    if free < _SPARE_BYTES:
        return Finding("data folder", Status.WARNING, f"{detail} That will not last long.", mend)
    return Finding("data folder", Status.OK, detail)


async def check_embedder(settings: Settings) -> AsyncIterator[Finding]:
    """Embeds a word with the local one; `check_remote_embedder` is for the others."""
    if settings.embedder not in {"minilm", "none"}:
        return
    if settings.embedder == "none":
        yield Finding("embedder", Status.OK, "Switched off by PARLEY_EMBEDDER: search goes by words alone.")
        return
    folder = settings.model_dir / MODEL
    embedder = MiniLm(folder, threads=1)
    try:
        async with asyncio.timeout(_EMBEDDER_TIMEOUT_S):
            (vector,) = await embedder.embed(["warranty"])
    except EmbedderUnavailable as error:
        yield Finding("embedder", Status.WARNING, f"Search goes by words alone: {error.detail}", error.hint)
    except ImportError as error:
        yield Finding("embedder", Status.FAILED, f"It cannot be loaded: {error}.", "Install Parley anew.")
    except TimeoutError:
        yield Finding(
            "embedder",
            Status.FAILED,
            f"It did not embed one word within {_EMBEDDER_TIMEOUT_S:g} s.",
            "Give the machine more processor time, or set PARLEY_EMBEDDER=none.",
        )
    else:
        yield Finding("embedder", Status.OK, f"{MODEL} in {folder} gives {len(vector)} dimensions.")
    finally:
        embedder.close()


async def check_web_app(_: Settings) -> AsyncIterator[Finding]:
    index = package_files("parley.web") / "static" / "index.html"
    if index.is_file():
        yield Finding("web app", Status.OK, "It is built; no Node is needed to serve it.")
    else:
        yield Finding(
            "web app",
            Status.WARNING,
            "It is not built: browsers see nothing, the API works.",
            "Run `make setup` in the project's folder.",
        )


async def check_port(settings: Settings) -> AsyncIterator[Finding]:
    place = f"{settings.host}:{settings.port}"
    if settings.port == 0:
        yield Finding("port", Status.OK, "A free one is picked at the start.")
        return
    refused = _cannot_listen(settings)
    if refused is None:
        yield Finding("port", Status.OK, f"{place} is free.")
    elif refused.errno == errno.EADDRINUSE and await _is_parley(settings):
        yield Finding("port", Status.OK, f"A Parley server answers at {place}.")
    else:
        yield Finding(
            "port",
            Status.FAILED,
            f"{place} cannot be listened on: {refused.strerror}.",
            "Stop what uses it, or choose another with --port or PARLEY_PORT.",
        )


def _cannot_listen(settings: Settings) -> OSError | None:
    """What the system says to a server there; the address is taken for a moment, and not listened on."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            return error
    return None


async def _is_parley(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/api/v1/auth/status"
    timeout = aiohttp.ClientTimeout(total=_PORT_TIMEOUT_S)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as reply:
            if reply.status != HTTPStatus.OK:
                return False
            told = await reply.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
    return isinstance(told, dict) and "registration_open" in told
