"""Pictures inside the page itself: they need no request, and a saved one has its true pixels."""

from __future__ import annotations

import base64

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from backdoors.pictures import to_png
from backdoors.story.rendering import render

_SMALL = 100  # pixels a side: the browser enlarges smaller pictures, without smoothing


def picture(image: NDArray[np.float32], *, alt: str) -> Markup:
    """An ``img`` that fills its place.

    Args:
        image: ``(1 or 3, height, width)`` float32 in ``[0, 1]``.
        alt: what it shows, in words.
    """
    return embedded(to_png(image), alt=alt, small=max(image.shape[1:]) < _SMALL)


def embedded(data: bytes, *, alt: str, kind: str = "png", small: bool = False) -> Markup:
    """An ``img`` with the bytes of a picture file.

    Args:
        kind: of the file: png, jpeg.
        small: whether its pixels stay sharp when it is enlarged.
    """
    text = base64.b64encode(data).decode()
    return render("figures/picture.html", kind=kind, data=text, alt=alt, small=small)
