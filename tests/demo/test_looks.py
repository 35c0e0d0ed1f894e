"""Classes and style sheets fit each other."""

from __future__ import annotations

import re

from tests.fixtures.page import REPOSITORY

DEMO = REPOSITORY / "backdoors" / "demo"
NAME = re.compile(r"\bbd-[a-z-]*[a-z]\b")


def names_in(*patterns: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for pattern in patterns for path in DEMO.rglob(pattern))
    return {name for text in texts for name in NAME.findall(text)}


def test_every_class_has_its_looks() -> None:
    styled = {name for path in DEMO.rglob("*.css") for name in re.findall(r"\.(bd-[a-z-]+)", path.read_text("utf-8"))}
    assert names_in("*.html") - styled - {"bd-rows", "bd-columns"} == set()


def test_no_style_is_left_over() -> None:
    assert names_in("*.css") - names_in("*.html", "*.py", "*.js") == {
        *("bd-alarm", "bd-alarm-soft", "bd-clean", "bd-infected"),  # colours
        *("bd-of-clean", "bd-of-infected"),  # put together in curves.py
    }
