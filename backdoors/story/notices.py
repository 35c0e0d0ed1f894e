"""A short notice: which models answer here."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from backdoors import __version__
from backdoors.story.demos import Demo
from backdoors.story.rendering import render


def versions(demos: Sequence[Demo]) -> Markup:
    """Which code and which models answer here, for bug reports."""
    return render("parts/versions.html", code=__version__, demos=demos)
