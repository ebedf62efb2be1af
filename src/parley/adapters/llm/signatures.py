"""Marks what a provider has signed with its name, since it refuses the signatures of others.

A bot's fallback chain may hand a conversation from one provider to the next in the middle of its tool calls.
"""

from collections.abc import Iterable

from parley.core.llm.model import ReasoningDelta


def mark(provider: str, signature: str) -> str:
    return f"{provider}:{signature}" if signature else ""


def own(provider: str, marked: str) -> str:
    """The signature as the provider gave it; empty where another one did."""
    signer, _, signature = marked.partition(":")
    return signature if signer == provider else ""


def signed_thoughts(provider: str, reasoning: Iterable[ReasoningDelta]) -> list[tuple[str, str]]:
    """Text and signature of each thought that the provider signed; a signature ends its thought."""
    thoughts, said = [], ""
    for piece in reasoning:
        said += piece.text
        if piece.signature:
            if signature := own(provider, piece.signature):
                thoughts.append((said, signature))
            said = ""
    return thoughts
