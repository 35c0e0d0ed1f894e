"""Errors of Gradio and its frameworks, as one sentence a person can read.

They come as bare statuses, lists of what a validator thinks, or whole inputs repeated. All leave as
``{"detail": "..."}``, or as text where they were text, bounded in length.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from backdoors.demo.serving.boundary import UNKNOWN
from backdoors.demo.serving.limits import JSON_BYTES, WAITING
from backdoors.demo.serving.messages import shortened

_WORDS = {
    400: "This request cannot be understood.",
    403: "This is not open to visitors.",
    404: "There is nothing at this address.",
    405: "This address is asked in another way: with GET instead of POST, or with POST instead of GET.",
    503: f"The page is busy: {WAITING} requests are waiting. Try again in a few seconds.",
}


class Reworded:
    """A ``send`` that holds errors back until ``finish`` sends them in plain words.

    Attributes:
        started: whether an answer has begun to leave.
    """

    def __init__(self, send: Send) -> None:
        self.started = False
        self._send = send
        self._held: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take a message of an answer."""
        if message["type"] == "http.response.start" and message["status"] >= 400:
            self._held = message
        elif self._held is None:
            self.started = True
            await self._send(message)
        elif len(self._body) <= JSON_BYTES:
            self._body += message.get("body", b"")

    async def finish(self) -> None:
        """Send the error, where there was one."""
        if self._held is None:
            return
        headers = MutableHeaders(scope=self._held)
        body, kind = reworded(self._held["status"], self._body)
        headers["content-type"], headers["content-length"] = kind, str(len(body))
        await self._send(self._held)
        await self._send({"type": "http.response.body", "body": body})


def reworded(status: int, body: bytes) -> tuple[bytes, str]:
    """The body of an error in plain words, and its content type."""
    try:
        said = json.loads(body)
    except ValueError:
        text = body.decode(errors="replace").strip()
        if text and status < 500:
            return shortened(text).encode(), "text/plain; charset=utf-8"
        said = {}
    if isinstance(said, dict) and isinstance(said.get("error"), dict):  # JSON-RPC, as MCP speaks it
        said["error"] = {**said["error"], "message": shortened(str(said["error"].get("message", "")).split("\n")[0])}
        said["error"].pop("data", None)
    else:
        said = {"detail": _detail(status, said)}
    return json.dumps(said, ensure_ascii=False).encode(), "application/json"


def _detail(status: int, said: Any) -> str:
    detail = (said.get("detail") or said.get("error")) if isinstance(said, dict) else None
    if isinstance(detail, list):
        detail = "; ".join(_complaints(detail))
    bare = not isinstance(detail, str) or not detail or detail == HTTPStatus(status).phrase
    if bare or status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _WORDS.get(status, UNKNOWN if status >= 500 else _WORDS[400])
    return shortened(str(detail))


def _complaints(errors: Iterable[Any]) -> Iterable[str]:
    """Where, and what: of a validator's list, without what was sent."""
    for error in errors:
        if isinstance(error, dict):
            yield f"{'.'.join(map(str, error.get('loc', [])))}: {error.get('msg', '')}"
