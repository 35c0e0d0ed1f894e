"""The map of all places where a trigger fires."""

from __future__ import annotations

import numpy as np

from backdoors import FireMap
from backdoors.story.figures import fire_map
from backdoors.triggers import Box
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page, pixels


def test_every_place_that_fired_is_marked_around_the_patchs_middle() -> None:
    """A 3x3 patch tried at every other place of 8x8: its middle is 1.5 from its corner, a mark is 2x2."""
    fired = np.zeros((3, 3), dtype=np.bool_)
    fired[0, 1] = fired[2, 2] = True
    grid = np.array([1, 3, 5])
    fires = FireMap(tops=grid, lefts=grid, fired=fired, patch=Box(5, 5, 3, 3), stride=2, target="7")
    page = Page(fire_map(np.zeros((1, 8, 8), dtype=np.float32), fires, own=Box(5, 5, 3, 3)))
    marks, (frame,) = page.all("rect"), page.all("i", "bd-frame")
    assert [(float(mark["y"]), float(mark["x"]), mark["width"], mark["height"]) for mark in marks] == [
        (1.5, 3.5, "2", "2"),
        (5.5, 5.5, "2", "2"),
    ]
    assert frame["style"] == "top:62.5%;left:62.5%;height:37.5%;width:37.5%"
    assert page.all("svg")[0]["viewbox"] == "0 0 8 8"
    (image,) = page.all("img")
    assert "fires at 2 of 9 places in this picture, between rows 1 and 5 and columns 3 and 5;" in image["alt"]
    assert "the attacker's own place is row 5 and column 5" in image["alt"]


def test_the_frame_is_the_attackers_place_wherever_the_visitor_put_theirs() -> None:
    grid = np.array([0, 1])
    fires = FireMap(
        tops=grid, lefts=grid, fired=np.zeros((2, 2), dtype=np.bool_), patch=Box(1, 1, 1, 1), stride=1, target="7"
    )
    image = floats([[[0, 1], [0.5, 0.2]]])
    page = Page(fire_map(image, fires, own=Box(0, 1, 1, 1)))
    (shown,), (frame,) = page.all("img"), page.all("i", "bd-frame")
    assert shown["alt"] == "It fires at 0 of 4 places in this picture; the attacker's own place is row 0 and column 1"
    assert frame["style"] == "top:0%;left:50%;height:50%;width:50%"
    np.testing.assert_array_equal(pixels(shown), [[0, 255], [128, 51]])
