"""The endpoints as tools for language models: the page is an MCP server too, at ``/gradio_api/mcp/``.

Gradio makes a tool of each public endpoint and answers a call by calling the page over HTTP itself, and a thread waits
for that answer. All threads come from one pool of 40; once they all wait, none is left for the calls that they wait
for. Measured on two cores: of 60 tool calls at once 40 failed within 8 seconds, with ``timed out``; with the larger
pool here, all of 120 succeeded in 9 seconds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import current_default_thread_limiter

MCP = "/gradio_api/mcp/"
_THREADS = 256  # most of them wait, and take next to nothing


@asynccontextmanager
async def _larger_pool(_app: Any) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _THREADS
    yield


SERVED: dict[str, Any] = {"mcp_server": True, "app_kwargs": {"lifespan": _larger_pool}}
"""What ``Blocks.launch`` gets for it."""
