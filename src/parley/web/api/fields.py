"""Types of request fields and replies that several nouns share."""

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

EXAMPLE_ID = "0199c0de-0000-7000-8000-000000000001"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a NUL character, which cannot be stored")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a line break or another control character")
    return text


# After the limits of a text: pydantic would count an earlier validator's result as items, not characters.
WithoutNul = AfterValidator(_without_nul)

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(_one_line),
]
"""One line of text that people read in lists."""

Description = Annotated[str, StringConstraints(max_length=1_000), WithoutNul]


class Body(BaseModel):
    """Base of request bodies: a misspelt key is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class PageReply(BaseModel, Generic[T]):
    """Base of lists."""

    items: list[T]
    next_cursor: str | None = Field(None, description="Pass it as `cursor` to read on; null at the end.")
