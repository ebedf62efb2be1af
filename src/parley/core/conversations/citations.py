"""The JSON of a citation, the same in events, replies and the database."""

from typing import Any
from uuid import UUID

from parley.core.conversations.model import Citation


def citation_to_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document_id": str(citation.document_id),
        "document_name": citation.document_name,
        "chunk": citation.chunk,
        "page": citation.page,
        "heading_path": list(citation.heading_path),
        "char_start": citation.char_start,
        "char_end": citation.char_end,
        "text": citation.text,
        "score": citation.score,
        "document_version": citation.document_version,
    }


def citation_from_json(stored: dict[str, Any]) -> Citation:
    return Citation(
        number=stored["number"],
        document_id=UUID(stored["document_id"]),
        document_name=stored["document_name"],
        chunk=stored["chunk"],
        page=stored["page"],
        heading_path=tuple(stored["heading_path"]),
        char_start=stored["char_start"],
        char_end=stored["char_end"],
        text=stored["text"],
        score=stored["score"],
        document_version=stored.get("document_version"),
    )
