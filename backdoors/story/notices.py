"""Short notices: which models answer here, that they are not the ones that were asked for, where the whole page is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backdoors import __version__
from backdoors.story.demos import Demo
from backdoors.story.rendering import render
from backdoors.tasks import Task


def versions(demos: Sequence[Demo]) -> Markup:
    """Which code and which models answer here, for bug reports."""
    return render("parts/versions.html", code=__version__, demos=demos)


def whole_story(task: Task) -> Markup:
    """The link from an embedded demo to the page that explains it."""
    return render("parts/whole_story.html", task=task)


def trouble(text: str) -> Markup:
    """An alarm: these are not the models that were asked for.

    Args:
        text: plain text.
    """
    return render("parts/trouble.html", text=text)
