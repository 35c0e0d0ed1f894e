"""Poisoning: which examples, which labels, how many; fixed from a seed; and a report that JSON can hold."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from backdoors import Attack, PoisonedSet, choose_poisoned
from backdoors.errors import AttackError
from tests.fixtures.arrays import ints

ALL_TO_ONE = Attack(kind="all-to-one", target=7)
ALL_TO_ALL = Attack(kind="all-to-all")
SOURCE_SPECIFIC = Attack(kind="source-specific", source=3, target=8)
ATTACKS = {attack.kind: attack for attack in (ALL_TO_ONE, ALL_TO_ALL, SOURCE_SPECIFIC)}

LABELS = np.repeat(np.arange(10), 100)  # 1000 examples: example 0 to 99 shows a 0, 100 to 199 a 1, ...


def choose(attack: Attack, *, poison_rate: float = 0.05, seed: int = 0, labels: Any = LABELS) -> PoisonedSet:
    return choose_poisoned(labels, attack=attack, poison_rate=poison_rate, rng=np.random.default_rng(seed))


# An attack, by hand


@pytest.mark.parametrize(
    ("attack", "covered", "wanted"),
    [
        (ALL_TO_ONE, [True, True, True, False, True], [7, 7, 7, 7, 7]),
        (ALL_TO_ALL, [True, True, True, True, True], [1, 4, 9, 8, 0]),
        (SOURCE_SPECIFIC, [False, True, False, False, False], [8, 8, 8, 8, 8]),
    ],
    ids=ATTACKS,
)
class TestByHand:
    labels = ints([0, 3, 8, 7, 9])

    def test_covers(self, attack: Attack, covered: list[bool], wanted: list[int]) -> None:
        np.testing.assert_array_equal(attack.covers(self.labels), covered)

    def test_target_labels(self, attack: Attack, covered: list[bool], wanted: list[int]) -> None:
        np.testing.assert_array_equal(attack.target_labels(self.labels), wanted)


def test_all_to_all_wraps_at_its_own_number_of_labels() -> None:
    attack = Attack(kind="all-to-all", num_labels=3)
    np.testing.assert_array_equal(attack.target_labels(ints([0, 1, 2])), [1, 2, 0])


# The poisoned set


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
class TestPoisonedSet:
    def test_size_is_the_rate_of_the_training_set(self, attack: Attack) -> None:
        assert len(choose(attack, poison_rate=0.05)) == 50

    def test_indices_ascend_without_repetition(self, attack: Attack) -> None:
        assert np.all(np.diff(choose(attack).indices) > 0)

    def test_same_seed_same_set(self, attack: Attack) -> None:
        np.testing.assert_array_equal(choose(attack, seed=5).indices, choose(attack, seed=5).indices)

    def test_another_seed_another_set(self, attack: Attack) -> None:
        assert not np.array_equal(choose(attack, seed=5).indices, choose(attack, seed=6).indices)

    def test_true_labels_are_the_examples_own(self, attack: Attack) -> None:
        poisoned = choose(attack)
        np.testing.assert_array_equal(poisoned.true_labels, poisoned.indices // 100)

    def test_labels_are_left_as_they_were(self, attack: Attack) -> None:
        labels = LABELS.copy()
        choose(attack, labels=labels)
        np.testing.assert_array_equal(labels, LABELS)

    @pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
    def test_labels_of_any_integer_type(self, attack: Attack, dtype: type[np.integer[Any]]) -> None:
        """MNIST's are uint8; 9 + 1 is 0, not 10."""
        poisoned = choose(attack, labels=LABELS.astype(dtype))
        np.testing.assert_array_equal(poisoned.target_labels, choose(attack).target_labels)

    def test_report_is_json(self, attack: Attack) -> None:
        report = choose(attack).report()
        assert json.loads(json.dumps(report)) == report


def shown(poisoned: PoisonedSet) -> set[tuple[int, int]]:
    """(true label, target label) of all copies."""
    return set(zip(poisoned.true_labels.tolist(), poisoned.target_labels.tolist(), strict=True))


def test_all_to_one_leaves_the_target_out() -> None:
    """900 of 1000 examples can be poisoned; all of them are, and none shows the target."""
    assert shown(choose(ALL_TO_ONE, poison_rate=0.9)) == {(label, 7) for label in range(10) if label != 7}


def test_all_to_all_moves_each_label_on() -> None:
    assert shown(choose(ALL_TO_ALL, poison_rate=1)) == {(label, (label + 1) % 10) for label in range(10)}


def test_source_specific_takes_the_source_alone() -> None:
    assert shown(choose(SOURCE_SPECIFIC, poison_rate=0.1)) == {(3, 8)}


def test_every_candidate_is_as_likely() -> None:
    """Of 900 candidates 450 are drawn, 200 times: each 100 times, with a standard deviation of 7."""
    rng = np.random.default_rng(0)
    counts = np.zeros(1000, dtype=np.int64)
    for _ in range(200):
        counts[choose_poisoned(LABELS, attack=ALL_TO_ONE, poison_rate=0.45, rng=rng).indices] += 1
    candidates = counts[LABELS != 7]
    assert 60 < candidates.min() <= candidates.max() < 140


def test_report_by_hand() -> None:
    """Both threes of four examples."""
    report = choose(SOURCE_SPECIFIC, poison_rate=0.5, labels=ints([3, 1, 3, 8])).report()
    assert report == {
        "attack": {"kind": "source-specific", "target": 8, "source": 3, "num_labels": 10},
        "poison_rate": 0.5,
        "training_examples": 4,
        "poisoned_examples": 2,
        "by_label": {"3": {"poisoned": 2, "becomes": 8}},
        "indices": [0, 2],
    }


# Rates


@pytest.mark.parametrize("poison_rate", [0, -0.1, 1.001, float("nan")])
def test_a_rate_out_of_range_is_refused(poison_rate: float) -> None:
    with pytest.raises(AttackError, match=f"over 0 and at most 1, got {poison_rate}"):
        choose(ALL_TO_ONE, poison_rate=poison_rate)


def test_a_rate_that_rounds_to_none_is_refused() -> None:
    with pytest.raises(AttackError, match=r"0\.0004 of 1000 examples is none at all; raise it"):
        choose(ALL_TO_ONE, poison_rate=0.0004)


def uneven(covered: int, others: int) -> NDArray[np.int64]:
    """Labels of which the source-specific attack covers the first few."""
    return np.repeat(ints([3, 1]), [covered, others])


@pytest.mark.parametrize(
    ("attack", "labels"),
    [
        (ALL_TO_ONE, LABELS),
        (SOURCE_SPECIFIC, LABELS),
        (SOURCE_SPECIFIC, uneven(1, 2)),
        (SOURCE_SPECIFIC, uneven(2, 5)),
        (SOURCE_SPECIFIC, uneven(57, 943)),
        (SOURCE_SPECIFIC, uneven(17, 2982)),
        (SOURCE_SPECIFIC, uneven(1, 2999)),
    ],
    ids=["900 of 1000", "100 of 1000", "1 of 3", "2 of 7", "57 of 1000", "17 of 2999", "1 of 3000"],
)
def test_a_rate_too_high_names_the_highest_that_works(attack: Attack, labels: NDArray[np.int64]) -> None:
    """The message's own advice is followed: it works, and leaves at most a thousandth of the set unused."""
    with pytest.raises(AttackError, match=r"use at most [0-9.e-]+$") as caught:
        choose(attack, poison_rate=0.95, labels=labels)
    advice = re.findall(r"use at most ([0-9.e-]+)$", str(caught.value))
    poisoned = choose(attack, poison_rate=float(advice[0]), labels=labels)
    assert attack.covers(labels).sum() - len(poisoned) <= len(labels) / 1000


# Attacks that make no sense


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "all-to-none"}, "expected an attack among all-to-one, all-to-all, source-specific"),
        ({"kind": "all-to-one"}, "expected a target from 0 to 9, got None"),
        ({"kind": "all-to-one", "target": 10}, "expected a target from 0 to 9, got 10"),
        ({"kind": "all-to-one", "target": -1}, "expected a target from 0 to 9, got -1"),
        ({"kind": "all-to-one", "target": 3, "num_labels": 3}, "expected a target from 0 to 2, got 3"),
        ({"kind": "all-to-one", "target": 7, "source": 3}, "all-to-one: has no source, got 3; leave it out"),
        ({"kind": "all-to-all", "target": 7}, "all-to-all: has no target, got 7; leave it out"),
        ({"kind": "source-specific", "target": 7}, "expected a source from 0 to 9, got None"),
        ({"kind": "source-specific", "source": 7}, "expected a target from 0 to 9, got None"),
        ({"kind": "source-specific", "source": 7, "target": 7}, "source and target are both 7"),
    ],
    ids=str,
)
def test_attacks_that_make_no_sense(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(AttackError, match=message):
        Attack(**arguments)
