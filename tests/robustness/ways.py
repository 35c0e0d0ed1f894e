"""The ways into the page: each sends a request and gives back what a client would read of the answer."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fixtures.page import REPOSITORY

SECONDS, SECONDS_LARGE, LARGE = 2.0, 5.0, 10_000_000  # seconds for an answer, and to one of more bytes than that

FILE = {"_type": "gradio.FileData"}

_SERVER = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|gradio\.(?!FileData)|backdoors\.|/home/|/tmp/|/usr/|/gradio/|"
    r"Errno|Exception\b|show_error|0x[0-9a-f]{6,}|KeyError|TypeError|ValueError|pydantic"
)
_BARE = re.compile(r"^(internal server error|error|none|null|not found|bad request|forbidden|)[.!]?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        ok: whether it is a verdict or another proper answer.
        value: the answer; None where there is none.
        text: the reason, where it is not ok.
        seconds: from the request to the end of the answer.
    """

    ok: bool
    value: Any = None
    text: str = ""
    seconds: float = field(default=0.0, compare=False)


class Site:
    """A page at an address, and a client of it that waits no longer than it must."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(timeout=20)

    def request(self, method: str, path: str, **options: Any) -> Answer:
        """One request; anything from 400 on is an error with a reason."""
        return timed(lambda: self._request(method, path, **options))

    def upload(self, data: bytes, name: str = "3.png") -> str:
        """Upload a file, as a client does before it asks; gives back its path."""
        answer = self.client.post(f"{self.url}/gradio_api/upload", files={"files": (name, data)})
        answer.raise_for_status()
        (path,) = answer.json()
        return str(path)

    def call(self, endpoint: str, data: list[Any]) -> Answer:
        """Call an endpoint or a private event by its name, as curl does."""
        return timed(lambda: self._call(f"/gradio_api/call/{endpoint}", {"data": data}))

    def call_named(self, endpoint: str, **values: Any) -> Answer:
        """Call an endpoint with named parameters."""
        return timed(lambda: self._call(f"/gradio_api/call/v2/{endpoint}", values))

    def tool(self, name: str, arguments: Any) -> Answer:
        """Call a tool over MCP."""
        return timed(lambda: self._tool(name, arguments))

    def picture(self, endpoint: str, data: bytes, *others: Any, name: str = "3.png") -> Answer:
        """Upload a picture and ask about it."""

        def ask() -> Answer:
            file = {"path": self.upload(data, name), "meta": FILE}
            return self._call(f"/gradio_api/call/{endpoint}", {"data": [file, *others]})

        return timed(ask)

    def _request(self, method: str, path: str, **options: Any) -> Answer:
        answer = self.client.request(method, f"{self.url}{path}", **options)
        if answer.status_code < 400:
            return Answer(ok=True, value=answer.text)
        return Answer(ok=False, text=reason(answer.text))

    def _call(self, path: str, body: dict[str, Any]) -> Answer:
        answer = self.client.post(f"{self.url}{path}", json=body)
        if answer.status_code >= 400:
            return Answer(ok=False, text=reason(answer.text))
        stream = self.client.get(f"{self.url}{path}/{answer.json()['event_id']}").text
        event, data = re.findall(r"^event: (complete|error)\ndata: (.*)$", stream, re.MULTILINE)[-1]
        value = json.loads(data)
        if event == "error":
            return Answer(ok=False, text=str(value["error"] if isinstance(value, dict) else value))
        return Answer(ok=True, value=value[0] if value else None)

    def _tool(self, name: str, arguments: Any) -> Answer:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        accept = {"Accept": "application/json, text/event-stream"}
        answer = self.client.post(f"{self.url}/gradio_api/mcp/", json=call, headers=accept)
        if answer.status_code >= 400:
            return Answer(ok=False, text=reason(answer.text))
        told = json.loads(re.findall(r"^data: (.*)$", answer.text, re.MULTILINE)[-1])
        if "error" in told:
            return Answer(ok=False, text=told["error"]["message"])
        text = told["result"]["content"][0].get("text", "")
        return Answer(ok=not told["result"].get("isError"), value=text, text=text)


def timed(ask: Callable[[], Answer]) -> Answer:
    begin = time.perf_counter()
    answer = ask()
    return Answer(ok=answer.ok, value=answer.value, text=answer.text, seconds=time.perf_counter() - begin)


def patience() -> float:
    """1 on a machine with a core for everybody, and up to 3 on one where others compute too."""
    return min(3.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def reason(body: str) -> str:
    """The message of an error, whichever form it has."""
    try:
        said = json.loads(body)
    except ValueError:
        return body
    if isinstance(said, dict) and isinstance(said.get("error"), dict):
        return str(said["error"].get("message"))
    return str(said.get("detail")) if isinstance(said, dict) else str(said)


def data_url(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def troubles(answer: Answer, *, large: bool = False) -> list[str]:
    """What is wrong with an answer to something bad: too late, no reason, a long one, or something of the server."""
    found, limit = [], patience() * (SECONDS_LARGE if large else SECONDS)
    if answer.seconds > limit:
        found.append(f"took {answer.seconds:.1f} s of {limit:.0f}")
    if answer.ok:
        return [*found, f"was answered: {str(answer.value)[:100]}"]
    if _BARE.match(answer.text.strip()) or len(answer.text) < 15:
        found.append(f"no reason: {answer.text!r}")
    if len(answer.text) > 600:
        found.append(f"a reason of {len(answer.text)} characters")
    own = _SERVER.search(answer.text)
    if own or str(REPOSITORY) in answer.text or "&#" in answer.text:
        found.append(f"not for strangers: {answer.text[:200]!r}")
    return found
