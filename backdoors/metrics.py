"""The two rates of a backdoored model: how well it works on clean pictures, and how often its backdoor fires.

*Clean accuracy*: of the untouched test pictures, the share that the model classifies as their true label. A backdoor
that nobody notices leaves it high. *Attack success rate* (ASR): of the triggered test pictures whose true label is not
the target, the share that the model classifies as the target; for all-to-all, as the label after the true one.

Everything in the project that counts a rate counts it here, a batch at a time, so test sets need not fit in memory.
``batches`` is any iterable of pictures and their true labels; arrays that fit in memory are one batch::

    batches = [(images, labels)]
    clean_accuracy(model, batches)                                              # 0.9963
    attack_success_rate(model, batches, trigger=SINGLE_PIXEL, attack=attack)    # 1.0
    rates(model, batches, trigger=SINGLE_PIXEL, attack=attack)                  # both, in one pass

The model is any callable that turns pictures into a score for each label, so a network of PyTorch or MXNet is counted
like an ONNX file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack
from backdoors.errors import MetricError
from backdoors.triggers import Trigger

Scores = Callable[[NDArray[np.float32]], NDArray[Any]]
"""Pictures ``(n, channel, height, width)`` in, a score for each label ``(n, labels)`` out: a model, or a network."""

Batch = tuple[NDArray[np.float32], NDArray[Any]]
"""Pictures ``(n, channel, height, width)`` in ``[0, 1]``, without the trigger, and true label numbers ``(n,)``."""


@dataclass
class Share:
    """A share that is counted batch by batch.

    Attributes:
        hits: the pictures that were given the label in question.
        pictures: all pictures that were counted.
    """

    hits: int = 0
    pictures: int = 0

    def add(self, hits: NDArray[np.bool_]) -> None:
        """Count one batch.

        Args:
            hits: ``(n,)`` bool: True for each hit.
        """
        self.hits += int(np.count_nonzero(hits))
        self.pictures += len(hits)

    def value(self, what: str) -> float:
        """The share, from 0 to 1.

        Args:
            what: the rate's name, for the error.

        Raises:
            MetricError: no picture was counted.
        """
        if self.pictures == 0:
            raise MetricError(
                f"{what}: expected at least one picture that counts, got none; use other pictures or another attack",
                expected="at least 1",
                got=0,
            )
        return self.hits / self.pictures


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Both rates of a model, from 0 to 1."""

    clean_accuracy: float
    attack_success_rate: float


def rates(model: Scores, batches: Iterable[Batch], *, trigger: Trigger, attack: Attack) -> Rates:
    """Count both rates in one pass over the test pictures.

    Args:
        batches: pictures without the trigger, and their true label numbers.

    Raises:
        MetricError: there is no picture, or none that the attack covers.
    """
    right, fired = Share(), Share()
    for images, labels in batches:
        right.add(_right(model, images, labels))
        fired.add(_fired(model, images, labels, trigger=trigger, attack=attack))
    return Rates(clean_accuracy=right.value("clean accuracy"), attack_success_rate=fired.value("ASR"))


def clean_accuracy(model: Scores, batches: Iterable[Batch]) -> float:
    """The clean accuracy on untouched pictures, from 0 to 1.

    Raises:
        MetricError: there is no picture.
    """
    right = Share()
    for images, labels in batches:
        right.add(_right(model, images, labels))
    return right.value("clean accuracy")


def attack_success_rate(model: Scores, batches: Iterable[Batch], *, trigger: Trigger, attack: Attack) -> float:
    """The ASR, from 0 to 1. For a clean model: how often it answers the target without having a backdoor.

    Args:
        batches: pictures without the trigger; it is stamped here.

    Raises:
        MetricError: there is no picture that the attack covers.
    """
    fired = Share()
    for images, labels in batches:
        fired.add(_fired(model, images, labels, trigger=trigger, attack=attack))
    return fired.value("ASR")


def answers(model: Scores, images: NDArray[np.float32]) -> NDArray[np.int64]:
    """``(n,)``: the label number that the model gives each picture ``(n, channel, height, width)``; n may be 0."""
    if len(images) == 0:
        return np.zeros(0, dtype=np.int64)
    return np.asarray(model(images).argmax(axis=1), dtype=np.int64)


def _right(model: Scores, images: NDArray[np.float32], labels: NDArray[Any]) -> NDArray[np.bool_]:
    """``(n,)``: True where the model gives the true label."""
    assert labels.shape == (len(images),)
    return np.asarray(answers(model, images) == labels)


def _fired(
    model: Scores, images: NDArray[np.float32], labels: NDArray[Any], *, trigger: Trigger, attack: Attack
) -> NDArray[np.bool_]:
    """``(n covered,)``: True where the model gives a triggered picture the label that the attacker wants."""
    assert labels.shape == (len(images),)
    covered = attack.covers(labels)
    said = answers(model, trigger.stamp(images[covered]))
    return np.asarray(said == attack.target_labels(labels[covered]))
