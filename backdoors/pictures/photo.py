"""Preparing a photo: the whole photo, scaled to fit into the square that the models take.

::

    photo = prepare_photo("dog.jpg", size=224)      # (3, 224, 224) float32 in [0, 1]
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from backdoors.pictures.opening import Picture, eight_bits, open_picture

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
    thinnest = math.ceil(max(photo.size) / size)  # Pillow fails if the shorter side ends up below one pixel
    if min(photo.size) < thinnest:
        width, height = (max(side, thinnest) for side in photo.size)
        photo = photo.resize((width, height))
    return ImageOps.pad(photo, (size, size), Image.Resampling.BILINEAR, color=PHOTO_BORDER)


def _rgb(picture: Image.Image) -> Image.Image:
    """The picture in RGB; transparent pixels are put on white, as browsers do."""
    if picture.mode.startswith(("I", "F")) or not picture.has_transparency_data:
        return eight_bits(picture).convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
