"""The one place where errors become messages, on the page and for clients: a ``Blocks`` that answers each call itself.

Every call of an event or endpoint ends in ``process_api``: the page's own, those of Gradio's clients and curl, and
those over MCP. What the project raises on purpose is told; anything else is a bug or a fault of the machine, which the
log describes and the visitor only hears of.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.queueing import Queue

from backdoors.demo.serving.limits import AT_ONCE, WAITING
from backdoors.demo.serving.messages import escaped
from backdoors.demo.serving.payloads import check_inputs
from backdoors.errors import BackdoorsError, PictureError

NO_ROOM = "The server cannot read or write files at the moment. Try again later."
UNKNOWN = "Something unexpected went wrong on the server, and its log says what. Try again, or send something else."

_log = logging.getLogger(__name__)


class BoundedBlocks(gr.Blocks):
    """Blocks that check what comes in, and that have words for everything that fails."""

    def queue(self) -> gr.Blocks:
        """Make the queue, with the page's limits and no others. Gradio calls this for new Blocks.

        Gradio's own method makes an application for the page as well, and makes it again when the page is complete and
        when it is served. Each takes 0.1 s and a megabyte.
        """
        # Gradio sums up its last 10,000 events after each one, for a monitoring page that is switched off: 3 ms, and
        # 15 ms on a page that has run for a while. It reads the environment when a queue is made.
        os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
        os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
        self.api_open = False  # a call that does not queue is not bounded in number
        self._queue = Queue(
            live_updates=True,
            concurrency_count=self.max_threads,
            update_intervals=1,
            max_size=WAITING,
            blocks=self,
            default_concurrency_limit=AT_ONCE,
        )
        return self

    async def process_api(self, block_fn: BlockFunction | int, inputs: list[Any], *args: Any, **named: Any) -> Any:
        """Answer a call.

        Raises:
            gr.Error: with a reason, which is escaped: Gradio shows it as HTML.
        """
        function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        try:
            check_inputs(function, inputs)
            return await super().process_api(function, inputs, *args, **named)
        except Exception as e:
            raise gr.Error(escaped(_reason(e)), print_exception=False) from e


def _reason(error: Exception) -> str:
    """What a visitor may know. An error with a path is about a file of the server's own, or about their picture.

    What is said of a picture is for the person who sent it, and names no path.
    """
    if isinstance(error, gr.Error):
        return str(error.message)
    if isinstance(error, PictureError) or (isinstance(error, BackdoorsError) and error.path is None):
        return str(error)
    _log.error("an unexpected error in a call", exc_info=error)
    return NO_ROOM if isinstance(error, OSError) else UNKNOWN
