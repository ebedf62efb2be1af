"""Values of bots: the configuration with a default for every key, and its versions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from parley.core.kernel.ids import UserId, WorkspaceId

BotId = NewType("BotId", UUID)


class AgentType(StrEnum):
    RAG = "rag"
    """Retrieves passages first, then answers from them."""
    TOOLS = "tools"
    """The model decides itself which tools to call."""
    PLAIN = "plain"
    """The model alone."""


@dataclass(frozen=True, slots=True)
class FewShot:
    """An example exchange shown to the model before the conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class BotConfiguration:
    """Everything a bot's owner decides. Every key has a default, so that an empty one works."""

    agent_type: AgentType = AgentType.RAG
    llm_model: str | None = None
    """`provider:model`; None follows the server's default."""
    fallbacks: tuple[str, ...] = ()
    temperature: float = 0.2
    system_prompt: str = ""
    few_shot: tuple[FewShot, ...] = ()
    retriever_k: int = 6
    """Passages looked for; those that follow each other in a document are given to the model as one."""
    retriever_weight: float | None = None
    """How much meaning counts beside words, 0 to 1; None: by the question's language."""
    retriever_tokens: int = 4_000
    """Of all passages together, as the model is given them."""
    rerank: bool = False
    """Whether the server's reranker has the last word on their order."""
    chat_history_length: int = 10
    """Earlier messages given to the model."""
    tools: tuple[str, ...] = ()
    """Built-in tools, and servers of tools as `openapi:name` or `mcp:name`."""
    unattended_tools: tuple[str, ...] = ()
    """Those of `tools` that may change things without asking the user."""
    collections: tuple[UUID, ...] = ()
    """Where passages come from; empty means every collection of the workspace."""
    guardrails: tuple[str, ...] = ()
    greeting: str = ""
    suggested_questions: tuple[str, ...] = ()
    answer_cache_s: int | None = None
    """How long an answer is given again to the very same prompt; None asks the model every time."""


@dataclass(frozen=True, slots=True)
class Bot:
    """An assistant with the configuration of its published version."""

    id: BotId
    workspace_id: WorkspaceId
    name: str
    description: str
    version: int
    """Counts from 1; every change of the configuration makes the next."""
    configuration: BotConfiguration
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BotVersion:
    """One immutable configuration of a bot."""

    bot_id: BotId
    version: int
    configuration: BotConfiguration
    created_by: UserId
    created_at: datetime
