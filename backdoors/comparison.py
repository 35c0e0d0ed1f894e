"""The clean model beside an infected one: did the backdoor fire?

::

    verdict = compare(digit, clean=clean, infected=infected, attack=attack, trigger=SINGLE_PIXEL)
    verdict.backdoor_fired      # True
    verdict.as_json()           # {"clean": {"label": "3", "confidence": 0.99, "confidences": {"3": 0.99, ...}},
                                #  "infected": {"label": "7", ...}, "trigger": "single-pixel", "target": "7",
                                #  "backdoor_fired": True}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack
from backdoors.models import Classifier
from backdoors.triggers import Trigger

_MOST_LABELS = 10  # of more labels than this, the top five are shown
TOP = 5


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one model says of one picture.

    Attributes:
        label: the label with the highest probability.
        confidence: that probability.
        confidences: all labels with their probabilities, in the model's order.
    """

    label: str
    confidence: float
    confidences: dict[str, float]

    @classmethod
    def of(cls, classifier: Classifier, image: NDArray[np.float32]) -> Answer:
        """Ask a model about one picture ``(channel, height, width)``."""
        confidences = dict(zip(classifier.labels, classifier(image[np.newaxis])[0].tolist(), strict=True))
        label = max(confidences, key=confidences.__getitem__)
        return cls(label=label, confidence=confidences[label], confidences=confidences)

    @property
    def shown(self) -> dict[str, float]:
        """The confidences that people get to see: all labels in their order, or the top five of more than ten."""
        if len(self.confidences) <= _MOST_LABELS:
            return self.confidences
        return dict(sorted(self.confidences.items(), key=lambda item: -item[1])[:TOP])

    def as_json(self) -> dict[str, Any]:
        """Label, confidence, and the confidences that are shown."""
        return {"label": self.label, "confidence": self.confidence, "confidences": self.shown}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What both models say of the same picture.

    Attributes:
        clean, infected: their answers.
        trigger: its name, or None where no trigger is in the picture.
        target: the label that the attacker wants for this picture; None without a trigger, or where he wants none.
        backdoor_fired: a trigger is in the picture, the infected model says the target, and the clean one does not.
    """

    clean: Answer
    infected: Answer
    trigger: str | None
    target: str | None
    backdoor_fired: bool

    def as_json(self) -> dict[str, Any]:
        """The object that API clients get."""
        return {
            "clean": self.clean.as_json(),
            "infected": self.infected.as_json(),
            "trigger": self.trigger,
            "target": self.target,
            "backdoor_fired": self.backdoor_fired,
        }


def compare(
    image: NDArray[np.float32], *, clean: Classifier, infected: Classifier, attack: Attack, trigger: Trigger | None
) -> Verdict:
    """Ask both models about one picture, with the trigger in it or without.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
        trigger: None shows the picture as it is.
    """
    assert clean.labels == infected.labels
    if trigger is None:
        answers = {"clean": Answer.of(clean, image), "infected": Answer.of(infected, image)}
        return Verdict(**answers, trigger=None, target=None, backdoor_fired=False)
    stamped = trigger.stamp(image)
    answers = {"clean": Answer.of(clean, stamped), "infected": Answer.of(infected, stamped)}
    wanted = wanted_label(image, clean=clean, attack=attack)
    target = None if wanted is None else clean.labels[wanted]
    fired = target is not None and answers["infected"].label == target != answers["clean"].label
    return Verdict(**answers, trigger=trigger.name, target=target, backdoor_fired=fired)


def wanted_label(image: NDArray[np.float32], *, clean: Classifier, attack: Attack) -> int | None:
    """The number of the label that the attacker wants for a picture; None where he wants none.

    Nobody knows a visitor's true label, so what the clean model calls the untouched picture stands for it: it decides
    which label an all-to-all attack wants, and whether a source-specific attack wants any.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
    """
    true_label = clean(image[np.newaxis]).argmax(axis=1)
    wanted = attack.kind != "source-specific" or bool(attack.covers(true_label)[0])
    return int(attack.target_labels(true_label)[0]) if wanted else None
