"""Where this page is served, and where a visitor sees it: for the lines that they paste elsewhere."""

from __future__ import annotations

import os
import socket

import gradio as gr
from gradio.route_utils import get_root_url

from backdoors.errors import LocalFileError

LOCAL = "http://127.0.0.1:7860"
"""Where ``python app.py`` serves it."""


def address_of(request: gr.Request, page: gr.Blocks) -> str:
    """The page's own address as Gradio tells it to the visitor's browser, without a slash at its end.

    A proxy's forwarding headers come first: behind a Space's proxy only a request tells.
    """
    asked = request.request
    assert asked is not None
    return get_root_url(asked, route_path=asked.url.path, root_path=page.root_path)


def asked_port() -> int | None:
    """The port that ``GRADIO_SERVER_PORT`` names; None where it names none, and Gradio takes the next free one.

    Raises:
        LocalFileError: it is no port, or something else is served there.
    """
    asked = os.environ.get("GRADIO_SERVER_PORT")
    if not asked:
        return None
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise LocalFileError(f"GRADIO_SERVER_PORT: expected a port from 1 to 65535, got {asked!r}", got=asked)
    with socket.socket() as tried:
        if os.name != "nt":  # a port that was just given up is free; on Windows this would take one that is in use
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"), int(asked)))
        except OSError as e:
            raise LocalFileError(
                f"GRADIO_SERVER_PORT: port {asked} is taken or not allowed ({e.strerror}); name another one, or leave "
                "the variable away for the next free one from 7860 on",
                got=asked,
            ) from e
    return int(asked)
