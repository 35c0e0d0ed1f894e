"""Pictures inside the page itself: no request, and whoever saves one has its true pixels."""

from __future__ import annotations

import base64
from html import escape

import numpy as np
from numpy.typing import NDArray

from backdoors.pictures import to_png


def picture(image: NDArray[np.float32], *, alt: str) -> str:
    """``(1 or 3, height, width)`` in ``[0, 1]``, as large as its place; ``alt`` is plain text."""
    return embedded(to_png(image), alt=alt)


def embedded(data: bytes, *, alt: str, kind: str = "png") -> str:
    """The bytes of a picture file of this kind: png, jpeg."""
    return f'<img src="data:image/{kind};base64,{base64.b64encode(data).decode()}" alt="{escape(alt)}">'
