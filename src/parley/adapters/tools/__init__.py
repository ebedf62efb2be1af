"""Tools that models call: the built-in ones by name, and those of OpenAPI documents and MCP servers.

A built-in tool is a class whose constructor takes a `Kit`. To add one: a file, a line in TOOLS,
and a test on `ToolContract`.
"""

TOOLS: dict[str, str] = {
    "calculator": "parley.adapters.tools.calculator:Calculator",
    "current_time": "parley.adapters.tools.current_time:CurrentTime",
    "json_api": "parley.adapters.tools.json_api:JsonApi",
    "search": "parley.adapters.tools.search:SearchDocuments",
    "weather": "parley.adapters.tools.weather:Weather",
    "web_page": "parley.adapters.tools.web_page:WebPage",
}
"""By the name that bots and models call it; imported when the server starts."""
