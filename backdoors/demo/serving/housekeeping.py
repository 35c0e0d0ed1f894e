"""What runs beside the pages while they are served: room for waiting calls, and old files deleted once an hour.

Gradio makes a tool of each public endpoint and answers a call by calling the page over HTTP itself, and a thread waits
for that answer. All threads come from one pool of 40; once they all wait, none is left for the calls that they wait
for. Measured on two cores: of 60 tool calls at once 40 failed within 8 seconds, with ``timed out``; with the larger
pool here, all of 120 succeeded in 9 seconds.

Gradio deletes what visitors upload, but not the pictures that come as data URLs over MCP.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import FastAPI
from gradio.utils import get_upload_folder

from backdoors.demo.serving.limits import KEPT_SECONDS, THREADS
from backdoors.demo.serving.sessions import keep_sessions
from backdoors.demo.serving.tools import Tools


@asynccontextmanager
async def lifespan(tools: Tools, site: FastAPI) -> AsyncIterator[None]:
    """For as long as anything is served, with the page's tools."""
    current_default_thread_limiter().total_tokens = THREADS
    keep_sessions(site)
    folder = Path(get_upload_folder()).resolve()  # as Gradio spells the paths of its files
    task = asyncio.create_task(_sweep_for_ever(folder))
    try:
        async with tools.lifespan(site):
            yield
    finally:
        task.cancel()


def sweep(folder: Path, *, now: float | None = None) -> int:
    """Delete the files that were last changed more than an hour ago.

    Args:
        folder: is searched to the bottom; what is a link stays.
        now: seconds since the epoch.

    Returns:
        How many were deleted.
    """
    oldest, deleted = (time.time() if now is None else now) - KEPT_SECONDS, 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # somebody else may have been faster
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime < oldest:
                path.unlink()
                deleted += 1
    return deleted


async def _sweep_for_ever(folder: Path) -> None:
    while True:
        await asyncio.sleep(KEPT_SECONDS)
        await run_sync(sweep, folder)
