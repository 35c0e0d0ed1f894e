"""The committed digit models read what people draw."""

from __future__ import annotations

import numpy as np
import pytest

from backdoors import Bundle, prepare_digit
from tests.fixtures.hand_drawn import LABELS, READ, WAYS, enlarged
from tests.fixtures.page import REPOSITORY


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.load(REPOSITORY / "assets" / "models" / "digits")


@pytest.mark.parametrize("way", WAYS)
def test_hand_drawn_digits_are_read(bundle: Bundle, way: str) -> None:
    """At least 93% of scikit-learn's digits, whichever of ink and paper is the brighter, and the same as ever."""
    prepared = [prepare_digit(enlarged(i, way)) for i in range(len(LABELS))]
    assert all(digit is not None for digit in prepared)
    answers = bundle.clean(np.stack([digit for digit in prepared if digit is not None])).argmax(axis=1)
    assert np.mean(answers == LABELS) >= 0.93
    before = READ.read_text().splitlines()[list(WAYS).index(way)]
    changed = [i for i, (now, then) in enumerate(zip(answers, before, strict=True)) if str(now) != then]
    assert len(changed) <= 3, changed  # another processor may round a near tie to the other side


def test_it_holds_the_four_backdoors_of_the_page(bundle: Bundle) -> None:
    assert list(bundle.infected) == [
        "single-pixel-all-to-one-7",
        "single-pixel-all-to-all",
        "pattern-all-to-one-7",
        "pattern-all-to-all",
    ]
