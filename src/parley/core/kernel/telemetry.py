"""Logs and metrics as ports: events with fields, never content or secrets."""

from typing import Protocol


class Log(Protocol):
    """The subset of a structlog logger that Parley uses."""

    def info(self, event: str, /, **fields: object) -> None: ...
    def warning(self, event: str, /, **fields: object) -> None: ...
    def error(self, event: str, /, **fields: object) -> None: ...
    def exception(self, event: str, /, **fields: object) -> None:
        """Logs at error level with the traceback of the exception being handled."""
        ...


class Metrics(Protocol):
    """Names and their labels are declared once, in `parley.adapters.telemetry.metrics`."""

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None: ...
    def observe(self, name: str, value: float, /, **labels: str) -> None: ...
    def gauge(self, name: str, change: float, /, **labels: str) -> None:
        """Moves the gauge by `change`."""
        ...
