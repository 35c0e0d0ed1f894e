"""What is served, and how.

::

    /                               the page; its endpoints for clients are below it
    /digits/ ...                    a demo alone, to be embedded in other people's pages; so for each task
    /backdoor-demo.js, /tasks/ ...  what a demo needs in a browser, on this page and on others: see ``backdoors.site``
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware

from backdoors.demo.page import build_page, tab_names
from backdoors.demo.serving.address import asked_port
from backdoors.demo.serving.files import file_routes
from backdoors.demo.serving.gate import Gate
from backdoors.demo.serving.housekeeping import lifespan
from backdoors.demo.serving.limits import SESSIONS, UPLOAD_BYTES
from backdoors.demo.serving.tools import Tools
from backdoors.demo.tabs.addresses import tabs_head
from backdoors.site import runtime_files
from backdoors.site.joining import ENTRY
from backdoors.site.page import STYLES, shared_files
from backdoors.story import Demo

_API = "gradio_api"  # seen from the script
_SCRIPT = f'<script type="module" src="./{ENTRY}"></script>'  # the demos', which loads beside Gradio's own


@dataclass(frozen=True, kw_only=True)
class Site:
    """What ``build_site`` built.

    Attributes:
        page: the whole page.
        beside: all that is served beside the page, as an application of its own.
        tabs: the names of the page's tabs.
    """

    page: gr.Blocks
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
                # With the styles: from css, Gradio would leave out what depends on the width of a container.
                head=_styles() + _SCRIPT + tabs_head(self.tabs),
                theme=_theme(),
                server_port=asked_port(),
                # Without "Settings": the picture beside it repeats its name, which screen readers then say twice.
                footer_links=["api"],
                max_file_size=UPLOAD_BYTES,
                run_history=False,  # visitors' pictures stay theirs
                ssr_mode=False,  # a canvas gains nothing from it, and Spaces would need Node
                enable_monitoring=False,
                show_error=False,  # boundary.py tells what is meant for visitors; the rest stays in the log
                state_session_capacity=SESSIONS,
                mcp_server=False,  # the page has its own: see tools.py
                app_kwargs={
                    "routes": self.beside.routes,
                    "lifespan": self.beside.router.lifespan_context,
                    "middleware": [Middleware(Gate, page=self.page)],
                },
            )
            while self.page.server.thread.is_alive():
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("The page ends.")
        finally:
            if self.page.app is not None:  # open tabs keep a stream each, for which the server would wait
                self.page.app.stop_event.set()
            self.page.close()


def build_site(demos: Sequence[Demo]) -> Site:
    """Build all that is served.

    Raises:
        LocalFileError: ``BACKDOORS_RUNTIME`` names a folder without onnxruntime-web, or with another version.
    """
    page = build_page(demos)
    tools = Tools(page)
    page.mcp_server_obj, page.mcp_server = tools, True
    beside = FastAPI(openapi_url=None, lifespan=functools.partial(lifespan, tools))
    beside.router.routes += file_routes(shared_files(demos, server=_API, runtime=runtime_files()))
    return Site(page=page, beside=beside, tabs=tab_names(demos))


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
    paths = [*sorted(STYLES.glob("*.css")), *sorted((Path(__file__).with_name("styles")).glob("*.css"))]
    return "".join(f"<style>{path.read_text(encoding='utf-8')}</style>" for path in paths)
