"""Visitors' sessions, made without a description of each component of the page.

Gradio describes all components anew for each session, and each call of a program is a session: that took half the time
of an answer, and more on larger pages. The descriptions are read for deep links only, which this page does not have. A
component is described when its value changes.

Gradio keeps so many sessions and then forgets the oldest one. Here it is the oldest one that holds nothing: calls of
programs do not take away what visitors have drawn. The newest sessions stay, as many as can be in the queue: what they
will hold may be on its way.
"""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import Any

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import Mount

from backdoors.demo.serving.limits import AT_ONCE, WAITING

IN_WORK = AT_ONCE + WAITING
"""Calls that can be on their way at once."""


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

    def update(self, session_id: str) -> None:
        """Make a session the newest one, and forget one if there are too many."""
        with self.lock:
            if session_id in self.session_data:
                self.session_data.move_to_end(session_id)
            if len(self.session_data) > self.capacity:
                old = islice(self.session_data, max(1, len(self.session_data) - IN_WORK))
                forgotten = next(
                    (name for name in old if not _holds(self.session_data[name])), next(iter(self.session_data))
                )
                del self.session_data[forgotten]
                self.time_last_used.pop(forgotten, None)


def _holds(session: SessionState) -> bool:
    return any(value is not None and value is not False for value in session.state_data.values())


def apps_of(site: Any) -> list[App]:
    """Gradio's application for each page that an application serves: itself, and those that are mounted in it."""
    apps = (site, *(route.app for route in site.routes if isinstance(route, Mount)))
    return [app for app in apps if isinstance(app, App)]


def keep_sessions(site: Any) -> None:
    """Give such sessions to all pages that an application serves."""
    for app in apps_of(site):
        app.state_holder = Sessions(app.get_blocks())
