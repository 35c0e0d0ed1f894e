"""Visitors' sessions, made without a description of each component of the page.

Gradio describes all components anew for each session, and each call of a program is a session: that took half the time
of an answer, and more on larger pages. The descriptions are read for deep links only, which this page does not have. A
component is described when its value changes.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio.state_holder import SessionState, StateHolder


class Sessions(StateHolder):
    """The sessions of one page.

    Args:
        page: says how many of them are kept.
    """

    def __init__(self, page: gr.Blocks) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.set_blocks(page)

    def __getitem__(self, session_id: str) -> SessionState:
        """A session; one that is not known begins."""
        if session_id not in self.session_data:
            nothing_to_describe: Any = SimpleNamespace(default_config=self.blocks.default_config, blocks={})
            self.session_data[session_id] = SessionState(nothing_to_describe)
        return super().__getitem__(session_id)


def keep_sessions(app: Any) -> None:
    """Give such sessions to a page's application."""
    app.state_holder = Sessions(app.get_blocks())
