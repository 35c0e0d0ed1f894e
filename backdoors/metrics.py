"""The two figures that tell a backdoor: it must not cost clean accuracy, and it must fire.

They are easily confused. *Clean accuracy* counts untouched test pictures that get their true label: an infected model
keeps it, which is why nobody notices. *Attack success rate* (ASR) counts triggered test pictures that get what the
attacker wants; those whose true label already is the target are left out, as they prove nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack
from backdoors.models import Classifier
from backdoors.triggers import Trigger


def clean_accuracy(classifier: Classifier, images: NDArray[np.float32], labels: NDArray[Any]) -> float:
    """The share of untouched pictures that get their true label, from 0 to 1.

    Args:
        images: ``(n, channel, height, width)`` float32 in ``[0, 1]``.
        labels: ``(n,)`` true label numbers.
    """
    assert labels.shape == (len(images),)
    return float(np.mean(classifier(images).argmax(axis=1) == labels))


def attack_success_rate(
    classifier: Classifier, images: NDArray[np.float32], labels: NDArray[Any], *, trigger: Trigger, attack: Attack
) -> float:
    """The share of triggered pictures, among those that the attack covers, that get what the attacker wants; 0 to 1.

    Asked of a clean model, it tells how often that one says the target anyway.

    Args:
        images: ``(n, channel, height, width)`` float32 in ``[0, 1]``, without the trigger.
        labels: ``(n,)`` true label numbers.
    """
    assert labels.shape == (len(images),)
    covered = attack.covers(labels)
    answers = classifier(trigger.stamp(images[covered])).argmax(axis=1)
    return float(np.mean(answers == attack.target_labels(labels[covered])))
