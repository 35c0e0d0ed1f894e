"""The one place where errors become messages, on the page and for clients: a ``Blocks`` that answers each call itself.

Every call of an event or endpoint ends in ``process_api``: the page's own, those of Gradio's clients and curl, and
those over MCP. What the project raises on purpose is told; anything else is a bug or a fault of the machine, which the
log describes and the visitor only hears of.
"""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction

from backdoors.demo.serving.messages import escaped
from backdoors.demo.serving.payloads import check_inputs
from backdoors.errors import BackdoorsError, PictureError

NO_ROOM = "The server cannot read or write files at the moment. Try again later."
UNKNOWN = "Something unexpected went wrong on the server, and its log says what. Try again, or send something else."

_log = logging.getLogger(__name__)


class BoundedBlocks(gr.Blocks):
    """Blocks that check what comes in, and that have words for everything that fails."""

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
