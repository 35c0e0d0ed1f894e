"""The body of a request, read within bounds: whole, on the way, or only to drop it."""

from __future__ import annotations

from anyio import move_on_after
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive, Scope

from backdoors.demo.serving.calls import RefusedError
from backdoors.demo.serving.limits import DRAINED_BYTES, DRAINED_SECONDS


class Body:
    """The body of one request.

    Args:
        scope: of the request.
        receive: where its messages come from.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        length = Headers(scope=scope).get("content-length", "0")
        self._announced = int(length) if length.isdecimal() and len(length) < 16 else DRAINED_BYTES + 1
        self._receive = receive
        self._complete = False
        self._size = 0

    async def whole(self, most: int) -> bytes:
        """All of it; what comes after a client has left is nothing.

        Raises:
            RefusedError: it has more bytes.
        """
        self._check(self._announced, most)
        parts = []
        while not self._complete:
            parts.append((await self._next()).get("body", b""))
            self._check(self._size, most)
        return b"".join(parts)

    def passed_on(self, most: int) -> Receive:
        """What an app reads it from while it comes; it breaks off where it has more bytes, as Gradio's parser would.

        Raises:
            RefusedError: more bytes are announced.
        """
        self._check(self._announced, most)

        async def receive() -> Message:
            message = await self._next()
            if self._size > most:
                raise MultiPartException(too_large(most))
            return message

        return receive

    def again(self, body: bytes) -> Receive:
        """What an app reads a body from that was read already, and then what follows it: that the client leaves."""
        told = False

        async def receive() -> Message:
            nonlocal told
            if told:
                return await self._receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        return receive

    async def drop(self) -> None:
        """Read the rest, within bounds: most clients look for an answer only after they have sent everything."""
        with move_on_after(DRAINED_SECONDS):
            while not self._complete and max(self._announced, self._size) <= DRAINED_BYTES:
                await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        return message

    @staticmethod
    def _check(size: int, most: int) -> None:
        if size > most:
            raise RefusedError(413, too_large(most))


def too_large(most: int) -> str:
    """What is wrong with more bytes than that."""
    kilobytes = most // 1000
    size = f"{kilobytes} kB" if kilobytes < 1000 else f"{kilobytes // 1000} MB"
    return f"This is larger than the maximum allowed size of {size}."
