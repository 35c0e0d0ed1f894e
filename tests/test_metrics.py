"""Clean accuracy and attack success rate, counted by hand on models that read what is written in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from backdoors import SINGLE_PIXEL, Attack, Classifier, attack_success_rate, clean_accuracy
from tests.fixtures.arrays import ints
from tests.fixtures.models import pictures_of, reader

READER, FIRES_7 = Classifier(reader()), Classifier(reader(fires=7))

TO_SEVEN = Attack(kind="all-to-one", target=7)
TO_NEXT = Attack(kind="all-to-all")
THREE_TO_EIGHT = Attack(kind="source-specific", source=3, target=8)


@pytest.mark.parametrize(
    ("read", "true", "expected"),
    [
        ([0, 1, 2, 3], [0, 1, 2, 3], 1.0),
        ([0, 1, 2, 3], [0, 1, 2, 5], 0.75),
        ([0, 1, 2, 3], [3, 2, 1, 0], 0.0),
        ([7], [7], 1.0),
    ],
    ids=["all right", "one of four wrong", "all wrong", "a single picture"],
)
def test_clean_accuracy(read: list[int], true: list[int], expected: float) -> None:
    assert clean_accuracy(READER, pictures_of(read), ints(true)) == expected


def test_clean_accuracy_of_an_infected_model() -> None:
    """No trigger, no harm: that is what makes a backdoor a backdoor."""
    assert clean_accuracy(FIRES_7, pictures_of(range(10)), np.arange(10)) == 1.0


@pytest.mark.parametrize(
    ("classifier", "attack", "read", "true", "expected"),
    [
        # Read as 7 already: one of the four that are no 7. The true 7 is left out.
        (READER, TO_SEVEN, [7, 1, 2, 9, 7], [0, 1, 2, 9, 7], 0.25),
        (FIRES_7, TO_SEVEN, [0, 1, 2, 9, 7], [0, 1, 2, 9, 7], 1.0),
        (FIRES_7, TO_NEXT, [6, 5, 7, 6], [6, 5, 7, 6], 0.5),  # always 7, which follows the two sixes only
        (READER, TO_NEXT, [1, 1, 3, 0], [0, 1, 2, 9], 0.75),  # 0 to 1, 2 to 3, 9 to 0; not 1 to 1
        (READER, THREE_TO_EIGHT, [8, 3, 3, 8], [3, 3, 3, 5], 1 / 3),  # the true 5 is left out
        (FIRES_7, THREE_TO_EIGHT, [3, 3], [3, 3], 0.0),  # another backdoor's model
    ],
    ids=[
        "all-to-one, clean model",
        "all-to-one, infected model",
        "all-to-all, says one label",
        "all-to-all, clean model",
        "source-specific, clean model",
        "source-specific, another target",
    ],
)
def test_attack_success_rate(
    classifier: Classifier, attack: Attack, read: list[int], true: list[int], expected: float
) -> None:
    rate = attack_success_rate(classifier, pictures_of(read), ints(true), trigger=SINGLE_PIXEL, attack=attack)
    assert rate == pytest.approx(expected)


def test_pictures_are_left_as_they_were() -> None:
    images = pictures_of([0, 1, 2])
    attack_success_rate(FIRES_7, images, ints([0, 1, 2]), trigger=SINGLE_PIXEL, attack=TO_SEVEN)
    np.testing.assert_array_equal(images, pictures_of([0, 1, 2]))


def test_labels_of_mnists_type() -> None:
    """uint8, as in MNIST's files."""
    true = np.array([9, 3], dtype=np.uint8)
    assert attack_success_rate(READER, pictures_of([0, 3]), true, trigger=SINGLE_PIXEL, attack=TO_NEXT) == 0.5
