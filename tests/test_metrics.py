"""Clean accuracy and attack success rate, counted by hand with models that read what is written in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from backdoors import SINGLE_PIXEL, Attack, OnnxModel, Rates, attack_success_rate, clean_accuracy, rates
from backdoors.errors import MetricError
from backdoors.metrics import Batch, Share, answers
from tests.fixtures.arrays import ints
from tests.fixtures.models import pictures_of, reader

READER, FIRES_7 = OnnxModel(reader()), OnnxModel(reader(fires=7))

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
    assert clean_accuracy(READER, [(pictures_of(read), ints(true))]) == expected


def test_clean_accuracy_of_an_infected_model() -> None:
    """No trigger, no harm: that is what makes a backdoor a backdoor."""
    assert clean_accuracy(FIRES_7, [(pictures_of(range(10)), np.arange(10))]) == 1.0


@pytest.mark.parametrize(
    ("model", "attack", "read", "true", "expected"),
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
    model: OnnxModel, attack: Attack, read: list[int], true: list[int], expected: float
) -> None:
    rate = attack_success_rate(model, [(pictures_of(read), ints(true))], trigger=SINGLE_PIXEL, attack=attack)
    assert rate == pytest.approx(expected)


# In batches

# Read and true labels. Right: 0, 1, 7 and 3, which is 4 of 6. An attack on 7 covers all but the true 7, which is 5. Of
# these the reader calls one a 7 by itself (the true 2); FIRES_7 calls each a 7 when the trigger is there.
READ, TRUE = [0, 1, 7, 7, 4, 3], [0, 1, 2, 7, 9, 3]
CUTS = {
    "all at once": [6],
    "one by one": [1] * 6,
    "uneven": [1, 4, 1],
    "an empty batch": [0, 3, 0, 3],
    "a batch with no picture that is covered": [3, 1, 2],
}


def batches(sizes: list[int]) -> list[Batch]:
    ends = np.cumsum(sizes).tolist()
    return [
        (pictures_of(READ[end - size : end]), ints(TRUE[end - size : end]))
        for size, end in zip(sizes, ends, strict=True)
    ]


@pytest.mark.parametrize("sizes", CUTS.values(), ids=CUTS.keys())
@pytest.mark.parametrize(
    ("model", "success"), [(READER, 1 / 5), (FIRES_7, 1.0)], ids=["clean model", "infected model"]
)
def test_rates_are_the_same_in_any_batches(model: OnnxModel, success: float, sizes: list[int]) -> None:
    got = rates(model, iter(batches(sizes)), trigger=SINGLE_PIXEL, attack=TO_SEVEN)
    assert got == Rates(clean_accuracy=4 / 6, attack_success_rate=success)


def test_rates_are_those_of_the_two_functions() -> None:
    images, labels = pictures_of(READ), ints(TRUE)
    got = rates(FIRES_7, [(images, labels)], trigger=SINGLE_PIXEL, attack=TO_NEXT)
    assert got.clean_accuracy == clean_accuracy(FIRES_7, [(images, labels)])
    assert got.attack_success_rate == attack_success_rate(
        FIRES_7, [(images, labels)], trigger=SINGLE_PIXEL, attack=TO_NEXT
    )


def test_a_share_by_hand() -> None:
    """Two hits of three, then one of one, then none of none: three of four."""
    share = Share()
    for hits in ([True, False, True], [True], []):
        share.add(np.array(hits, dtype=np.bool_))
    assert (share.hits, share.pictures, share.value("of four")) == (3, 4, 0.75)


# No picture: 0 divided by 0


def test_a_share_of_nothing_names_the_rate() -> None:
    with pytest.raises(MetricError, match=r"^my rate: expected at least one picture that counts, got none") as raised:
        Share().value("my rate")
    assert (raised.value.expected, raised.value.got) == ("at least 1", 0)


def test_the_accuracy_on_no_pictures_is_an_error() -> None:
    with pytest.raises(MetricError, match=r"^clean accuracy: "):
        clean_accuracy(READER, [(pictures_of([]), ints([]))])


@pytest.mark.parametrize(
    ("attack", "labels"),
    [(TO_SEVEN, [7, 7]), (THREE_TO_EIGHT, [4, 8]), (TO_NEXT, [])],
    ids=["only the target", "none of the source", "no picture"],
)
def test_the_asr_on_no_picture_that_is_covered_is_an_error(attack: Attack, labels: list[int]) -> None:
    with pytest.raises(MetricError, match=r"^ASR: .*use other pictures or another attack"):
        attack_success_rate(FIRES_7, [(pictures_of(labels), ints(labels))], trigger=SINGLE_PIXEL, attack=attack)


@pytest.mark.parametrize(
    ("given", "rate"), [([], "clean accuracy"), ([(pictures_of([7]), ints([7]))], "ASR")], ids=["none", "not covered"]
)
def test_rates_on_no_pictures_are_an_error(given: list[Batch], rate: str) -> None:
    with pytest.raises(MetricError, match=f"^{rate}: "):
        rates(FIRES_7, given, trigger=SINGLE_PIXEL, attack=TO_SEVEN)


# Side effects and types


def test_pictures_are_left_as_they_were() -> None:
    images = pictures_of([0, 1, 2])
    attack_success_rate(FIRES_7, [(images, ints([0, 1, 2]))], trigger=SINGLE_PIXEL, attack=TO_SEVEN)
    np.testing.assert_array_equal(images, pictures_of([0, 1, 2]))


def test_labels_of_mnists_type() -> None:
    """uint8, as in MNIST's files."""
    true = np.array([9, 3], dtype=np.uint8)
    assert attack_success_rate(READER, [(pictures_of([0, 3]), true)], trigger=SINGLE_PIXEL, attack=TO_NEXT) == 0.5


TEN = (pictures_of([7, 1, 2, 9, 7, 5, 5, 0, 3, 3]), ints([0, 1, 2, 9, 7, 5, 6, 0, 3, 8]))


@pytest.mark.parametrize("size", [1, 3, 4, 10, 50])
@pytest.mark.parametrize("attack", [TO_SEVEN, TO_NEXT, THREE_TO_EIGHT], ids=lambda attack: str(attack.kind))
def test_the_rates_do_not_depend_on_the_batches(attack: Attack, size: int) -> None:
    """Some batches hold no picture that the attack covers; the last one may be smaller."""
    images, labels = TEN
    batches: list[Batch] = [(images[i : i + size], labels[i : i + size]) for i in range(0, len(labels), size)]
    counted = rates(READER, iter(batches), trigger=SINGLE_PIXEL, attack=attack)
    assert counted == Rates(
        clean_accuracy=clean_accuracy(READER, [TEN]),
        attack_success_rate=attack_success_rate(READER, [TEN], trigger=SINGLE_PIXEL, attack=attack),
    )
    assert counted.clean_accuracy == 0.7


def test_any_callable_that_scores_labels_is_counted() -> None:
    """Logits do as well as probabilities."""

    def logits(images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        return images[:, 0, 0, :10] * 5 - 3

    assert clean_accuracy(logits, [TEN]) == clean_accuracy(READER, [TEN])
    np.testing.assert_array_equal(answers(logits, TEN[0]), [7, 1, 2, 9, 7, 5, 5, 0, 3, 3])
    assert answers(logits, TEN[0][:0]).shape == (0,)


def test_no_picture_has_no_rate() -> None:
    with pytest.raises(MetricError, match="clean accuracy: expected at least one picture"):
        clean_accuracy(READER, [])
    with pytest.raises(MetricError, match="ASR: expected at least one picture"):
        rates(READER, [(pictures_of([7]), ints([7]))], trigger=SINGLE_PIXEL, attack=TO_SEVEN)


def test_a_share_adds_up() -> None:
    share = Share()
    for hits in ([True, False], [], [True]):
        share.add(np.array(hits, dtype=np.bool_))
    assert (share.hits, share.pictures, share.value("share")) == (2, 3, 2 / 3)
