"""The picture on which visitors place a trigger of their own."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.story.figures.frame import frame
from backdoors.story.figures.picture import picture
from backdoors.story.rendering import render
from backdoors.triggers import Box


def stage(image: NDArray[np.float32], patch: Box, *, alt: str) -> Markup:
    """A square picture, and a frame that ``placing.js`` moves.

    Args:
        image: ``(channel, size, size)`` float32 in ``[0, 1]``, with the patch stamped into it.
        patch: where the patch is.
        alt: what the picture shows, in words.
    """
    size = image.shape[1]
    return render(
        "figures/stage.html",
        size=size,
        patch=max(patch.height, patch.width),
        picture=picture(image, alt=alt),
        frame=frame(patch, (size, size)),
    )
