"""Turning prepared pictures back into images and files that people can look at."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


def to_image(image: NDArray[np.float32]) -> Image.Image:
    """A prepared picture as an 8-bit image.

    Args:
        image: ``(1 or 3, height, width)`` float32 in ``[0, 1]``, grey or RGB; values outside are clipped.
    """
    pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, -1))


def to_png(image: NDArray[np.float32]) -> bytes:
    """A prepared picture as a PNG file, which is lossless, so that a trigger survives.

    Args:
        image: ``(1 or 3, height, width)`` float32 in ``[0, 1]``, grey or RGB; values outside are clipped.
    """
    buffer = io.BytesIO()
    to_image(image).save(buffer, format="PNG")
    return buffer.getvalue()


def contact_sheet(
    images: NDArray[np.float32], captions: Sequence[str], *, columns: int = 10, scale: int = 3
) -> Image.Image:
    """Many small pictures on one sheet, enlarged without smoothing, each above its caption.

    Args:
        images: ``(n, 1 or 3, height, width)`` float32 in ``[0, 1]``; n at least 1.
        captions: n short texts.
        columns: pictures in a row.
        scale: pixels on the sheet for each pixel of a picture.
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
