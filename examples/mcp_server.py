"""The smallest MCP server that a bot of Parley can use: a notebook, over stdio or (`--http PORT`) HTTP."""

import socket
import sys

from mcp.server import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("notes")
notes: list[str] = []


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def read_notes() -> str:
    """All notes, one on each line."""
    return "\n".join(notes) or "There are none."


@server.tool()
def add_note(text: str) -> str:
    """Keeps a note."""
    notes.append(text)
    return f"There are {len(notes)} now."


def serve_over_http(port: int) -> None:
    """Says its address first; port 0 picks a free one."""
    import uvicorn

    listening = socket.create_server(("127.0.0.1", port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", flush=True)  # noqa: T201
    uvicorn.Server(uvicorn.Config(server.streamable_http_app(), log_level="warning")).run([listening])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--http"]:
        serve_over_http(int(sys.argv[2]))
    else:
        server.run()
