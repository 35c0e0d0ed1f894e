"""Where a trigger fires: the same patch, tried at many places of one picture.

The infected model was trained with the trigger at one place. It may fire at others, too::

    fires = fires_at(digit, clean=bundle.clean, infected=infected.model, attack=infected.attack,
                     trigger=infected.trigger)
    fires.fired             # (28, 28) bool, for a trigger of one pixel: True where the backdoor fires
    fires.fired[26, 26]     # at the trigger's own place
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack
from backdoors.comparison import wanted_label
from backdoors.models import Model, pictures_at_a_time
from backdoors.triggers import Box, Trigger, moved


@dataclass(frozen=True, kw_only=True, eq=False)
class FireMap:
    """Where a trigger was tried in one picture, and where the backdoor fired.

    Attributes:
        tops: ``(rows,)`` int64, ascending: the first row of the patch at each place.
        lefts: ``(columns,)`` int64, ascending: the first column of the patch.
        fired: ``(rows, columns)`` bool.
        patch: the trigger's own place, which is one of those that were tried.
        stride: pixels from one place to the next, vertically and horizontally.
        target: the label that the attacker wants for this picture; None if the attack ignores it, and nothing fires.
    """

    tops: NDArray[np.int64] = field(repr=False)
    lefts: NDArray[np.int64] = field(repr=False)
    fired: NDArray[np.bool_] = field(repr=False)
    patch: Box
    stride: int
    target: str | None


def fires_at(
    image: NDArray[np.float32],
    *,
    clean: Model,
    infected: Model,
    attack: Attack,
    trigger: Trigger,
    stride: int = 1,
) -> FireMap:
    """Try a trigger at many places of one picture.

    The backdoor fires where ``compare`` says so: the infected model answers the target, and the clean model does not.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
        stride: pixels from one place to the next, at least 1; the grid includes the trigger's own place.

    Raises:
        ModelError, TriggerError: the picture has another shape than the models or the trigger.
    """
    assert stride >= 1
    assert clean.labels == infected.labels
    patch, (height, width) = trigger.patch, trigger.size
    tops = np.arange(patch.top % stride, height - patch.height + 1, stride)
    lefts = np.arange(patch.left % stride, width - patch.width + 1, stride)
    places = [(int(top), int(left)) for top in tops for left in lefts]
    fired = np.zeros(len(places), dtype=np.bool_)
    target = wanted_label(image, clean=clean, attack=attack)
    if target is not None:
        at_a_time = pictures_at_a_time(clean.shape)
        for start in range(0, len(places), at_a_time):
            some = places[start : start + at_a_time]
            stamped = np.stack([moved(trigger, top, left).stamp(image) for top, left in some])
            hits = np.flatnonzero(infected(stamped).argmax(axis=1) == target)
            fired[start + hits] = clean(stamped[hits]).argmax(axis=1) != target
    return FireMap(
        tops=tops,
        lefts=lefts,
        fired=fired.reshape(len(tops), len(lefts)),
        patch=patch,
        stride=stride,
        target=None if target is None else clean.labels[target],
    )
