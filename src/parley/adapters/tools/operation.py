"""Calls an operation of an HTTP API as a tool."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from parley.adapters.outbound.fetcher import JSON_TYPES, Ask
from parley.adapters.tools.json_api import refused
from parley.adapters.tools.openapi import Operation, Parameter
from parley.adapters.tools.web import Web
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput

_READABLE = (*JSON_TYPES, "text/plain", "text/html", "text/csv", "application/xml", "text/xml", "")
"""The last is for replies that have no body, and so no type."""


class HttpOperation:
    """A Tool. `headers` are the administrator's and win over every argument."""

    def __init__(
        self,
        description: ToolDescription,
        operation: Operation,
        base_url: str,
        headers: Mapping[str, str],
        web: Web,
    ) -> None:
        self.description = description
        self._operation = operation
        self._base_url = base_url
        self._headers = headers
        self._web = web

    async def run(self, invocation: Invocation) -> ToolOutput:
        given = invocation.arguments
        path = self._operation.path
        query: list[tuple[str, str]] = []
        headers: dict[str, str] = {}
        for parameter in self._operation.parameters:
            value = given.get(parameter.argument)
            if value is None:
                continue
            if parameter.place == "path":
                path = path.replace(f"{{{parameter.name}}}", _segment(parameter.name, value))
            elif parameter.place == "query":
                query += _query(parameter, value)
            else:
                headers[parameter.name.lower()] = _header(parameter.name, value)
        if {".", ".."} & set(path.split("/")):
            # Dots would climb to another operation's path.
            raise ToolFailed("An argument that is part of the path is a dot.", hint="Use another value.")
        body = self._body(given, headers)
        ours = {name.lower(): value for name, value in self._headers.items()}
        url = f"{self._base_url}{path}{f'?{urlencode(query)}' if query else ''}"
        reply = await self._web.send(
            Ask(url, self._operation.method, headers | ours, body, _READABLE, follow_redirects=False)
        )
        if not reply.is_success:
            raise refused(reply)
        return ToolOutput(reply.text() or f"HTTP {reply.status}, without a body.")

    def _body(self, given: Mapping[str, Any], headers: dict[str, str]) -> bytes:
        value = given.get(self._operation.body) if self._operation.body else None
        if value is None:
            return b""
        headers["content-type"] = self._operation.body_type
        if self._operation.body_type == "application/json":
            return json.dumps(value).encode()
        if not isinstance(value, Mapping):
            raise ToolFailed("The body is sent as a form and must be an object.", hint="Call again with one.")
        return urlencode([(name, _plain(each)) for name, each in value.items()]).encode()


def _segment(name: str, value: Any) -> str:
    text = ",".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    if not text:
        raise ToolFailed(f"The argument {name} is empty.", hint="Call again with a value.")
    if {".", ".."} & set(text.replace("\\", "/").split("/")):
        # Many servers decode a path before they resolve its dots: these would climb to another operation.
        raise ToolFailed(f"The argument {name} has a dot in place of a part.", hint="Use another value.")
    return quote(text, safe="")


def _query(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        values = [_plain(each) for each in value]
        yield from ((parameter.name, each) for each in (values if parameter.explode else [",".join(values)]))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield (f"{parameter.name}[{key}]" if parameter.deep else str(key)), _plain(each)
    else:
        yield parameter.name, _plain(value)


def _header(name: str, value: Any) -> str:
    text = _plain(value)
    if not (text.isascii() and text.isprintable()):
        raise ToolFailed(f"The argument {name} is sent as a header and must be plain ASCII.")
    return text


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
