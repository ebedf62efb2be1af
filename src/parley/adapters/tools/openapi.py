"""Reads an OpenAPI document into operations, each of which becomes a tool."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import httpx2
import msgspec

from parley.adapters.tools.schema_parts import SchemaReader
from parley.core.kernel.errors import InvalidInput
from parley.core.tools.model import ToolDescription, tool_prefix

MOST_TOOLS = 100
MOST_NAME = 64
MOST_SCHEMA_CHARS = 20_000
"""Of JSON: every request to a model carries it."""
_MOST_DESCRIPTION = 1_000
_METHODS = ("get", "head", "post", "put", "patch", "delete")
_SAFE = frozenset({"get", "head"})
_BODIES = ("application/json", "application/x-www-form-urlencoded")
_PLACES = frozenset({"path", "query", "header"})
_NOT_A_PARAMETER = frozenset({
    *("accept", "content-type", "authorization"),  # OpenAPI describes these elsewhere
    *("host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "cookie"),
})  # fmt: skip
"""Headers that no argument may set."""


class Parameter(msgspec.Struct, frozen=True):
    """Where an argument goes in the request."""

    argument: str
    name: str
    place: str
    """path, query or header."""
    explode: bool = True
    deep: bool = False
    """An object in the query as `name[key]=value`."""


class Operation(msgspec.Struct, frozen=True):
    """One operation as it is called; its description and schema are stored beside it."""

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    """The name of the argument that is sent as the body, or empty."""
    body_type: str = ""


@dataclass(frozen=True, slots=True)
class Api:
    base_url: str
    tools: tuple[ToolDescription, ...]
    operations: tuple[Operation, ...]
    """As many as tools, in the same order."""


def read_api(document: Mapping[str, Any], reference: str, *, found_at: str, base_url: str) -> Api:
    """Raises InvalidInput where the document is none, or asks for what Parley does not do.

    `base_url` wins over the document's own, which may be relative to `found_at`.
    """
    version = document.get("openapi")
    if not (isinstance(version, str) and version.startswith(("3.0", "3.1"))):
        raise InvalidInput(
            "This is no OpenAPI 3.0 or 3.1 document.", hint="Convert Swagger 2 with any converter."
        )
    found = list(islice(_operations(document, reference), MOST_TOOLS + 1))
    if not found:
        raise InvalidInput("The document has no operation that Parley can call.", hint="Check its paths.")
    for tool, _ in found:
        if _is_longer(tool.parameters, MOST_SCHEMA_CHARS):
            raise InvalidInput(
                f"The arguments of {tool.name} take more than {MOST_SCHEMA_CHARS} characters to describe.",
                hint="Give a document with the operations that bots need, in a simpler form.",
            )
    if len(found) > MOST_TOOLS:
        raise InvalidInput(
            f"The document has more than {MOST_TOOLS} operations, which is the limit.",
            hint="Give a document with the operations that bots need.",
        )
    return Api(
        _base_url(document, found_at, base_url),
        tuple(tool for tool, _ in found),
        tuple(operation for _, operation in found),
    )


def _is_longer(schema: Mapping[str, Any], most: int) -> bool:
    """Whether it takes more characters as JSON; it is not written out to find that, for it may be huge."""
    length = 0
    try:
        for part in json.JSONEncoder().iterencode(schema):
            length += len(part)
            if length > most:
                return True
    except RecursionError:
        return True
    return False


def tool_name(reference: str, name: str, taken: set[str]) -> str:
    """A name that every provider takes and nobody has yet; a long one is cut and told apart by a hash."""
    plain = tool_prefix(reference) + (re.sub(r"[^A-Za-z0-9-]+", "_", name).strip("_") or "tool")
    unique = plain
    if len(plain) > MOST_NAME or plain in taken:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        unique = f"{plain[: MOST_NAME - 9]}_{digest}"
    taken.add(unique)
    return unique


def _base_url(document: Mapping[str, Any], found_at: str, given: str) -> str:
    servers = document.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else {}
    url = given or (str(server.get("url", "")) if isinstance(server, Mapping) else "")
    variables = server.get("variables") if isinstance(server, Mapping) else None
    for name, variable in (variables if isinstance(variables, Mapping) else {}).items():
        if isinstance(variable, Mapping) and "default" in variable:
            url = url.replace(f"{{{name}}}", str(variable["default"]))
    try:
        absolute = httpx2.URL(found_at).join(url or "/") if found_at else httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        absolute = httpx2.URL("")
    if absolute.scheme not in {"http", "https"} or not absolute.host or absolute.userinfo:
        raise InvalidInput(
            "The document does not say where the API is.",
            hint="Give base_url, such as https://api.example.org.",
        )
    return str(absolute.copy_with(query=None, fragment=None)).rstrip("/")


def _operations(document: Mapping[str, Any], reference: str) -> Iterator[tuple[ToolDescription, Operation]]:
    paths = document.get("paths")
    taken: set[str] = set()
    schemas = SchemaReader(document)
    for path, item in (paths if isinstance(paths, Mapping) else {}).items():
        item = schemas.resolved(item)  # noqa: PLW2901 - the item it refers to
        for method in _METHODS:
            if isinstance(item.get(method), Mapping) and str(path).startswith("/"):
                schemas.begin_operation()
                reading = _OperationReader(schemas, str(path), method, item)
                if (operation := reading.operation()) is not None:
                    name = tool_name(reference, reading.name, taken)
                    yield reading.described(name), operation


class _OperationReader:
    """Reads one operation: what it asks becomes one object of arguments."""

    def __init__(self, schemas: SchemaReader, path: str, method: str, item: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._path = path
        self._method = method
        self._item = item
        self._said: Mapping[str, Any] = item[method]
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []

    @property
    def name(self) -> str:
        return str(self._said.get("operationId") or f"{self._method}_{self._path}")

    def described(self, name: str) -> ToolDescription:
        said = [self._said.get("summary"), self._said.get("description")]
        words = "\n".join(text.strip() for text in said if isinstance(text, str) and text.strip())
        return ToolDescription(
            name,
            (words or f"{self._method.upper()} {self._path}")[:_MOST_DESCRIPTION],
            {
                "type": "object",
                "properties": self._properties,
                "required": self._required,
                "additionalProperties": False,
            },
            changes_things=self._method not in _SAFE,
        )

    def operation(self) -> Operation | None:
        """None when it needs something that cannot be sent: another kind of body, or a cookie."""
        parameters = []
        for said in self._parameters():
            place, name = said["in"], said["name"]
            if place == "header" and name.lower() in _NOT_A_PARAMETER:
                continue
            if place not in _PLACES or "schema" not in said:
                if said.get("required"):
                    return None
                continue
            parameters.append(self._parameter(said, place, name))
        body, body_type, possible = self._body()
        if not possible:
            return None
        return Operation(self._method.upper(), self._path, tuple(parameters), body, body_type)

    def _parameters(self) -> list[Mapping[str, Any]]:
        """Those of the operation win over those of its path."""
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for said in (*_list(self._item.get("parameters")), *_list(self._said.get("parameters"))):
            parameter = self._schemas.resolved(said)
            name, place = parameter.get("name"), parameter.get("in")
            if isinstance(name, str) and isinstance(place, str):
                found[name, place] = parameter
        return list(found.values())

    def _parameter(self, said: Mapping[str, Any], place: str, name: str) -> Parameter:
        schema = self._schemas.schema(said["schema"])
        if isinstance(said.get("description"), str):
            schema["description"] = said["description"][:_MOST_DESCRIPTION]
        argument = self._argument(
            name, place, schema, required=place == "path" or said.get("required") is True
        )
        style = said.get("style", "form")
        return Parameter(
            argument, name, place, bool(said.get("explode", style == "form")), style == "deepObject"
        )

    def _body(self) -> tuple[str, str, bool]:
        """The argument, its media type, and whether the operation can be called at all."""
        said = self._schemas.resolved(self._said.get("requestBody"))
        content = said.get("content")
        if not isinstance(content, Mapping) or not content:
            return "", "", True
        for media_type in _BODIES:
            described = content.get(media_type)
            if isinstance(described, Mapping):
                schema = self._schemas.schema(described.get("schema", {}))
                required = said.get("required") is True
                return self._argument("body", "request", schema, required=required), media_type, True
        return "", "", said.get("required") is not True

    def _argument(self, name: str, place: str, schema: dict[str, Any], *, required: bool) -> str:
        argument = name if name not in self._properties else f"{place}_{name}"
        self._properties[argument] = schema
        if required:
            self._required.append(argument)
        return argument


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
