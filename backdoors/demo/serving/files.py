"""The demos' files for browsers, on this page and on other people's: compressed, and cached where that is safe.

Gradio compresses neither WebAssembly nor models. Here each file is compressed once, when it is first asked for, and
any page may read it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from threading import Lock

import brotli
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from backdoors.errors import BackdoorsError
from backdoors.site import File

_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"  # with an ETag: one short answer if nothing has changed
_QUALITY = 5  # of brotli: 14 MB of WebAssembly become 2.8 MB in 0.4 s; quality 11 takes half a minute for 2.4 MB
_PACKED = ("image/png", "image/jpeg", "image/webp")


class Served:
    """A file as it is sent.

    Args:
        file: is read when it is first asked for, and kept packed, in each encoding that is asked for. The committed
            models and onnxruntime-web take 12 MB in one encoding.
    """

    def __init__(self, file: File) -> None:
        self._file, self._lock = file, Lock()
        self._kept: dict[str, tuple[str, bytes]] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer a request for it."""
        accepted = request.headers.get("accept-encoding", "").lower().replace(" ", "").split(",")
        names = {
            name
            for name, _, weight in (part.partition(";q=") for part in accepted)
            if weight.strip("0.") or not weight
        }
        encoding = next((each for each in ("br", "gzip") if each in names), "")
        if self._file.media_type in _PACKED:
            encoding = ""
        try:
            etag, body = await run_in_threadpool(self._packed, encoding)
        except (BackdoorsError, OSError):
            return Response("The file was changed or removed.", 404)
        headers = {
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": _FOR_GOOD if self._file.lasting and self._pinned(request) else _ASK_AGAIN,
            "ETag": etag,
            "Vary": "Accept-Encoding",
        }
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(body, media_type=self._file.media_type, headers=headers)

    @staticmethod
    def _pinned(request: Request) -> bool:
        """Whether the address names the bytes: by a version, or by a checksum behind the question mark."""
        return bool(request.url.query) or "/runtime/" in request.url.path

    def _packed(self, encoding: str) -> tuple[str, bytes]:
        with self._lock:
            if encoding not in self._kept:
                data = self._file.read()
                etag = f'"{hashlib.sha256(data).hexdigest()[:16]}{encoding and "-" + encoding}"'
                self._kept[encoding] = (etag, _pack(data, encoding))
            return self._kept[encoding]


def _pack(data: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(data, quality=_QUALITY))
    return gzip.compress(data, compresslevel=6) if encoding == "gzip" else data


def file_routes(files: Mapping[str, File]) -> list[Route]:
    """A route for each file; ``digits/index.html`` is at ``/digits/``, and ``/digits`` leads there."""
    routes = []
    for path, file in files.items():
        place = path.removesuffix("index.html")
        routes.append(Route(f"/{place}", Served(file).__call__, methods=["GET"]))
        if place.endswith("/"):
            routes.append(Route(f"/{place.rstrip('/')}", _with_slash, methods=["GET"]))
    return routes


def _with_slash(request: Request) -> RedirectResponse:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path.rsplit('/', 1)[-1]}/{query}")
