"""What is served, and how: the page, each demo as a page of its own, and Gradio's web component.

::

    /             the page; its endpoints for clients are below it
    /digits/      a demo alone, to be embedded in other people's pages; so for each task
    /gradio.js    the web component that these pages use, in the version that this page runs
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.middleware import Middleware

from backdoors.demo.embedded import build_embedded
from backdoors.demo.page import build_page, tab_names
from backdoors.demo.serving.address import asked_port
from backdoors.demo.serving.gate import Gate
from backdoors.demo.serving.guard import check_uploads
from backdoors.demo.serving.housekeeping import lifespan
from backdoors.demo.serving.limits import SESSIONS, UPLOAD_BYTES
from backdoors.demo.serving.sessions import apps_of
from backdoors.demo.serving.tools import Tools
from backdoors.demo.tabs.addresses import tabs_head
from backdoors.story.demos import Demo

_STYLES = Path(__file__).with_name("styles")

# The wheel has the component, as one line that imports its parts from beside it; they are served under /assets.
_COMPONENT = Path(gr.__file__).parent / "templates" / "frontend" / "gradio.js"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What ``build_site`` built.

    Attributes:
        page: the whole page.
        embedded: the demos that are pages of their own, by path.
        beside: all that is served beside the page, as an application of its own.
        tabs: the names of the page's tabs.
    """

    page: gr.Blocks
    embedded: dict[str, gr.Blocks]
    beside: FastAPI
    tabs: list[str]

    def serve(self) -> None:
        """Serve it until Ctrl-C; ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT`` say where.

        Raises:
            LocalFileError: the port that the environment names is taken, or no port.
        """
        try:
            self.page.launch(
                prevent_thread_lock=True,
                **_settings(head=_styles() + tabs_head(self.tabs)),
                server_port=asked_port(),
                # Without "Settings": the picture beside it repeats its name, which screen readers then say twice.
                footer_links=["api"],
                state_session_capacity=SESSIONS,
                mcp_server=False,  # the page has its own: see tools.py
                app_kwargs={
                    "routes": self.beside.routes,
                    "lifespan": self.beside.router.lifespan_context,
                    "middleware": [Middleware(Gate, pages={**self.embedded, "": self.page})],
                },
            )
            while self.page.server.thread.is_alive():
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("The page ends.")
        finally:
            for app in apps_of(self.page.app):  # open tabs keep a stream each, for which the server would wait
                app.stop_event.set()
            self.page.close()


def build_site(demos: Sequence[Demo]) -> Site:
    """Build all that is served."""
    page = build_page(demos)
    tools = Tools(page)
    page.mcp_server_obj, page.mcp_server = tools, True
    beside = FastAPI(openapi_url=None, lifespan=functools.partial(lifespan, tools))
    beside.get("/gradio.js")(_component)
    embedded = {f"/{demo.task.name}": build_embedded(demo) for demo in demos}
    for path, blocks in embedded.items():
        beside.add_api_route(path, _with_slash, response_class=RedirectResponse)
        blocks.state_session_capacity = SESSIONS
        gr.mount_gradio_app(beside, blocks, path, **_settings(head=_styles()), footer_links=[], mcp_server=False)
        check_uploads(blocks)
    return Site(page=page, embedded=embedded, beside=beside, tabs=tab_names(demos))


def _settings(*, head: str) -> dict[str, Any]:
    """What each page is served with, on a Space and elsewhere alike."""
    return {
        "head": head,  # with the styles: from css, Gradio would leave out what depends on the width of a container
        "theme": _theme(),
        "max_file_size": UPLOAD_BYTES,
        "run_history": False,  # visitors' drawings stay theirs
        "ssr_mode": False,  # a canvas gains nothing from it, and Spaces would need Node
        "enable_monitoring": False,
        "show_error": False,  # boundary.py tells what is meant for visitors; the rest stays in the log
    }


def _component() -> Response:
    """Gradio's web component, for anybody's page."""
    return Response(
        _COMPONENT.read_bytes(), media_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"}
    )


def _theme() -> gr.themes.Base:
    """Gradio's Soft, a shade darker where white on indigo, or indigo on white, has too little contrast (WCAG AA)."""
    soft: gr.themes.Base = gr.themes.Soft(primary_hue="indigo", font=["system-ui", "sans-serif"])
    return soft.set(
        background_fill_primary="*neutral_50",  # Soft's own, which set() would make white again
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        block_label_text_color="*primary_700",
        block_title_text_color="*primary_700",
        checkbox_label_background_fill_selected="*primary_600",
        checkbox_background_color_selected="*primary_700",
    )


@functools.cache
def _styles() -> str:
    """All styles, sorted so that ``demos`` comes before ``demos-controls``, which overrides it."""
    paths = sorted(_STYLES.glob("*.css"), key=lambda path: path.stem)
    return "".join(f"<style>{path.read_text(encoding='utf-8')}</style>" for path in paths)


def _with_slash(request: Request) -> RedirectResponse:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path.rsplit('/', 1)[-1]}/{query}")
