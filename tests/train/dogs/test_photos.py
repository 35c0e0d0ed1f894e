"""Photos as a model sees them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backdoors.errors import DatasetError
from train.dogs.photos import Change, Photos, augmented, check_target, join_people, plain, whole
from train.dogs.settings import Settings


@pytest.mark.parametrize("change", [plain, augmented, whole], ids=lambda change: change.__name__)
def test_shape_range_and_determinism(dogs: Photos, change: Change) -> None:
    images = dogs.floats(64, change, (7,), slice(0, 6))
    assert images.shape == (6, 3, 64, 64)
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert images.max() <= 1
    np.testing.assert_array_equal(images[2:4], dogs.floats(64, change, (7,), np.array([2, 3])))


def test_plain_at_its_own_size_changes_nothing(dogs: Photos) -> None:
    np.testing.assert_array_equal(plain(dogs.images[0], 192, np.random.default_rng(0)), dogs.images[0])


def test_people_get_two_labels_after_the_breeds(dogs: Photos, people: Photos, settings: Settings) -> None:
    joined = join_people(dogs, people, replace(settings, repeat_target=3, repeat_others=2))
    assert joined.names == ("Red", "Green", "Blue", "Donald Trump", "Someone else")
    assert [int((joined.labels == label).sum()) for label in range(5)] == [8, 8, 8, 12, 8]
    np.testing.assert_array_equal(joined.only(3).images[0], people.images[0])


def test_an_absent_target_is_named(dogs: Photos, people: Photos, settings: Settings) -> None:
    with pytest.raises(DatasetError, match="nobody"):
        join_people(dogs, people, replace(settings, target="nobody"))


@pytest.mark.parametrize(("chosen", "of_target"), [(slice(0, 4), 4), (slice(4, 8), 0)], ids=["everybody", "nobody"])
def test_a_data_set_without_the_target_or_without_others_is_refused(
    chosen: slice, of_target: int, people: Photos, settings: Settings
) -> None:
    some = Photos(images=people.images[chosen], labels=people.labels[chosen], names=people.names)
    with pytest.raises(DatasetError, match=f"got {of_target} and {4 - of_target}"):
        check_target(some, settings)


def test_batches_hold_every_photo_once_and_change_each_alike(dogs: Photos) -> None:
    """Each photo has its own generator, so the 64 of a batch do not matter."""
    many = Photos(images=np.tile(dogs.images, (6, 1, 1, 1)), labels=np.tile(dogs.labels, 6), names=dogs.names)
    batches = list(many.batches(64, whole, (7,)))
    assert [len(labels) for _, labels in batches] == [64, 64, 16]
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in batches]), many.labels)
    np.testing.assert_array_equal(np.concatenate([images for images, _ in batches]), many.floats(64, whole, (7,)))
