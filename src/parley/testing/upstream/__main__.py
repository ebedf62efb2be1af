"""`python -m parley.testing.upstream`: the scripted model server as a process."""

import asyncio

from parley.testing.upstream.server import serve

asyncio.run(serve())
