"""Preparing a photo: the whole photo, scaled to fit into the square that the models take.

::

    photo = prepare_photo("dog.jpg", size=224)      # (3, 224, 224) float32 in [0, 1]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backdoors.pictures.opening import Picture, eight_bits, open_picture, strips

PHOTO_BORDER = (127, 127, 127)


def prepare_photo(picture: Picture, *, size: int) -> NDArray[np.float32]:
    """Fit a whole photo into a square, with its proportions kept and a grey border.

    Args:
        size: the side of the square, in pixels.

    Returns:
        ``(3, size, size)`` float32 in ``[0, 1]``, RGB.

    Raises:
        PictureError: see ``open_picture``.
    """
    photo = pad_photo(_rgb(open_picture(picture)), size)
    return np.moveaxis(np.asarray(photo, dtype=np.float32) / np.float32(255), -1, 0)


def pad_photo(photo: Image.Image, size: int) -> Image.Image:
    """Scale an RGB photo to fit into a square and fill the rest with grey. Training prepares photos in the same way.

    Args:
        size: the side of the square, in pixels.
    """
    longer = max(photo.size)
    width, height = (max(1, round(side / longer * size)) for side in photo.size)
    square = Image.new("RGB", (size, size), PHOTO_BORDER)
    fitted = photo.resize((width, height), Image.Resampling.BILINEAR)
    square.paste(fitted, (round((size - width) / 2), round((size - height) / 2)))
    return square


def _rgb(picture: Image.Image) -> Image.Image:
    """The picture in RGB; transparent pixels are put on white, as browsers do."""
    if picture.mode.startswith(("I", "F")) or not picture.has_transparency_data:
        return eight_bits(picture).convert("RGB")
    on_white = Image.new("RGB", picture.size)
    for top, strip in strips(picture):
        white = Image.new("RGBA", strip.size, "white")
        on_white.paste(Image.alpha_composite(white, strip.convert("RGBA")).convert("RGB"), (0, top))
    return on_white
