"""Drawings that the browser has sent and not yet asked about: few, small, and not for long.

A sketchpad sends its pictures beforehand, each under an id, and then asks about the id. Gradio keeps all that is sent
in a list of layers, whose number the sender chooses, until somebody asks: which may be never. Here only what is asked
about is kept, the background and the strokes in one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import gradio as gr
from fastapi import HTTPException
from gradio.components.base import server

from backdoors.demo.serving.limits import DRAWING_BYTES, DRAWINGS_BYTES, DRAWINGS_SECONDS

_MALFORMED = "This is no drawing: expected type, id and session_hash as form fields, and one file."


class Drawings:
    """The newest drawings by id.

    Args:
        clock: seconds, from any start.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._sent: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sent)

    def put(self, name: str, picture: bytes) -> None:
        """Keep the bytes of a drawing; what is older than five minutes, or too much, is forgotten."""
        with self._lock:
            self._sent.pop(name, None)
            self._sent[name] = (self._clock(), picture)
            while self._too_much():
                self._sent.popitem(last=False)

    def take(self, name: str) -> bytes | None:
        """The bytes of a drawing, which are not kept any longer; None where there is none."""
        with self._lock:
            return self._sent.pop(name, (0, None))[1]

    def _too_much(self) -> bool:
        oldest, _ = next(iter(self._sent.values()))
        kept = sum(len(picture) for _, picture in self._sent.values())
        return kept > DRAWINGS_BYTES or oldest < self._clock() - DRAWINGS_SECONDS


def bounded_drawings(pad: gr.Sketchpad) -> Drawings:
    """Let a sketchpad keep what the browser sends in the object that comes back.

    Raises:
        RuntimeError: this Gradio's sketchpads are sent their pictures in another way; the page must not be served.
    """
    if not getattr(getattr(pad, "accept_blobs", None), "_is_server_fn", False):
        raise RuntimeError(f"gradio {gr.__version__} has another way to send drawings: see {__name__}")
    drawings = Drawings()

    @server  # type: ignore[untyped-decorator]
    def accept_blobs(data: Any) -> None:
        try:
            fields, ((_, picture),) = data.data, data.files
            name, part = fields["id"], fields["type"]
        except (AttributeError, KeyError, TypeError, ValueError) as e:
            raise HTTPException(400, _MALFORMED) from e
        if len(picture) > DRAWING_BYTES:
            raise HTTPException(413, f"This drawing is too large: expected at most {DRAWING_BYTES // 1000} kB.")
        if part == "composite":
            drawings.put(name, picture)

    pad.accept_blobs = accept_blobs
    return drawings
