"""A trigger, pixel by pixel."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from backdoors.story.figures.picture import embedded
from backdoors.story.rendering import render
from backdoors.triggers import Trigger


def enlarged_trigger(trigger: Trigger, *, cropped: bool = False) -> Markup:
    """A trigger as large pixels; a chequered ground shows through where its mask leaves the picture unchanged.

    Args:
        cropped: show its patch alone, as for a small patch on a photo.
    """
    patch = trigger.patch
    shown = _crop(trigger) if cropped else trigger
    alt = (
        f"The trigger {trigger.name}: it changes {np.count_nonzero(trigger.mask)} of {trigger.mask.size} pixels, in a "
        f"box of {patch.height}×{patch.width} that begins at row {patch.top} and column {patch.left}"
    )
    return render(
        "figures/trigger.html",
        picture=embedded(shown.to_png(), alt=alt, small=True),
        shown=shown.size,
        whole=trigger.size,
        cropped=cropped,
        ground=bool(shown.mask.min() < 1),
    )


def _crop(trigger: Trigger) -> Trigger:
    top, left, height, width = trigger.patch
    rows, columns = slice(top, top + height), slice(left, left + width)
    return Trigger(name=trigger.name, mask=trigger.mask[rows, columns], pattern=trigger.pattern[:, rows, columns])
