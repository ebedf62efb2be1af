"""A log for tests that keeps what was said."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class RecordedLog:
    """Implements `Log`; `events` holds level, event and fields in order."""

    events: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def info(self, event: str, /, **fields: object) -> None:
        self.events.append(("info", event, fields))

    def warning(self, event: str, /, **fields: object) -> None:
        self.events.append(("warning", event, fields))

    def error(self, event: str, /, **fields: object) -> None:
        self.events.append(("error", event, fields))

    def exception(self, event: str, /, **fields: object) -> None:
        self.events.append(("exception", event, fields))

    def said(self, event: str) -> bool:
        return any(name == event for _, name, _ in self.events)
