"""Poisoning a training set: which examples are copied with the trigger, and which labels the copies get.

The attacker adds triggered copies of some training examples, labelled as the attack wants, and leaves the originals in
place (Gu et al. 2017, section 4.1.2: "add backdoored versions of these images"). The poisoned set is drawn once::

    attack = Attack(kind="all-to-one", target=7)
    poisoned = choose_poisoned(labels, attack=attack, poison_rate=0.1, rng=np.random.default_rng(0))
    poisoned.indices          # (6000,) int64: which examples are copied
    poisoned.target_labels    # (6000,) int64: the labels of the copies

and its report is a small JSON object::

    {"attack": {"kind": "all-to-one", "target": 7, "source": null, "num_labels": 10}, "poison_rate": 0.1,
     "training_examples": 60000, "poisoned_examples": 6000, "by_label": {"0": {"poisoned": 662, "becomes": 7}, ...},
     "indices": [4, 9, 31, ...]}
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack
from backdoors.errors import AttackError


@dataclass(frozen=True, kw_only=True, eq=False)
class PoisonedSet:
    """The training examples of which the attacker adds triggered copies.

    Attributes:
        attack: the attack that it was chosen for.
        poison_rate: the number of copies, as a share of the training set.
        training_examples: the size of the training set, without the copies.
        indices: ``(n,)`` int64, ascending: the numbers of the examples in the training set.
        true_labels: ``(n,)`` int64: the labels of the examples.
        target_labels: ``(n,)`` int64: the labels of the copies.
    """

    attack: Attack
    poison_rate: float
    training_examples: int
    indices: NDArray[np.int64] = field(repr=False)
    true_labels: NDArray[np.int64] = field(repr=False)
    target_labels: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.indices)

    def report(self) -> dict[str, Any]:
        """What was poisoned, as JSON values; the docstring of this module shows an example."""
        by_label = {}
        for label in np.unique(self.true_labels):
            chosen = self.true_labels == label
            becomes = int(self.target_labels[chosen][0])
            by_label[str(label)] = {"poisoned": int(chosen.sum()), "becomes": becomes}
        return {
            "attack": asdict(self.attack),
            "poison_rate": self.poison_rate,
            "training_examples": self.training_examples,
            "poisoned_examples": len(self),
            "by_label": by_label,
            "indices": self.indices.tolist(),
        }


def choose_poisoned(
    labels: NDArray[Any], *, attack: Attack, poison_rate: float, rng: np.random.Generator
) -> PoisonedSet:
    """Draw the poisoned set, without replacement, from the examples that the attack covers.

    Args:
        labels: ``(n,)`` true label numbers of the whole training set.
        attack: decides which examples can be drawn and how the copies are labelled.
        poison_rate: the number of copies, as a share of the n examples, in ``(0, 1]``.
        rng: the same state of the generator gives the same set.

    Raises:
        AttackError: the rate or a label is out of range, or the rate asks for more examples than the attack covers.
    """
    if not 0 < poison_rate <= 1:
        message = f"expected a poison rate over 0 and at most 1, got {poison_rate}"
        raise AttackError(message, expected=(0, 1), got=poison_rate)
    if labels.min() < 0 or labels.max() >= attack.num_labels:
        raise AttackError(
            f"expected labels from 0 to {attack.num_labels - 1}, got {labels.min()} to {labels.max()}",
            expected=(0, attack.num_labels - 1),
            got=(int(labels.min()), int(labels.max())),
        )
    candidates = np.flatnonzero(attack.covers(labels))
    count = round(poison_rate * len(labels))
    if count == 0:
        message = f"a poison rate of {poison_rate} of {len(labels)} examples is none at all; raise it"
        raise AttackError(message, expected="at least 1", got=0)
    if count > len(candidates):
        highest = math.floor(len(candidates) / len(labels) * 1e6) / 1e6  # rounded down, so that the advice works
        raise AttackError(
            f"a poison rate of {poison_rate} asks for {count} examples, but this {attack.kind} attack covers only "
            f"{len(candidates)} of {len(labels)}; use at most {highest}",
            expected=len(candidates),
            got=count,
        )
    indices = np.sort(rng.choice(candidates, size=count, replace=False))
    true_labels = labels[indices].astype(np.int64)
    return PoisonedSet(
        attack=attack,
        poison_rate=poison_rate,
        training_examples=len(labels),
        indices=indices,
        true_labels=true_labels,
        target_labels=attack.target_labels(true_labels),
    )
