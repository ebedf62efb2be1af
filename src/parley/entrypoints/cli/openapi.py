"""`parley openapi`: the document a running server gives at /openapi.json, without a server."""

import typer


def openapi() -> None:
    """Print the API's OpenAPI document, without starting anything: `parley openapi > openapi.json`."""
    import json

    import structlog

    from parley.web.app import create_api

    document = create_api(None, structlog.get_logger()).openapi()
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
