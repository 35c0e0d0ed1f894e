"""The frame around a trigger, and the stage on which visitors move it."""

from __future__ import annotations

import numpy as np
import pytest

from backdoors.story.figures import frame, stage
from backdoors.triggers import Box
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page, pixels


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


def test_a_stage_tells_its_script_the_sizes() -> None:
    page = Page(stage(floats([[[0, 1], [0.2, 0.4]]]), Box(1, 0, 1, 1), alt='"your" trigger'))
    (outer,), (image,) = page.all("div", "bd-stage"), page.all("img")
    assert (outer["data-size"], outer["data-patch"]) == ("2", "1")
    assert image["alt"] == '"your" trigger'
    np.testing.assert_array_equal(pixels(image), [[0, 255], [51, 102]])
    assert page.all("i", "bd-frame")[0]["style"] == "top:50%;left:0%;height:50%;width:50%"
