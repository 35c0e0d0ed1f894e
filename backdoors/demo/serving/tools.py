"""The endpoints as tools, over MCP: files come as data URLs, and errors go out as one plain sentence."""

from __future__ import annotations

import base64
import binascii
import functools
import html
from collections.abc import Awaitable, Callable
from typing import Any

from gradio.mcp import GradioMCPServer
from gradio_client import handle_file
from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import CallToolRequest, CallToolResult, ServerResult, TextContent

from backdoors.demo.serving.boundary import NO_ROOM, UNKNOWN
from backdoors.demo.serving.limits import TOOL_CALL_BYTES, UPLOAD_BYTES
from backdoors.demo.serving.messages import shortened
from backdoors.demo.serving.payloads import ADDRESS, is_address
from backdoors.demo.serving.uploads import stored
from backdoors.errors import RequestError

_EXPECTED = "expected a data URL, data:image/png;base64,... with the picture's bytes in base64"

Handler = Callable[[CallToolRequest], Awaitable[ServerResult]]


class Tools(GradioMCPServer):
    """Gradio's MCP server, without its way to fetch addresses for people, and with room for a picture in a message."""

    StreamableHTTPSessionManager = staticmethod(  # type: ignore[assignment]
        functools.partial(StreamableHTTPSessionManager, max_request_body_size=TOOL_CALL_BYTES)
    )

    def create_mcp_server(self) -> Server[Any, Any]:
        """The server of the protocol, whose errors a boundary words."""
        server: Server[Any, Any] = super().create_mcp_server()
        server.request_handlers[CallToolRequest] = _worded(server.request_handlers[CallToolRequest])
        return server

    def simplify_filedata_schema(self, schema: dict[str, Any]) -> tuple[dict[str, Any], list[list[str | int]]]:
        """The schema of a tool's inputs, and where in it files are; Gradio's own text offers addresses."""
        simple, files = super().simplify_filedata_schema(schema)
        for (name,) in files:
            simple["properties"][name]["format"] = "data URL"
        return simple, files

    def convert_strings_to_filedata(self, value: Any, filedata_positions: list[list[str | int]]) -> Any:
        """The arguments of a call, with each data URL as an upload.

        Raises:
            RequestError: something else stands for a file.
            OSError: there is no room to store it.
        """
        files = {name for (name,) in filedata_positions}
        return {key: _stored(key, each) if key in files and each is not None else each for key, each in value.items()}


def _stored(name: str, text: str) -> dict[str, Any]:
    if is_address(text):
        raise RequestError(f"{name}: {ADDRESS}")
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        raise RequestError(f"{name}: {_EXPECTED}.")
    try:
        picture = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as e:
        raise RequestError(f"{name}: {_EXPECTED}; this base64 cannot be read.") from e
    if len(picture) > UPLOAD_BYTES:
        raise RequestError(f"{name}: expected at most {UPLOAD_BYTES // 1_000_000} MB.")
    file: dict[str, Any] = handle_file(stored(picture, "picture.bin"))
    return file


def _worded(answer: Handler) -> Handler:
    """A handler of tool calls whose errors have a message of ours: as short, and not as HTML."""

    async def worded(request: CallToolRequest) -> ServerResult:
        result = await answer(request)
        if isinstance(result.root, CallToolResult) and result.root.isError:
            said = " ".join(each.text for each in result.root.content if isinstance(each, TextContent))
            result.root.content = [TextContent(type="text", text=_plain(said))]
        return result

    return worded


def _plain(said: str) -> str:
    if said.startswith("[Errno"):  # of the operating system, with a path of this machine's
        return NO_ROOM
    return shortened(html.unescape(said)) or UNKNOWN
