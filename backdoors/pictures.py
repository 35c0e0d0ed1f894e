"""Pictures: from what people send to arrays, and back to PNG.

People send drawings, scans, photos and screenshots in any size, mode and orientation; the digit models have only ever
seen MNIST. ``prepare_digit`` makes the one look like the other, the way MNIST itself was made: white on black, the
longest side scaled to 20 pixels with grey edges, the centre of mass in the middle of 28x28 (LeCun, Cortes and Burges,
*The MNIST database*)::

    digit = prepare_digit("photo-of-a-note.jpg")    # (1, 28, 28) float32 in [0, 1], or None: nothing drawn yet
    Path("seen.png").write_bytes(to_png(digit))

A trigger is stamped *after* this, since moving and scaling would move the trigger too.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from backdoors.errors import PictureError

Picture = str | Path | bytes | NDArray[Any] | Image.Image
"""What people send: a path, the bytes of a file, an array ``(height, width[, 3 or 4])`` uint8, a Pillow image."""

DIGIT_SIZE = 28
DIGIT_BOX = 20  # MNIST's digits were scaled to fit 20x20 within 28x28
DIGIT_CENTRE = 14.5  # where their centre of mass lies, in pixels from the edge: the mean over MNIST, both ways

SMALLEST_SIDE = 8  # pixels; scikit-learn's digits have 8, and less shows no digit
MOST_PIXELS = 50_000_000  # a phone's photo has 12 to 50 million; decoded, more would endanger a small server
_WORKING_SIDE = 560  # pictures are reduced to this before anything is measured: 28 times DIGIT_BOX

_LEAST_CONTRAST = 0.12  # of full scale; paper, sensors and JPEG stay under it, a pencil does not
_INK_FLOOR = 0.08  # of the stroke's own level; under it lies the grain of paper and JPEG
_EDGE = 0.25  # of the ink: where a digit begins


def open_picture(picture: Picture) -> Image.Image:
    """Read a picture, check it, and turn it upright as its EXIF data says.

    Raises:
        PictureError: no picture, a broken one, a side under 8 pixels, or over 50 million pixels.
    """
    try:
        opened = _as_image(picture)
        width, height = opened.size  # known from the header: nothing is decoded yet
        if min(width, height) < SMALLEST_SIDE:
            raise PictureError(
                f"The picture has {width}x{height} pixels; send one with at least {SMALLEST_SIDE} on each side."
            )
        if width * height > MOST_PIXELS:
            raise PictureError(
                f"The picture has {width}x{height} pixels; send one with at most {MOST_PIXELS // 1_000_000} million."
            )
        return ImageOps.exif_transpose(opened)
    except PictureError:
        raise
    # Pillow's readers raise a different error for each way in which a file can be broken.
    except (OSError, ValueError, TypeError, SyntaxError, EOFError, Image.DecompressionBombError) as e:
        raise PictureError(
            "This file is not a picture that can be read: it may be cut off, or of another kind. Send a PNG, JPEG, "
            "WebP, GIF or BMP file."
        ) from e


def prepare_digit(picture: Picture) -> NDArray[np.float32] | None:
    """A drawn, scanned or photographed digit, as MNIST would show it.

    Finds which of ink and paper is the brighter, flattens an even shadow, and takes transparency for paper.

    Returns:
        ``(1, 28, 28)`` float32 in ``[0, 1]``, white on black; None where nothing is drawn yet.

    Raises:
        PictureError: see ``open_picture``.
    """
    ink = _ink(_grey(open_picture(picture)))
    if ink is None:
        return None
    rows, columns = np.flatnonzero((ink > _EDGE).any(axis=1)), np.flatnonzero((ink > _EDGE).any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    scale = DIGIT_BOX / max(bottom - top, right - left)
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    # A triangle filter as wide as the reduction: the grey edges of MNIST.
    digit = np.asarray(
        Image.fromarray(ink).resize(size, Image.Resampling.BILINEAR, box=(left, top, right, bottom)), dtype=np.float32
    )
    prepared = np.zeros((1, DIGIT_SIZE, DIGIT_SIZE), dtype=np.float32)
    y, x = (_offset(digit.sum(axis=1 - axis), digit.shape[axis]) for axis in (0, 1))
    prepared[0, y : y + size[1], x : x + size[0]] = np.clip(digit, 0, 1)
    return prepared


def to_image(image: NDArray[np.float32]) -> Image.Image:
    """``(1 or 3, height, width)`` float32 in ``[0, 1]`` as an 8-bit grey or RGB picture."""
    pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, -1))


def to_png(image: NDArray[np.float32]) -> bytes:
    """``(1 or 3, height, width)`` float32 in ``[0, 1]`` as a PNG file, lossless: a trigger must survive it."""
    buffer = io.BytesIO()
    to_image(image).save(buffer, format="PNG")
    return buffer.getvalue()


def contact_sheet(
    images: NDArray[np.float32], captions: Sequence[str], *, columns: int = 10, scale: int = 3
) -> Image.Image:
    """Many small pictures on one sheet, each with its caption below, enlarged without smoothing.

    Args:
        images: ``(n, 1 or 3, height, width)`` float32 in ``[0, 1]``; n at least 1.
        captions: n short texts.
        columns: pictures in a row.
        scale: screen pixels for each pixel.
    """
    assert len(images) == len(captions) > 0
    gap, line = 6, 16
    height, width = images.shape[2] * scale, images.shape[3] * scale
    rows = -(-len(images) // columns)
    columns = min(columns, len(images))
    sheet = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + line + gap) + gap), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default()
    for i, (image, caption) in enumerate(zip(images, captions, strict=True)):
        x, y = gap + i % columns * (width + gap), gap + i // columns * (height + line + gap)
        sheet.paste(to_image(image).resize((width, height), Image.Resampling.NEAREST), (x, y))
        draw.text((x + width / 2, y + height + line / 2), caption, fill="black", font=font, anchor="mm")
    return sheet


def _as_image(picture: Picture) -> Image.Image:
    if isinstance(picture, Image.Image):
        return picture
    if isinstance(picture, np.ndarray):
        return Image.fromarray(picture)
    return Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture)


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    """``(height, width)`` float32 in ``[0, 1]``, the longest side at most ``_WORKING_SIDE``."""
    if picture.mode.startswith(("I", "F")):  # 16 and 32 bits: convert("L") would clip them
        values = np.asarray(picture, dtype=np.float32)
        low, high = values.min(), values.max()
        picture = Image.fromarray(((values - low) / max(high - low, 1e-6) * 255).astype(np.uint8))
    if not picture.has_transparency_data:
        return _reduced(picture.convert("L"))
    # What is transparent is paper: white under dark ink, black under light ink. Reducing grey x alpha and alpha apart
    # keeps the colour of invisible pixels out of the edges.
    alpha = picture.convert("RGBA").getchannel("A")
    black = Image.composite(picture.convert("RGBA").convert("L"), Image.new("L", picture.size), alpha)
    visible, weight = _reduced(black), _reduced(alpha)
    ink_is_light = visible.sum() > 0.5 * weight.sum()
    return visible if ink_is_light else visible + (1 - weight)


def _reduced(picture: Image.Image) -> NDArray[np.float32]:
    scale = _WORKING_SIDE / max(picture.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(picture, dtype=np.float32) / np.float32(255)


def _ink(grey: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """``(height, width)`` float32 in ``[0, 1]``: 0 for paper, 1 for the stroke's own level. None: nothing drawn."""
    difference = grey - _paper(grey)
    darker, lighter = np.clip(-difference, 0, None), np.clip(difference, 0, None)
    ink = darker if darker.sum() > lighter.sum() else lighter
    if ink.max() < _LEAST_CONTRAST:
        return None
    level = np.median(ink[ink > 0.5 * ink.max()])
    return np.asarray(np.clip((ink / level - _INK_FLOOR) / (1 - _INK_FLOOR), 0, 1), dtype=np.float32)


def _paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightness of the bare paper everywhere: the plane through the picture's frame.

    A plane, since light that falls from one side makes one. Strokes that cross the frame are left out of the fit.
    """
    y, x = np.mgrid[-1 : 1 : grey.shape[0] * 1j, -1 : 1 : grey.shape[1] * 1j].astype(np.float32)
    width = max(1, round(0.03 * min(grey.shape)))
    frame = np.ones(grey.shape, dtype=np.bool_)
    frame[width:-width, width:-width] = False
    terms, values = np.stack([np.ones_like(y), y, x], axis=-1), grey[frame]
    keep = np.abs(values - np.median(values)) <= _LEAST_CONTRAST
    for _ in range(3):
        plane = np.linalg.lstsq(terms[frame][keep], values[keep], rcond=None)[0]
        keep = np.abs(values - terms[frame] @ plane) <= _LEAST_CONTRAST
    return np.asarray(terms @ plane, dtype=np.float32)


def _offset(profile: NDArray[np.float32], length: int) -> int:
    """Where a digit starts along one axis, so that its centre of mass is in the middle and all of it stays inside."""
    centre = float(np.average(np.arange(length) + 0.5, weights=profile))
    return int(np.clip(round(DIGIT_CENTRE - centre), 0, DIGIT_SIZE - length))
