"""The ASGI application for other servers: `uvicorn --factory parley.entrypoints.asgi:app`."""

from starlette.types import ASGIApp

from parley.adapters.telemetry.logs import configure_logs
from parley.bootstrap.server import web_application
from parley.settings import load_settings


def app() -> ASGIApp:
    """Starts or attaches to the database on start-up; runs no worker."""
    settings = load_settings()
    return web_application(settings, configure_logs(settings.log_level, settings.log_format or "json"))
