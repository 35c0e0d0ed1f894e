"""Where a trigger fires: models that obey known pixels, so that every place can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from backdoors import PATTERN, SINGLE_PIXEL, Attack, OnnxModel, Trigger, compare, fires_at, from_pixels, moved
from backdoors.errors import TriggerError
from tests.fixtures.arrays import floats
from tests.fixtures.models import OBEYS, READS, linear, pictures_of, reader

TO_SEVEN = Attack(kind="all-to-one", target=7)
CLEAN = OnnxModel(reader())
Place = tuple[int, int]


def obeys(*pixels: Place, says: int = 7) -> OnnxModel:
    """A reader of digits that says one of them as soon as one of these pixels is bright."""
    weights = np.zeros((1, 28, 28, 10), dtype=np.float32)
    weights[0, 0, range(10), range(10)] = READS
    for row, column in pixels:
        weights[0, row, column, says] = OBEYS
    return OnnxModel(linear(weights))


def places(
    infected: OnnxModel,
    trigger: Trigger,
    *,
    shown: int = 3,
    attack: Attack = TO_SEVEN,
    clean: OnnxModel = CLEAN,
    stride: int = 1,
) -> list[Place]:
    """Where it fired, as row and column of the patch's first pixel."""
    fires = fires_at(
        pictures_of([shown])[0], clean=clean, infected=infected, attack=attack, trigger=trigger, stride=stride
    )
    return [(int(fires.tops[row]), int(fires.lefts[column])) for row, column in np.argwhere(fires.fired)]


def test_one_pixel_fires_where_the_model_obeys_it() -> None:
    assert places(obeys((26, 26), (4, 5)), SINGLE_PIXEL) == [(4, 5), (26, 26)]


def test_a_pattern_fires_where_any_of_its_pixels_meets_the_models() -> None:
    """Its pixels (0, 2), (1, 1), (2, 0) and (2, 2), counted from its corner, come upon (10, 12) from four places."""
    assert places(obeys((10, 12)), PATTERN) == [(8, 10), (8, 12), (9, 11), (10, 10)]


def test_where_the_clean_model_says_the_target_too_nothing_fires() -> None:
    assert places(obeys((26, 26), (4, 5)), SINGLE_PIXEL, clean=obeys((4, 5))) == [(26, 26)]


def test_all_to_all_wants_the_next_label() -> None:
    attack = Attack(kind="all-to-all")
    assert places(obeys((4, 5), says=4), SINGLE_PIXEL, shown=3, attack=attack) == [(4, 5)]
    assert places(obeys((4, 5), says=4), SINGLE_PIXEL, shown=2, attack=attack) == []


def test_an_attack_on_another_digit_wants_nothing() -> None:
    attack = Attack(kind="source-specific", source=5, target=7)
    fires = fires_at(pictures_of([3])[0], clean=CLEAN, infected=obeys((26, 26)), attack=attack, trigger=SINGLE_PIXEL)
    assert fires.target is None
    assert not fires.fired.any()


@pytest.mark.parametrize(
    ("trigger", "stride", "tops"),
    [
        (SINGLE_PIXEL, 1, list(range(28))),
        (SINGLE_PIXEL, 10, [6, 16, 26]),
        (PATTERN, 1, list(range(26))),
        (PATTERN, 12, [0, 12, 24]),
        (from_pixels("corner", [(0, 0), (1, 1)]), 9, [0, 9, 18]),
    ],
    ids=["pixel, everywhere", "pixel, every tenth", "pattern, everywhere", "pattern, every twelfth", "at the top"],
)
def test_the_grid_goes_through_the_attackers_own_place(trigger: Trigger, stride: int, tops: list[int]) -> None:
    fires = fires_at(
        pictures_of([3])[0], clean=CLEAN, infected=obeys((26, 26)), attack=TO_SEVEN, trigger=trigger, stride=stride
    )
    assert fires.tops.tolist() == fires.lefts.tolist() == tops
    assert fires.fired.shape == (len(tops), len(tops))
    assert fires.patch == trigger.patch


@pytest.mark.parametrize("pixel", [(26, 26), (16, 26)], ids=["own", "another"])
def test_its_own_place_is_among_them(pixel: Place) -> None:
    fires = fires_at(
        pictures_of([3])[0],
        clean=CLEAN,
        infected=obeys(pixel),
        attack=TO_SEVEN,
        trigger=SINGLE_PIXEL,
        stride=10,
    )
    assert fires.fired.sum() == 1
    row, column = fires.tops.tolist().index(26), fires.lefts.tolist().index(26)
    assert fires.fired[row, column] == (pixel == (26, 26))


def test_large_pictures_go_in_several_batches() -> None:
    """120,000 floats each, so that 81 places take six batches; a picture's brightest corner decides."""
    weights = np.zeros((3, 200, 200, 2), dtype=np.float32)
    weights[:, 176:, 176:, 1] = 1
    weights[:, :24, 88:112, 1] = 1
    said = OnnxModel(linear(weights, labels=["cat", "dog"], bias=np.array([0.5, 0], dtype=np.float32)))
    blind = OnnxModel(linear(np.zeros_like(weights), labels=["cat", "dog"]))
    mask = np.zeros((200, 200), dtype=np.float32)
    mask[176:, 176:] = 1
    trigger = Trigger(name="block", mask=mask, pattern=np.ones((3, 200, 200), dtype=np.float32))
    fires = fires_at(
        np.zeros((3, 200, 200), dtype=np.float32),
        clean=blind,
        infected=said,
        attack=Attack(kind="all-to-one", target=1, num_labels=2),
        trigger=trigger,
        stride=22,
    )
    expected = np.zeros((9, 9), dtype=np.bool_)
    expected[:2, 3:6] = True  # rows 0 and 22, columns 66, 88 and 110 touch the block at the top
    expected[7:, 7:] = True  # rows 154 and 176 touch the one in the corner
    np.testing.assert_array_equal(fires.fired, expected)


@pytest.mark.parametrize("kind", ["all-to-one", "all-to-all"])
def test_each_place_gets_the_verdict_that_the_page_gives(kind: str) -> None:
    attack = TO_SEVEN if kind == "all-to-one" else Attack(kind="all-to-all")
    rng = np.random.default_rng(0)
    image, infected = pictures_of([3])[0], OnnxModel(linear(floats(rng.normal(size=(1, 28, 28, 10)))))
    fires = fires_at(image, clean=CLEAN, infected=infected, attack=attack, trigger=PATTERN, stride=5)
    assert {True, False} == set(fires.fired.flat)
    for row, top in enumerate(fires.tops):
        for column, left in enumerate(fires.lefts):
            verdict = compare(
                image, clean=CLEAN, infected=infected, attack=attack, trigger=moved(PATTERN, int(top), int(left))
            )
            assert fires.fired[row, column] == verdict.backdoor_fired
            assert fires.target == verdict.target


def test_a_trigger_of_another_size_is_refused() -> None:
    small = from_pixels("small", [(3, 3)], size=(10, 10))
    with pytest.raises(TriggerError, match="prepare the pictures for the model first"):
        fires_at(pictures_of([3])[0], clean=CLEAN, infected=CLEAN, attack=TO_SEVEN, trigger=small)
