"""Prepared pictures back to files that people can look at."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


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
