"""The lines to paste into a blog: one script and one tag, or an iframe where a page allows no script."""

from __future__ import annotations

from collections.abc import Callable

from backdoors.story.rendering import render
from backdoors.tasks import Task

# Two columns above, one below; measured in the tests, which allow no scroll bar between 360 and 900 pixels.
TWO_COLUMNS = 636
HEIGHTS = {"sketchpad": (960, 1600), "photo": (860, 1500)}
"""By the demo's input: pixels in two columns, and in one."""


def tag(address: str, task: Task) -> str:
    """One line of HTML: the demo in the page itself, which takes the height that it needs.

    Args:
        address: of the whole page, without a slash at its end.
    """
    return str(render("embed/tag.html", address=address, task=task))


def iframe(address: str, task: Task) -> str:
    """One line of HTML; its height is a step: a container query unit times a large number, clamped."""
    wide, narrow = HEIGHTS[task.input]
    values = {"address": address, "task": task, "wide": wide, "narrow": narrow, "two_columns": TWO_COLUMNS}
    return str(render("embed/iframe.html", **values))


LINES: dict[str, tuple[str, Callable[[str, Task], str]]] = {
    "tag": ("As a script and a tag", tag),
    "iframe": ("As an iframe", iframe),
}
"""By name: what people read, and the function that writes the line."""
