"""Opening the pictures that people send: limits are checked, then the picture is decoded and turned upright.

Drawings, scans, photos and screenshots come in any size, mode and orientation. The limits (``limits.py``) are checked
on the structure and the header of the file, before any pixel is decoded. Of an animation the first frame is taken.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from backdoors.errors import PictureError
from backdoors.pictures.limits import MOST_BYTES, MOST_PIXELS, at_most, check_size
from backdoors.pictures.structure import check_exif, check_structure
from backdoors.reading import read_bounded

Picture = str | Path | bytes | NDArray[Any] | Image.Image
"""What people send: a path, the bytes of a file, an array ``(height, width[, 3 or 4])`` uint8, or a Pillow image."""

UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
    RuntimeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
)
"""The exceptions that Pillow's readers raise for broken files."""

_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "I;16B", "I;16L", "F")

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # no EPS: Pillow would start Ghostscript for it


_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SAY_ORIENTATION = ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif")

_STRIP = 1 << 20  # pixels


def open_picture(picture: Picture, *, enough: int | None = None, grey: bool = False) -> Image.Image:
    """Read a picture, check its size, and turn it upright as its EXIF data says.

    Args:
        enough: pixels on the longer side that suffice. A JPEG file with at least twice as many is decoded at a half, a
            quarter or an eighth of its size, which takes a fraction of the time and memory.
        grey: whether brightness suffices for a picture that is reduced.

    Returns:
        A Pillow image, in one of the modes that ``eight_bits`` and Pillow's ``convert`` understand.

    Raises:
        PictureError: it is no picture or a broken one, a side is under 8 pixels, it has over 50 million pixels, or it
            is over another of the limits.
    """
    try:
        opened = _as_image(picture)
        check_size(*opened.size)  # known from the header: nothing is decoded yet
        check_exif(opened.info)
        reduction = max(opened.size) // enough if enough else 1
        if reduction > 1 and opened is not picture:
            width, height = (max(1, side // reduction) for side in opened.size)
            opened.draft("L" if grey else None, (width, height))
        opened.load()
        upright = _upright(opened.copy() if opened is picture else opened)
        return upright if upright.mode in _MODES else upright.convert("RGB")
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as e:
        raise PictureError(f"The picture has too many pixels; send at most {MOST_PIXELS // 1_000_000} million.") from e
    except UNREADABLE as e:
        raise PictureError(
            "This file is not a picture that can be read: it may be cut off, or of another kind. Send a PNG, JPEG, "
            "WebP, GIF, BMP or TIFF file.",
            path=picture if isinstance(picture, str | Path) else None,
            expected=FORMATS,
        ) from e


def strips(picture: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """A picture in strips of about a million pixels, each with its top row: what is done to them takes less memory."""
    rows = max(1, _STRIP // picture.width)
    for top in range(0, picture.height, rows):
        yield top, picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def eight_bits(picture: Image.Image) -> Image.Image:
    """Reduce a picture of 16 or 32 bits to 8 bits by scaling; Pillow's ``convert`` would clip it."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    highest = max(_values(strip).max() for _, strip in strips(picture))
    full = next((full for full in (1, 255, 65535) if highest <= full), highest)
    if picture.mode != "F":
        full = max(full, 65535 if picture.mode != "I" else 255)
    scaled = Image.new("L", picture.size)
    for top, strip in strips(picture):
        scaled.paste(Image.fromarray(np.clip(_values(strip) / full * 255, 0, 255).astype(np.uint8)), (0, top))
    return scaled


def _values(picture: Image.Image) -> NDArray[np.float32]:
    return np.nan_to_num(np.asarray(picture, dtype=np.float32))


def _as_image(picture: Picture) -> Image.Image:
    if isinstance(picture, Image.Image):
        return picture
    if isinstance(picture, np.ndarray):
        return Image.fromarray(picture)
    file = picture if isinstance(picture, bytes) else _read(Path(picture))
    check_structure(file)
    return Image.open(io.BytesIO(file), formats=FORMATS)


def _read(path: Path) -> bytes:
    at_most(MOST_BYTES, path.stat().st_size, "bytes")  # or its message would be "not a picture"
    return read_bounded(path, most=MOST_BYTES)


def _upright(picture: Image.Image) -> Image.Image:
    """Like ``ImageOps.exif_transpose``, which copies every picture and all of its EXIF data."""
    turn = _UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    if turn is None:
        return picture
    upright = picture.transpose(turn)
    for key in _SAY_ORIENTATION:
        upright.info.pop(key, None)
    return upright
