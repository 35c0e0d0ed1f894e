"""Where in a picture a trigger fires."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.places import FireMap
from backdoors.story.figures.frame import frame
from backdoors.story.figures.picture import picture
from backdoors.story.rendering import render
from backdoors.triggers import Box


def fire_map(image: NDArray[np.float32], fires: FireMap, *, own: Box) -> Markup:
    """A picture with all places where a trigger fires in red; the attacker's own place is framed.

    Args:
        image: ``(channel, height, width)`` float32 in ``[0, 1]``, without the trigger.
        fires: where it was tried; each place is marked around the middle of the patch.
        own: where the attacker's trigger is, which may be another one.
    """
    patch, stride = fires.patch, fires.stride
    down, right = (patch.height - stride) / 2, (patch.width - stride) / 2
    marks = [(fires.lefts[column] + right, fires.tops[row] + down) for row, column in np.argwhere(fires.fired)]
    channels, height, width = image.shape
    return render(
        "figures/places.html",
        picture=picture(image, alt=_in_words(fires, own)),
        frame=frame(own, (height, width)),
        marks=marks,
        stride=stride,
        height=height,
        width=width,
        places=fires.fired.size,
        photo=channels == 3,
    )


def _in_words(fires: FireMap, own: Box) -> str:
    """The text alternative."""
    text = f"It fires at {np.count_nonzero(fires.fired)} of {fires.fired.size} places in this picture"
    if fires.fired.any():
        rows, columns = np.nonzero(fires.fired)
        first, last = fires.tops[[rows.min(), rows.max()]], fires.lefts[[columns.min(), columns.max()]]
        text += f", between rows {first[0]} and {first[1]} and columns {last[0]} and {last[1]}"
    return f"{text}; the attacker's own place is row {own.top} and column {own.left}"
