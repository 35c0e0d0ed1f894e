"""Where does a trigger fire? The same patch, tried all over one picture.

The attacker trained his model with the trigger at one place. Whether it also fires elsewhere is for the model to say::

    fires = fires_at(digit, clean=bundle.clean, infected=infected.classifier, attack=infected.attack,
                     trigger=infected.trigger)
    fires.fired             # (28, 28) for one pixel: True where the backdoor fires
    fires.fired[26, 26]     # at the attacker's own place
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from backdoors.attacks import Attack
from backdoors.comparison import wanted_label
from backdoors.models import Classifier
from backdoors.triggers import Box, Trigger, moved

_FLOATS = 2_000_000  # of pictures at a time: 8 MB, that is 784 digits and more, or 13 photos


@dataclass(frozen=True, kw_only=True, eq=False)
class FireMap:
    """Where a trigger was tried in one picture, and where the backdoor fired.

    Attributes:
        tops: ``(rows,)`` int64, ascending: the patch's first row at each place.
        lefts: ``(columns,)`` int64, ascending: its first column.
        fired: ``(rows, columns)`` bool.
        patch: the trigger's own place, which is among the others.
        stride: pixels from one place to the next, both ways.
        target: the label that the attacker wants for this picture; None where he wants none, and nothing fires.
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
    clean: Classifier,
    infected: Classifier,
    attack: Attack,
    trigger: Trigger,
    stride: int = 1,
) -> FireMap:
    """Try a trigger at many places of one picture.

    It fires where ``compare`` would say so: the infected model says the target, and the clean one does not.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, prepared, without the trigger.
        stride: pixels from one place to the next; the grid goes through the trigger's own place.

    Raises:
        TriggerError: the picture has another size than the trigger.
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
        at_a_time = max(1, _FLOATS // image.size)
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
