"""What every request passes before Gradio sees it, and every error before a client does.

In: only the routes that the page and its clients need, bounded in bytes, with bodies that are what their route takes.
Out: each error as ``{"detail": "..."}`` in plain words, without anything of the server. Gradio fetches the addresses
that people put behind ``/gradio_api/file=``, answers unknown endpoints with a bare 500, and repeats what was sent.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import gradio as gr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from backdoors.demo.serving import limits
from backdoors.demo.serving.bodies import Body
from backdoors.demo.serving.boundary import NO_ROOM, UNKNOWN
from backdoors.demo.serving.calls import JSON_ROUTES, RefusedError, check_call, check_stream
from backdoors.demo.serving.payloads import ADDRESS
from backdoors.demo.serving.wording import Reworded

_API = "/gradio_api/"

# Gradio has more: a proxy, links to a session's state, video editing, and an editor of the app itself.
_ROUTES = (
    *("info", "openapi.json", "config", "theme.css", "app_id", "user", "token", "login_check", "startup-events"),
    *("call", "queue", "run", "api", "cancel", "reset", "heartbeat", "upload", "upload_progress"),
    *("file", "mcp"),
)

_log = logging.getLogger(__name__)


class Gate:
    """ASGI middleware.

    Args:
        app: what is behind it.
        page: which is served at the root.
    """

    def __init__(self, app: ASGIApp, *, page: gr.Blocks) -> None:
        self._app, self._page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, out, route = Body(scope, receive), Reworded(send), ""
        try:
            route = self._route(scope)
            admitted = await self._admitted(scope, body, self._page, route)
            await self._app(scope, admitted or receive, out)
            await out.finish()
        except RefusedError as e:
            await body.drop()
            await _refuse(e, scope, receive, send)
        except Exception as e:
            if out.started:
                raise
            await _refuse(_blame(e, route), scope, receive, send)

    def _route(self, scope: Scope) -> str:
        """The route below ``/gradio_api/``; "" for all else."""
        size = len(scope["path"]) + len(scope["query_string"]) + sum(len(k) + len(v) for k, v in scope["headers"])
        if size > limits.HEADER_BYTES:
            raise RefusedError(431, f"Address and headers are too long: expected at most {limits.HEADER_BYTES} bytes.")
        path: str = scope["path"]
        if not path.startswith(_API):
            return ""
        route = path.removeprefix(_API)
        first = route.replace("=", "/", 1).split("/", 1)[0]
        if first not in _ROUTES:
            raise RefusedError(404, f"The page has no /gradio_api/{first[:50]}.")
        if first == "file" and route[len("file") + 1 :].lstrip().lower().startswith(("http:", "https:")):
            raise RefusedError(403, ADDRESS)
        return route

    async def _admitted(self, scope: Scope, body: Body, page: gr.Blocks, route: str) -> Receive | None:
        """Look at a request's body, and give back what the app reads it from; None where there is no body."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            check_stream(page, route)
            return None
        first = route.split("/", 1)[0]
        if first == "upload":
            return body.passed_on(limits.UPLOAD_BODY_BYTES)
        read = await body.whole(limits.TOOL_CALL_BYTES if first == "mcp" else limits.JSON_BYTES)
        if first in JSON_ROUTES:
            if "json" not in Headers(scope=scope).get("content-type", ""):
                raise RefusedError(415, "Send the body as JSON, with the header Content-Type: application/json.")
            check_call(page, route, _parsed(read))
        return body.again(read)


def _blame(error: Exception, route: str) -> RefusedError:
    """What to answer where Gradio has no answer."""
    _log.error("an unexpected error in /gradio_api/%s", route[:100], exc_info=error)
    if isinstance(error, OSError):
        return RefusedError(507, NO_ROOM)
    if route.startswith("upload"):
        return RefusedError(400, "This is no upload: send one file as multipart form data, in a field called files.")
    return RefusedError(500, UNKNOWN)


async def _refuse(refusal: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"detail": refusal.message}, refusal.status)(scope, receive, send)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as e:
        raise RefusedError(400, "The body is not JSON that can be read.") from e


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
