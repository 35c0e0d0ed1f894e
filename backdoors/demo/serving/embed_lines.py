"""The lines to paste into a blog: an iframe, or Gradio's web component."""

from __future__ import annotations

from collections.abc import Callable

from backdoors.story.rendering import render
from backdoors.tasks import Task

# Two columns above, one below; measured in the tests, which allow no scroll bar between 360 and 900 pixels.
TWO_COLUMNS = 632
HEIGHTS = {"sketchpad": (750, 1260), "photo": (930, 1400)}
"""By the demo's input: pixels in two columns, and in one."""


def iframe(address: str, task: Task) -> str:
    """One line of HTML; its height is a step: a container query unit times a large number, clamped.

    Args:
        address: of the whole page, without a slash at its end.
    """
    wide, narrow = HEIGHTS[task.input]
    values = {"address": address, "task": task, "wide": wide, "narrow": narrow, "two_columns": TWO_COLUMNS}
    return str(render("embed/iframe.html", **values))


def component(address: str, task: Task) -> str:
    """One line of HTML with Gradio's web component, which takes the height that it needs by itself."""
    return str(render("embed/component.html", address=address, task=task))


WAYS: dict[str, tuple[str, Callable[[str, Task], str]]] = {
    "iframe": ("As an iframe", iframe),
    "component": ("As a web component", component),
}
"""By the name in the code block's ``elem_id``: what people read, and the function that writes the line."""
