"""POST /v1/embeddings: vectors of the embedder that search uses."""

import base64
import struct
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from parley.core.chat.paying import CHARS_PER_TOKEN
from parley.core.kernel.errors import InvalidInput
from parley.core.knowledge.model import EmbeddingPurpose
from parley.core.usage.model import Payer
from parley.core.workspaces.model import Action
from parley.web.deps import EmbeddingsCallerDep, ServicesDep, grant_of
from parley.web.openai.errors import UnknownModel

router = APIRouter(tags=["openai"])

MAX_INPUTS = 2_048

Text = Annotated[str, StringConstraints(min_length=1)]


class EmbeddingBody(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"example": {"model": "minilm-l6-v2-int8", "input": ["How long is the warranty?"]}}
    )

    model: str = Field(max_length=300)
    input: Text | list[Text]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, description="Only the model's own.")
    input_type: EmbeddingPurpose = Field(
        EmbeddingPurpose.DOCUMENT, description="Some models place questions and documents differently."
    )

    @field_validator("input", mode="before")
    @classmethod
    def _texts(cls, given: object) -> object:
        if isinstance(given, list):
            if not 1 <= len(given) <= MAX_INPUTS:
                raise ValueError(f"takes 1 to {MAX_INPUTS} texts")
            if any(isinstance(each, (int, list)) for each in given):
                raise ValueError("holds token numbers, which mean nothing to this model; send texts")
        return given


class EmbeddingObject(BaseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str = Field(description="Base64: little-endian 32-bit floats.")


class EmbeddingUsage(BaseModel):
    prompt_tokens: int = Field(description="An estimate.")
    total_tokens: int


class EmbeddingList(BaseModel):
    object: Literal["list"] = "list"
    data: list[EmbeddingObject]
    model: str
    usage: EmbeddingUsage


@router.post(
    "/embeddings",
    response_class=Response,
    responses={200: {"model": EmbeddingList}},
    summary="Make vectors of texts",
)
async def create_embeddings(body: EmbeddingBody, app: ServicesDep, caller: EmbeddingsCallerDep) -> Response:
    """Of unit length. Of a long text the beginning is embedded: of MiniLM's the first 256 tokens."""
    scope = await app.authorizer.in_workspace(caller, Action.READ_WORKSPACE, grant_of(caller).workspace_id)
    embed = app.use.embed_texts
    if embed.model is not None and body.model != embed.model:
        raise UnknownModel(
            f"This server does not embed with {body.model!r}.", hint=f"Its model is {embed.model}."
        )
    if embed.dimension and body.dimensions not in {None, embed.dimension}:
        raise InvalidInput(
            f"{embed.model} makes vectors of {embed.dimension} dimensions, not {body.dimensions}.",
            hint="Leave dimensions out.",
        )
    texts = [body.input] if isinstance(body.input, str) else body.input
    vectors = await embed.run(Payer(scope.workspace_id, scope.user_id), texts, body.input_type)
    tokens = sum(max(len(text) // CHARS_PER_TOKEN, 1) for text in texts)
    encoded = map(_base64, vectors) if body.encoding_format == "base64" else vectors
    reply = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(encoded)
        ],
        "model": body.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
    # Not through the schema: a million numbers need no check.
    return Response(msgspec.json.encode(reply), media_type="application/json")


def _base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")
