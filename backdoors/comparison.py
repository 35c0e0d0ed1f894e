"""Comparing the clean model with an infected one on a picture: did the backdoor fire?

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
from backdoors.models import Model
from backdoors.triggers import Trigger

_MOST_LABELS = 10  # of more labels than this, the top five are shown
TOP = 5


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one model answers for one picture.

    Attributes:
        label: the label with the highest probability.
        confidence: that probability.
        confidences: the probability of every label, in the order of the model's labels.
    """

    label: str
    confidence: float
    confidences: dict[str, float]

    @classmethod
    def of(cls, model: Model, image: NDArray[np.float32]) -> Answer:
        """Ask a model about one picture ``(channel, height, width)``."""
        confidences = dict(zip(model.labels, model(image[np.newaxis])[0].tolist(), strict=True))
        label = max(confidences, key=confidences.__getitem__)
        return cls(label=label, confidence=confidences[label], confidences=confidences)

    @property
    def shown(self) -> dict[str, float]:
        """The confidences to show: of all labels in their order, or of the top five if there are more than ten."""
        if len(self.confidences) <= _MOST_LABELS:
            return self.confidences
        return dict(sorted(self.confidences.items(), key=lambda item: -item[1])[:TOP])

    def as_json(self) -> dict[str, Any]:
        """``label``, ``confidence`` and ``confidences`` (those to show), as JSON values."""
        return {"label": self.label, "confidence": self.confidence, "confidences": self.shown}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What both models answer for the same picture.

    Attributes:
        clean, infected: their answers.
        trigger: the name of the trigger in the picture; None if there is none.
        target: the label that the attacker wants for this picture; None without a trigger, and for pictures that a
            source-specific attack ignores.
        backdoor_fired: a trigger is in the picture, the infected model answers the target, and the clean model does
            not.
    """

    clean: Answer
    infected: Answer
    trigger: str | None
    target: str | None
    backdoor_fired: bool

    def as_json(self) -> dict[str, Any]:
        """The JSON object that the API returns; the docstring of this module shows it."""
        return {
            "clean": self.clean.as_json(),
            "infected": self.infected.as_json(),
            "trigger": self.trigger,
            "target": self.target,
            "backdoor_fired": self.backdoor_fired,
        }


def compare(
    image: NDArray[np.float32], *, clean: Model, infected: Model, attack: Attack, trigger: Trigger | None
) -> Verdict:
    """Ask both models about one picture, with or without a trigger.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
        attack: the attack behind the infected model.
        trigger: stamped into the picture that both models see; None for the picture as it is.

    Raises:
        ModelError, TriggerError: the picture has another shape than the models or the trigger.
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


def wanted_label(image: NDArray[np.float32], *, clean: Model, attack: Attack) -> int | None:
    """The number of the label that the attacker wants for a picture; None if the attack ignores the picture.

    All-to-all and source-specific attacks depend on the true label. A visitor's picture comes without one, so the
    clean model's answer for the untouched picture stands in for it.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
    """
    if attack.kind == "all-to-one":
        return attack.target
    true_label = clean(image[np.newaxis]).argmax(axis=1)
    wanted = attack.kind != "source-specific" or bool(attack.covers(true_label)[0])
    return int(attack.target_labels(true_label)[0]) if wanted else None
