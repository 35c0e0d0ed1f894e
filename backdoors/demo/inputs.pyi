"""What Gradio hands over, and how the project's errors reach people."""

from __future__ import annotations

import functools
from collections.abc import Callable
from html import escape
from typing import Any, TypeVar

import gradio as gr

from backdoors.errors import BackdoorsError
from backdoors.pictures import open_picture

Handler = TypeVar("Handler", bound=Callable[..., Any])

from gradio.events import Dependency

class PictureFile(gr.Image):
    """gr.Image for pictures that ``open_picture`` can open; what is wrong with any other is told.

    With ``type="filepath", image_mode=None`` the path leads to the file as the client sent it, EXIF data and all.
    """

    is_template = True  # to Gradio's frontend this is its own Image

    def preprocess(self, payload: Any) -> Any:
        if payload is not None and payload.path is not None:
            try:
                open_picture(payload.path)
            except BackdoorsError as e:
                raise gr.Error(escape(str(e)), print_exception=False) from e
        return super().preprocess(payload)
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component

def tells_errors(handler: Handler) -> Handler:
    """What the project raises on purpose is meant for people: show it to them. Anything else is a bug, and stays one."""

    @functools.wraps(handler)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except BackdoorsError as e:
            raise gr.Error(escape(str(e)), print_exception=False) from e  # Gradio shows messages as HTML

    return wrapped  # type: ignore[return-value]
