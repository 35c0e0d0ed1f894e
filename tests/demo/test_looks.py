"""Classes and style sheets fit each other: in the Gradio app, and on the static page.

The demo's own looks are in its script, and tested with it.
"""

from __future__ import annotations

import re

from tests.fixtures.page import REPOSITORY

STORY, DEMO, PUBLIC = (REPOSITORY / "backdoors" / room for room in ("story", "demo", "site/public"))
NAME = re.compile(r"(?<!-)\bbd-[a-z-]*[a-z]\b")


def text_of(*patterns: str) -> str:
    """All files of the rooms that match; of the style sheets without what is a comment."""
    paths = [path for room in (STORY, DEMO, PUBLIC) for pattern in patterns for path in sorted(room.rglob(pattern))]
    text = "".join(path.read_text(encoding="utf-8") for path in paths if path.suffix != ".pyi")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def test_every_class_has_its_looks() -> None:
    classes = {name for value in re.findall(r'class="([^"]*)"', text_of("*.html")) for name in NAME.findall(value)}
    styled = set(re.findall(r"\.(bd-[a-z-]+)", text_of("*.css")))
    assert len(classes) > 30
    assert classes - styled == set()


def test_no_style_is_left_over() -> None:
    styled = set(re.findall(r"\.(bd-[a-z-]+)", text_of("*.css")))
    assert styled - set(NAME.findall(text_of("*.html", "*.py", "*.js"))) == {
        *("bd-of-clean", "bd-of-infected"),  # put together in curves.py
    }


def test_every_colour_is_used() -> None:
    """The variables that are ours, also in styles of elements."""
    text = text_of("*.css", "*.html")
    set_, used = (set(re.findall(pattern, text)) for pattern in (r"(--bd-[a-z-]+):", r"var\((--bd-[a-z-]+)\)"))
    assert set_ == used
