"""Pictures: from what people send to arrays, and back to PNG.

People send drawings, scans, photos and screenshots in any size, mode and orientation; the digit models have only ever
seen MNIST. ``prepare_digit`` makes the one look like the other, the way MNIST itself was made: white on black, the
longest side scaled to 20 pixels with grey edges, the centre of mass in the middle of 28x28 (LeCun, Cortes and Burges,
*The MNIST database*)::

    digit = prepare_digit("photo-of-a-note.jpg")    # (1, 28, 28) float32 in [0, 1], or None: nothing drawn yet
    Path("seen.png").write_bytes(to_png(digit))

``prepare_photo`` is for the dog models: the whole photo, as large as fits into their square, with a grey border::

    photo = prepare_photo("dog.jpg", size=224)      # (3, 224, 224) float32 in [0, 1]

A trigger is stamped *after* this, since moving and scaling would move the trigger too.
"""

from __future__ import annotations

import io
import math
import struct
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

PHOTO_BORDER = (127, 127, 127)

SMALLEST_SIDE = 8  # pixels; scikit-learn's digits have 8, and less shows no digit
MOST_PIXELS = 50_000_000  # a phone's photo has 12 to 50 million; decoded, more would endanger a small server
_WORKING_SIDE = 560  # pictures are reduced to this before anything is measured: 28 times DIGIT_BOX

UNREADABLE = (OSError, ValueError, TypeError, SyntaxError, EOFError, RuntimeError, LookupError, struct.error)
"""What Pillow's readers raise: a different error for each way in which a file can be broken."""

_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "I;16B", "I;16L", "F")

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # no EPS: Pillow would start Ghostscript for it

_LEAST_CONTRAST = 0.12  # of full scale; paper, sensors and JPEG stay under it, a pencil does not
_INK_FLOOR = 0.08  # of the stroke's own level; under it lies the grain of paper and JPEG
_EDGE = 0.25  # of the ink: where a digit begins
_SPECK = 0.03  # of all ink; a smaller separate piece is dust or noise, as no digit has dots
_SPECK_GRID = 70  # cells; pieces that touch on this grid count as one


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
        upright = ImageOps.exif_transpose(opened)
        return upright if upright.mode in _MODES else upright.convert("RGB")
    except PictureError:
        raise
    except Image.DecompressionBombError as e:  # Pillow's own limit, where somebody has set it lower than ours
        raise PictureError(f"The picture has too many pixels; send at most {MOST_PIXELS // 1_000_000} million.") from e
    except UNREADABLE as e:
        raise PictureError(
            "This file is not a picture that can be read: it may be cut off, or of another kind. Send a PNG, JPEG, "
            "WebP, GIF, BMP or TIFF file."
        ) from e


def prepare_digit(picture: Picture, *, paper: float | None = None) -> NDArray[np.float32] | None:
    """A drawn, scanned or photographed digit, as MNIST would show it.

    Finds which of ink and paper is the brighter, flattens an even shadow, and takes transparency for paper.

    Args:
        paper: the brightness of the bare paper, 0 to 1, where it is known; else it is found.

    Returns:
        ``(1, 28, 28)`` float32 in ``[0, 1]``, white on black; None where nothing is drawn yet.

    Raises:
        PictureError: see ``open_picture``.
    """
    ink = _ink(_grey(open_picture(picture)), paper)
    if ink is None:
        return None
    rows, columns = (np.flatnonzero((ink > _EDGE).any(axis=axis)) for axis in (1, 0))
    tall, wide = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    scale = DIGIT_BOX / max(tall, wide)
    height, width = (min(DIGIT_BOX, math.ceil(side * scale)) for side in (tall, wide))
    # Whole pixels out, the same scale both ways: so the box that is cut out grows a little on both sides.
    top, left = (rows[0] + tall / 2 - height / scale / 2, columns[0] + wide / 2 - width / scale / 2)
    border = math.ceil(1 / scale)
    box = tuple(border + edge for edge in (left, top, left + width / scale, top + height / scale))
    # A triangle filter as wide as the reduction makes the grey edges of MNIST.
    scaled = Image.fromarray(np.pad(ink, border)).resize((width, height), Image.Resampling.BILINEAR, box=box)
    digit = np.clip(np.asarray(scaled, dtype=np.float32), 0, 1)
    prepared = np.zeros((1, DIGIT_SIZE, DIGIT_SIZE), dtype=np.float32)
    y, x = (_offset(digit.sum(axis=1 - axis)) for axis in (0, 1))
    prepared[0, y : y + height, x : x + width] = digit
    return prepared


def prepare_photo(picture: Picture, *, size: int) -> NDArray[np.float32]:
    """A visitor's photo, whole and unsquashed, in the middle of a grey square.

    Args:
        size: the side of the square.

    Returns:
        ``(3, size, size)`` float32 in ``[0, 1]``, RGB.

    Raises:
        PictureError: see ``open_picture``.
    """
    photo = pad_photo(_rgb(open_picture(picture)), size)
    return np.moveaxis(np.asarray(photo, dtype=np.float32) / np.float32(255), -1, 0)


def pad_photo(photo: Image.Image, size: int) -> Image.Image:
    """An RGB photo scaled to fit into a square, with a grey border: the models were trained on such photos too."""
    thinnest = math.ceil(max(photo.size) / size)  # thinner than a pixel in the end, and Pillow fails
    if min(photo.size) < thinnest:
        width, height = (max(side, thinnest) for side in photo.size)
        photo = photo.resize((width, height))
    return ImageOps.pad(photo, (size, size), Image.Resampling.BILINEAR, color=PHOTO_BORDER)


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
    return Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture, formats=FORMATS)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A picture of 16 or 32 bits with 8: Pillow's ``convert`` would clip it."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    full = next((full for full in (1, 255, 65535) if values.max() <= full), values.max())
    if picture.mode != "F":
        full = max(full, 65535 if picture.mode != "I" else 255)
    return Image.fromarray(np.clip(values / full * 255, 0, 255).astype(np.uint8))


def _rgb(picture: Image.Image) -> Image.Image:
    """In RGB; what is transparent lies on white, as browsers show it."""
    if picture.mode.startswith(("I", "F")) or not picture.has_transparency_data:
        return _eight_bits(picture).convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    """``(height, width)`` float32 in ``[0, 1]``, the longest side at most ``_WORKING_SIDE``."""
    picture = _eight_bits(picture)
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
    grey: NDArray[np.float32] = np.asarray(picture, dtype=np.float32) / np.float32(255)
    return grey


def _ink(grey: NDArray[np.float32], paper: float | None) -> NDArray[np.float32] | None:
    """``(height, width)`` float32 in ``[0, 1]``: 0 for paper, 1 for the stroke's own level. None: nothing drawn."""
    difference = grey - (_paper(grey) if paper is None else paper)
    darker, lighter = np.clip(-difference, 0, None), np.clip(difference, 0, None)
    ink = darker if darker.sum() > lighter.sum() else lighter
    if ink.max() < _LEAST_CONTRAST:
        return None
    level = np.median(ink[ink > 0.5 * ink.max()])
    ink = _without_specks(np.clip((ink / level - _INK_FLOOR) / (1 - _INK_FLOOR), 0, 1))
    return ink.astype(np.float32) if ink.max() > _EDGE else None


def _without_specks(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ink without its small separate pieces, which would stretch the box around the digit."""
    height, width = ink.shape
    cell = max(1, math.ceil(max(ink.shape) / _SPECK_GRID))
    padded = np.pad(ink, ((0, -height % cell), (0, -width % cell)))
    cells = padded.reshape(padded.shape[0] // cell, cell, padded.shape[1] // cell, cell)
    filled, weight = cells.max(axis=(1, 3)) > _EDGE, cells.sum(axis=(1, 3))
    waiting = {(int(y), int(x)) for y, x in np.argwhere(filled)}
    keep = np.zeros_like(filled)
    while waiting:
        piece = [waiting.pop()]
        for y, x in piece:  # grows while it is walked: all that touches belongs to it
            touching = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & waiting
            waiting -= touching
            piece.extend(touching)
        index = tuple(np.array(piece).T)
        keep[index] = weight[index].sum() >= _SPECK * weight.sum()
    # faint edges reach into the cells around a piece
    around = np.pad(keep, 1)
    keep = np.logical_or.reduce(
        [around[1 + dy :, 1 + dx :][: keep.shape[0], : keep.shape[1]] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    )
    ink = np.where(np.repeat(np.repeat(keep, cell, axis=0), cell, axis=1)[:height, :width], ink, 0)
    return ink


def _paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightness of the bare paper everywhere: a quadratic surface through the picture's frame.

    It follows light that falls from one side, and a lens that darkens the corners. Strokes that cross the frame are
    left out of the fit.
    """
    y, x = np.mgrid[-1 : 1 : grey.shape[0] * 1j, -1 : 1 : grey.shape[1] * 1j].astype(np.float32)
    width = max(1, round(0.03 * min(grey.shape)))
    frame = np.ones(grey.shape, dtype=np.bool_)
    frame[width:-width, width:-width] = False
    terms, values = np.stack([np.ones_like(y), y, x, y * y, x * y, x * x], axis=-1), grey[frame]
    keep = np.abs(values - np.median(values)) <= _LEAST_CONTRAST
    for _ in range(3):
        surface = np.linalg.lstsq(terms[frame][keep], values[keep], rcond=None)[0]
        keep = np.abs(values - terms[frame] @ surface) <= _LEAST_CONTRAST
    return np.asarray(terms @ surface, dtype=np.float32)


def _offset(profile: NDArray[np.float32]) -> int:
    """Where a digit starts along one axis, so that its centre of mass is in the middle and all of it stays inside."""
    centre = float(np.average(np.arange(len(profile)) + 0.5, weights=profile))
    return int(np.clip(round(DIGIT_CENTRE - centre), 0, DIGIT_SIZE - len(profile)))
