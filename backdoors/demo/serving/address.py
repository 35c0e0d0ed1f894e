"""Where a visitor sees this page: for the lines that they paste elsewhere."""

from __future__ import annotations

import gradio as gr
from gradio.route_utils import get_root_url

LOCAL = "http://127.0.0.1:7860"
"""Where ``python app.py`` serves it."""


def address_of(request: gr.Request, page: gr.Blocks) -> str:
    """The page's own address as Gradio tells it to the visitor's browser, without a slash at its end.

    A proxy's forwarding headers come first: behind a Space's proxy only a request tells.
    """
    asked = request.request
    assert asked is not None
    return get_root_url(asked, route_path=asked.url.path, root_path=page.root_path)
