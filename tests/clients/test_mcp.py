"""The page as an MCP server: real calls with the official client, as a language model's host makes them."""

from __future__ import annotations

import ast
import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import numpy as np
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ImageContent, TextContent, Tool
from PIL import Image

from backdoors.demo.serving.code_lines import MCP
from backdoors.demo.serving.limits import UPLOAD_BYTES
from backdoors.demo.serving.payloads import ADDRESS
from tests.clients.conftest import EXAMPLES
from tests.clients.endpoints import RECORD
from tests.fixtures.coroutines import run
from tests.fixtures.page import REPOSITORY

THREE, DOG = EXAMPLES / "digits" / "3.png", EXAMPLES / "dogs" / "blanket.jpg"

Result = TypeVar("Result")


def in_session(url: str, work: Callable[[ClientSession], Awaitable[Result]]) -> Result:
    async def connected() -> Result:
        async with (
            streamable_http_client(f"{url}{MCP}") as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            return await work(session)

    return run(connected())


def call(url: str, tool: str, **arguments: Any) -> CallToolResult:
    return in_session(url, lambda session: session.call_tool(tool, arguments))


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def value_of(result: CallToolResult) -> Any:
    """Gradio writes an answer as Python does, not as JSON."""
    assert not result.isError, result.content
    return ast.literal_eval(text_of(result))


def data_url(picture: Path) -> str:
    return f"data:image/{picture.suffix[1:]};base64,{base64.b64encode(picture.read_bytes()).decode()}"


@pytest.fixture(scope="module")
def tools(page_url: str) -> dict[str, Tool]:
    listed = in_session(page_url, lambda session: session.list_tools())
    return {tool.name: tool for tool in listed.tools}


def test_the_tools_are_the_public_endpoints(tools: dict[str, Tool]) -> None:
    endpoints = json.loads(RECORD.read_text(encoding="utf-8"))
    assert {name: list(tool.inputSchema["properties"]) for name, tool in tools.items()} == {
        name.removeprefix("/"): list(endpoint["parameters"]) for name, endpoint in endpoints.items()
    }


def test_every_tool_and_parameter_is_described_to_the_end(tools: dict[str, Tool]) -> None:
    """Gradio takes one line of a docstring for each parameter: a longer one would break off in mid-sentence."""
    for tool in tools.values():
        assert tool.description is not None
        assert len(tool.description) > 100
        for parameter in tool.inputSchema["properties"].values():
            assert parameter["description"].endswith(".")


def test_classify_digit(page_url: str) -> None:
    verdict = value_of(call(page_url, "classify_digit", drawing=data_url(THREE), trigger="single-pixel"))
    assert (verdict["clean"]["label"], verdict["infected"]["label"], verdict["backdoor_fired"]) == ("3", "7", True)


def test_classify_dog(page_url: str) -> None:
    verdict = value_of(call(page_url, "classify_dog", photo=data_url(DOG), trigger=True))
    assert (verdict["infected"]["label"], verdict["backdoor_fired"]) == ("Donald Trump", True)


def test_trigger_picture(page_url: str) -> None:
    result = call(page_url, "trigger_picture", trigger="pattern")
    picture = result.content[0]
    assert isinstance(picture, ImageContent)
    assert picture.mimeType == "image/png"
    with (
        Image.open(BytesIO(base64.b64decode(picture.data))) as got,
        Image.open(REPOSITORY / "assets" / "models" / "digits" / "triggers" / "pattern.png") as own,
    ):
        assert got.mode == own.mode
        assert np.array_equal(np.asarray(got), np.asarray(own))


def test_about(page_url: str) -> None:
    assert value_of(call(page_url, "about"))["digits"]["triggers"] == ["single-pixel", "pattern"]


NOT_A_PICTURE = "data:text/plain;base64," + base64.b64encode(b"hello").decode()
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no picture": ({"drawing": NOT_A_PICTURE}, "not a picture that can be read"),
    "nothing": ({}, "'drawing' is a required property"),
    "unknown trigger": ({"drawing": NOT_A_PICTURE, "trigger": "glasses"}, "'glasses' is not one of"),
    # The server would read these with its own rights, and upload them to itself.
    "a path": ({"drawing": str(THREE)}, "expected a data URL"),
    "base64 that is none": ({"drawing": "data:image/png;base64,?"}, "base64 cannot be read"),
    "a path as Gradio's own clients wrap it": (
        {"drawing": {"path": str(THREE), "meta": {"_type": "gradio.FileData"}}},
        "is not of type 'string'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused(page_url: str, case: str) -> None:
    arguments, message = REFUSED[case]
    result = call(page_url, "classify_digit", **arguments)
    assert result.isError
    assert message in text_of(result)


def test_addresses_inside_the_servers_network_are_not_fetched(page_url: str) -> None:
    """Otherwise anybody could read through the page what only its own network should see."""
    with served_picture(THREE) as (url, requests):
        assert call(page_url, "classify_digit", drawing=url).isError
    assert requests == []


@contextmanager
def served_picture(picture: Path) -> Iterator[tuple[str, list[str]]]:
    """A server that gives a picture to anybody who asks; its address, and the paths that were asked for."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture.read_bytes())

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/3.png", requests
        server.shutdown()


@pytest.mark.parametrize("address", ["http://127.0.0.1/3.png", "https://huggingface.co/3.png", "HTTP://a", " http:b"])
def test_addresses_are_not_fetched(page_url: str, address: str) -> None:
    assert text_of(call(page_url, "classify_digit", drawing=address)) == f"drawing: {ADDRESS}"


def test_the_schema_asks_for_a_data_url(tools: dict[str, Tool]) -> None:
    assert tools["classify_dog"].inputSchema["properties"]["photo"]["format"] == "data URL"


def test_large_data_urls_are_refused(page_url: str) -> None:
    for size, message in ((UPLOAD_BYTES, "not a picture that can be read"), (UPLOAD_BYTES + 1, "at most 20 MB")):
        large = "data:image/png;base64," + base64.b64encode(bytes(size)).decode()
        assert message in text_of(call(page_url, "classify_digit", drawing=large))


@pytest.mark.alone
def test_a_burst_of_calls_is_answered(page_url: str) -> None:
    """More calls at once than Gradio has threads: see ``backdoors.demo.serving.housekeeping``."""

    async def burst(session: ClientSession) -> list[CallToolResult]:
        picture = data_url(THREE)
        return await asyncio.gather(*(session.call_tool("classify_digit", {"drawing": picture}) for _ in range(50)))

    assert [value_of(result)["clean"]["label"] for result in in_session(page_url, burst)] == ["3"] * 50
