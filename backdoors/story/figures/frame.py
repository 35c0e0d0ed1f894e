"""The frame around a trigger: the same one wherever the page shows where a trigger is.

The element covers exactly the pixels of the trigger, in percent of the picture, and the frame is drawn around it
(``outline`` in ``figures.css``), so that it hides no pixel.
"""

from __future__ import annotations

from markupsafe import Markup

from backdoors.story.rendering import render
from backdoors.triggers import Box


def frame(box: Box, size: tuple[int, int]) -> Markup:
    """A frame to lay over a picture, inside an element that is as large as the picture.

    Args:
        box: what it surrounds, in pixels of the picture.
        size: height and width of the picture, in pixels.
    """
    height, width = size
    return render(
        "figures/frame.html",
        top=100 * box.top / height,
        left=100 * box.left / width,
        height=100 * box.height / height,
        width=100 * box.width / width,
    )
