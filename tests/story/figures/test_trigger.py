"""A trigger as large pixels."""

from __future__ import annotations

import numpy as np
import pytest

from backdoors import SINGLE_PIXEL, Trigger
from backdoors.story.figures import enlarged_trigger
from tests.fixtures.arrays import floats
from tests.fixtures.html import Page, pixels


def test_a_trigger_is_shown_whole() -> None:
    (image,) = Page(enlarged_trigger(SINGLE_PIXEL)).all("img")
    expected = np.zeros((28, 28, 2))
    expected[26, 26] = 255
    np.testing.assert_array_equal(pixels(image), expected)
    assert "changes 1 of 784 pixels, in a box of 1×1 that begins at row 26 and column 26" in image["alt"]


def test_a_trigger_is_cropped_to_its_patch() -> None:
    """Two pixels of a 4x5 picture: red, and half transparent blue; between them, nothing."""
    mask, pattern = np.zeros((4, 5), dtype=np.float32), np.zeros((3, 4, 5), dtype=np.float32)
    mask[2, 1], mask[2, 3] = 1, 0.5
    pattern[0, 2, 1] = pattern[2, 2, 3] = 1
    page = Page(enlarged_trigger(Trigger(name="t", mask=mask, pattern=pattern), cropped=True))
    (image,) = page.all("img")
    np.testing.assert_array_equal(pixels(image), [[[255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 255, 128]]])
    assert "--bd-rows:1;--bd-columns:3" in page.all("div")[0]["style"]
    assert "its 1×3 pixels of 4×5" in page.text


@pytest.mark.parametrize(("mask", "shows"), [([[1, 1]], False), ([[1, 0]], True)], ids=["full", "with a hole"])
def test_it_speaks_of_the_ground_where_one_sees_it(mask: list[list[int]], shows: bool) -> None:
    trigger = Trigger(name="t", mask=floats(mask), pattern=floats([[[1, 1]]]))
    assert ("Where the chequers show" in Page(enlarged_trigger(trigger)).text) is shows
