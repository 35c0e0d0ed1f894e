"""The one place where the project's errors become messages on the page and for clients."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from backdoors.demo.rendering import escaped
from backdoors.errors import BackdoorsError

Handler = TypeVar("Handler", bound=Callable[..., Any])


def tells_errors(handler: Handler) -> Handler:
    """Show people what the project raises on purpose; anything else is a bug, and stays one."""

    @functools.wraps(handler)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except BackdoorsError as e:
            raise gr.Error(escaped(str(e)), print_exception=False) from e

    return wrapped  # type: ignore[return-value]
