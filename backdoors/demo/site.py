"""What is served, and how: the page, each demo as a page of its own, and Gradio's web component.

::

    /             the page; its endpoints for clients are below it
    /digits/      the digits' demo alone, and /dogs/ the dogs', to be embedded in other people's pages
    /gradio.js    the web component that these pages use, in the version that this page runs
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from backdoors.bundle import Bundle
from backdoors.demo.digits import build_digits_demo
from backdoors.demo.dogs import build_dogs_demo
from backdoors.demo.embedded import build_embedded
from backdoors.demo.embedding import TITLES
from backdoors.demo.housekeeping import lifespan
from backdoors.demo.page import build_page
from backdoors.hub import Origin, Task

_HERE = Path(__file__).parent

# The wheel has the component, as one line that imports its parts from beside it; they are served under /assets.
_COMPONENT = Path(gr.__file__).parent / "templates" / "frontend" / "gradio.js"

_SESSIONS = 500  # visitors whose last picture is kept, at half a megabyte each; the oldest one is forgotten first


@dataclass(frozen=True, kw_only=True)
class Site:
    """What ``build_site`` built.

    Attributes:
        page: the whole page.
        beside: all that is served beside it, as an application of its own.
    """

    page: gr.Blocks
    beside: FastAPI

    def serve(self) -> None:
        """Serve it until it is stopped; ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT`` say where."""
        self.page.launch(
            **_settings(),
            footer_links=["api", "settings"],
            state_session_capacity=_SESSIONS,
            mcp_server=True,
            app_kwargs={"routes": self.beside.routes, "lifespan": self.beside.router.lifespan_context},
        )


def build_site(*, digits: Bundle, dogs: Bundle, origins: Mapping[Task, Origin], examples: Path) -> Site:
    """Build all that is served; the arguments are those of ``build_page``."""
    beside = FastAPI(openapi_url=None, lifespan=lifespan)
    beside.get("/gradio.js")(_component)
    digits_alone = partial(build_digits_demo, choices=False)
    embedded = {
        "digits": build_embedded("digits", digits, examples / "digits", title=TITLES["digits"], demo=digits_alone),
        "dogs": build_embedded("dogs", dogs, examples / "dogs", title=TITLES["dogs"], demo=build_dogs_demo),
    }
    for task, demo in embedded.items():
        beside.add_api_route(f"/{task}", _with_slash, response_class=RedirectResponse)
        demo.state_session_capacity = _SESSIONS
        gr.mount_gradio_app(beside, demo, f"/{task}", **_settings(), footer_links=[], mcp_server=False)
        # Only of a page that "has launched" does Gradio 6.31 check that files in a payload are uploads. Mounting does
        # not say so, and then anybody could read any picture on this machine.
        demo.has_launched = demo.is_running = True
    page = build_page(digits=digits, dogs=dogs, origins=origins, examples=examples)
    for each in (page, *embedded.values()):
        # Two cores, and each answer takes milliseconds: of each kind two at a time, and a queue that says no rather
        # than grow for ever.
        each.queue(default_concurrency_limit=2, max_size=64)
    return Site(page=page, beside=beside)


def _settings() -> dict[str, Any]:
    """What each page is served with, on a Space and elsewhere alike."""
    return {
        "head": _head(),  # not as css: Gradio would leave out what depends on the width of a container
        "theme": _theme(),
        "max_file_size": "20mb",
        "run_history": False,  # visitors' drawings stay theirs
        "ssr_mode": False,  # a canvas gains nothing from it, and Spaces would need Node
        "enable_monitoring": False,
        "show_error": False,  # what is meant for visitors is told anyway; the rest stays in the log
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


def _head() -> str:
    return "".join(f"<style>{path.read_text(encoding='utf-8')}</style>" for path in sorted(_HERE.glob("*.css")))


def _with_slash(request: Request) -> RedirectResponse:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path.rsplit('/', 1)[-1]}/{query}")
