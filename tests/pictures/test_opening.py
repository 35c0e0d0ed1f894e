"""Pictures that cannot be read or used: people read what is wrong with them, and nothing else is ever raised."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backdoors import prepare_digit
from backdoors.errors import PictureError
from backdoors.pictures import Picture
from tests.fixtures.drawings import draw, encode, on_paper

PAPER = on_paper(draw())
PAPER_IMAGE = Image.fromarray(PAPER)


def png_that_claims(width: int, height: int) -> bytes:
    """A small file whose header announces a large picture."""
    png = encode(PAPER, format="PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


REFUSED: dict[str, tuple[Picture, str]] = {
    "1x1": (np.zeros((1, 1), dtype=np.uint8), "1x1 pixels; send one with at least 8"),
    "one side too short": (np.zeros((100, 7), dtype=np.uint8), "7x100 pixels; send one with at least 8"),
    "too many pixels": (png_that_claims(8000, 8000), "8000x8000 pixels; send one with at most 50 million"),
    "a decompression bomb": (png_that_claims(60000, 60000), "pixels|not a picture"),
    "no bytes": (b"", "not a picture"),
    "text": (b"This is not a picture, it is text.", "not a picture"),
    "half a PNG": (encode(PAPER, format="PNG")[:500], "not a picture"),
    "half a PNG's header": (encode(PAPER, format="PNG")[:20], "not a picture"),
    "half a JPEG": (encode(PAPER, format="JPEG")[:1500], "not a picture"),
    "half a WebP": (encode(PAPER_IMAGE.convert("RGB"), format="WEBP")[:500], "not a picture"),
    "no file": ("no-such-file.png", "not a picture"),
    "a folder": (Path(__file__).parent, "not a picture"),
    "array with five channels": (np.zeros((50, 50, 5), dtype=np.uint8), "not a picture"),
}


@pytest.mark.parametrize(("picture", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(picture: Picture, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        prepare_digit(picture)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_damaged_bytes_raise_nothing_else(form: str) -> None:
    """A reader of pictures fails in many ways; people meet one. Fifty files with three wrong bytes each."""
    whole, rng = encode(PAPER_IMAGE.convert("RGB"), format=form), np.random.default_rng(0)
    for _ in range(50):
        damaged = bytearray(whole)
        for position in rng.integers(0, len(whole), 2).tolist() + rng.integers(0, 60, 1).tolist():
            damaged[position] = int(rng.integers(256))
        try:
            prepare_digit(bytes(damaged))
        except PictureError:
            continue


def test_cielab_is_read_through_rgb() -> None:
    """A TIFF file may hold CIELAB, which Pillow does not turn to grey in one step."""
    assert prepare_digit(encode(Image.new("LAB", (50, 50)), format="TIFF")) is None
