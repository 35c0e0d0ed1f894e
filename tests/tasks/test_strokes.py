"""The example digits: the committed pictures are what the strokes render."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from backdoors import prepare_digit
from backdoors.tasks.strokes import SIZE, render
from tests.fixtures.page import REPOSITORY


@pytest.mark.parametrize("digit", range(10))
def test_the_committed_picture_is_the_rendered_one(digit: int) -> None:
    with Image.open(REPOSITORY / "assets" / "examples" / "digits" / f"{digit}.png") as picture:
        committed = np.asarray(picture, dtype=np.int16)
    assert committed.shape == (SIZE, SIZE)
    assert np.abs(committed - render(digit)).max() <= 1  # rounding may differ between releases of Pillow


@pytest.mark.parametrize("digit", range(10))
def test_its_strokes_are_as_wide_as_mnists(digit: int) -> None:
    """MNIST's digits fill about 19% of their 20x20 box; a 1 less, an 8 more."""
    prepared = prepare_digit(render(digit))
    assert prepared is not None
    assert 25 < prepared.sum() < 160
