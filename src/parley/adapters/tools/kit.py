"""What built-in tools are made of."""

from dataclasses import dataclass

from parley.adapters.tools.web import Web
from parley.core.ingestion.ports import DocumentParser
from parley.core.kernel.clock import Clock
from parley.core.knowledge.search import Search


@dataclass(frozen=True, slots=True)
class Kit:
    """Handed to each tool's constructor; a tool takes what it needs."""

    clock: Clock
    web: Web
    pages: DocumentParser
    """Reads what was fetched in a limited child process: pages of the open web are hostile."""
    search: Search
