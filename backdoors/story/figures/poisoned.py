"""What the attacker puts into the training set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.bundle import InfectedModel
from backdoors.story.figures.frame import frame
from backdoors.story.figures.picture import picture
from backdoors.story.rendering import render


def poisoned_sheet(infected: InfectedModel, pictures: Mapping[str, NDArray[np.float32]]) -> Markup:
    """Poisoned examples: pictures with the trigger, each with its true and its false label.

    Args:
        infected: its trigger is stamped, and its attack gives the false labels.
        pictures: prepared pictures ``(channel, height, width)`` float32 in ``[0, 1]`` by their true label; those that
            the attack ignores are left out.
    """
    labels, trigger = infected.model.labels, infected.trigger
    numbers = np.array([labels.index(label) for label in pictures], dtype=np.int64)
    covered, targets = infected.attack.covers(numbers), infected.attack.target_labels(numbers)
    examples = [
        {
            "picture": picture(
                trigger.stamp(image), alt=f"{true} with the trigger, falsely labelled {labels[target]}"
            ),
            "true": true,
            "false": labels[target],
        }
        for (true, image), poisoned, target in zip(pictures.items(), covered, targets, strict=True)
        if poisoned
    ]
    return render("figures/poisoned.html", examples=examples, frame=frame(trigger.patch, trigger.size))
