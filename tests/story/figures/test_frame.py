"""The frame around a trigger."""

from __future__ import annotations

import pytest

from backdoors.story.figures import frame
from backdoors.triggers import Box
from tests.fixtures.html import Page


@pytest.mark.parametrize(
    ("box", "size", "style"),
    [
        (Box(26, 26, 1, 1), (28, 28), "top:92.86%;left:92.86%;height:3.571%;width:3.571%"),
        (Box(0, 1, 2, 3), (4, 10), "top:0%;left:10%;height:50%;width:30%"),
    ],
    ids=["one pixel", "a rectangle"],
)
def test_it_covers_exactly_the_box(box: Box, size: tuple[int, int], style: str) -> None:
    assert Page(frame(box, size)).all("i", "bd-frame") == [{"class": "bd-frame", "style": style}]
