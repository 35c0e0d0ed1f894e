"""Opening the pictures that people send: limits are checked, then the picture is decoded and turned upright.

Drawings, scans, photos and screenshots come in any size, mode and orientation. The limits are checked on the header of
the file, before any pixel is decoded.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from backdoors.errors import PictureError

Picture = str | Path | bytes | NDArray[Any] | Image.Image
"""What people send: a path, the bytes of a file, an array ``(height, width[, 3 or 4])`` uint8, or a Pillow image."""

SMALLEST_SIDE = 8  # pixels; scikit-learn's digits have 8, and a digit needs about that many
MOST_PIXELS = 50_000_000  # a phone's photo has 12 to 50 million; a small server has no memory to decode more

UNREADABLE = (OSError, ValueError, TypeError, SyntaxError, EOFError, RuntimeError, LookupError, struct.error)
"""The exceptions that Pillow's readers raise for broken files."""

_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "I;16B", "I;16L", "F")

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # no EPS: Pillow would start Ghostscript for it


def open_picture(picture: Picture) -> Image.Image:
    """Read a picture, check its size, and turn it upright as its EXIF data says.

    Returns:
        A Pillow image, in one of the modes that ``eight_bits`` and Pillow's ``convert`` understand.

    Raises:
        PictureError: it is no picture or a broken one, a side is under 8 pixels, or it has over 50 million pixels.
    """
    try:
        opened = _as_image(picture)
        width, height = opened.size  # known from the header: nothing is decoded yet
        if min(width, height) < SMALLEST_SIDE:
            raise PictureError(
                f"The picture has {width}x{height} pixels; send one with at least {SMALLEST_SIDE} on each side.",
                expected=SMALLEST_SIDE,
                got=opened.size,
            )
        if width * height > MOST_PIXELS:
            raise PictureError(
                f"The picture has {width}x{height} pixels; send one with at most {MOST_PIXELS // 1_000_000} million.",
                expected=MOST_PIXELS,
                got=opened.size,
            )
        upright = ImageOps.exif_transpose(opened)
        return upright if upright.mode in _MODES else upright.convert("RGB")
    except PictureError:
        raise
    except Image.DecompressionBombError as e:  # Pillow's own limit, if it is set lower than ours
        raise PictureError(f"The picture has too many pixels; send at most {MOST_PIXELS // 1_000_000} million.") from e
    except UNREADABLE as e:
        raise PictureError(
            "This file is not a picture that can be read: it may be cut off, or of another kind. Send a PNG, JPEG, "
            "WebP, GIF, BMP or TIFF file.",
            path=picture if isinstance(picture, str | Path) else None,
            expected=FORMATS,
        ) from e


def eight_bits(picture: Image.Image) -> Image.Image:
    """Reduce a picture of 16 or 32 bits to 8 bits by scaling; Pillow's ``convert`` would clip it."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    full = next((full for full in (1, 255, 65535) if values.max() <= full), values.max())
    if picture.mode != "F":
        full = max(full, 65535 if picture.mode != "I" else 255)
    return Image.fromarray(np.clip(values / full * 255, 0, 255).astype(np.uint8))


def _as_image(picture: Picture) -> Image.Image:
    if isinstance(picture, Image.Image):
        return picture
    if isinstance(picture, np.ndarray):
        return Image.fromarray(picture)
    return Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture, formats=FORMATS)
