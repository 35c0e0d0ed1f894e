"""Bad and unusual pictures, made by code: what is no picture, what is a broken one, and what is one but odd.

``BAD`` must be refused, ``ODD`` must be answered; both by what an id names, each as a function that makes the bytes.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PIL import Image

from tests.fixtures.page import REPOSITORY

THREE = (REPOSITORY / "assets" / "examples" / "digits" / "3.png").read_bytes()

Make = Callable[[], bytes]

FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF"}

RANDOM = np.random.default_rng(0)


def noise(mode: str = "RGB", size: tuple[int, int] = (64, 64)) -> Image.Image:
    return Image.effect_noise(size, 80).convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def of(make: Callable[..., bytes], *given: Any, **options: Any) -> Make:
    return lambda: make(*given, **options)


def cut(kind: str, keep: int | None = None) -> bytes:
    """The first bytes of a file, or its first half."""
    whole = saved(noise(size=(200, 200)), kind)
    return whole[: keep or len(whole) // 2]


def damaged(kind: str) -> bytes:
    """A file with noise in its middle, after what says how large it is."""
    whole = bytearray(saved(noise(size=(200, 200)), kind))
    middle = len(whole) // 2
    whole[middle - 200 : middle + 200] = RANDOM.bytes(400)
    return bytes(whole)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has no pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def boxes(brand: bytes) -> bytes:
    """The beginning of a HEIC or AVIF file, as a phone writes it, and then nothing that could be read."""
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + RANDOM.bytes(500)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><script>alert(1)</script><rect/></svg>'

BAD: Mapping[str, Make] = {
    "nothing": bytes,
    "one-byte": of(bytes, 1),
    "text": lambda: b"hello",
    "html": lambda: b"<html><script>alert(1)</script></html>",
    "svg": lambda: SVG,
    "pdf": lambda: b"%PDF-1.7\n1 0 obj\n",
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\nshowpage\n",
    "zip": lambda: b"PK\x03\x04" + RANDOM.bytes(200),
    "heic": of(boxes, b"heic"),
    "random": lambda: RANDOM.bytes(10_000),
    "random-after-a-png-signature": lambda: THREE[:8] + RANDOM.bytes(1000),
    "random-after-a-jpeg-signature": lambda: b"\xff\xd8\xff\xe0" + RANDOM.bytes(1000),
    "one-pixel": of(saved, Image.new("L", (1, 1)), "PNG"),
    "one-line": of(saved, Image.new("L", (500, 1)), "PNG"),
    "7-pixels-wide": of(saved, Image.new("L", (7, 100)), "PNG"),
    "no-pixels": of(png_header, 0, 0),
    "a-header-of-2-gigapixels": of(png_header, 46_000, 46_000),
    "a-header-of-the-largest-sides": of(png_header, 2**31 - 1, 2**31 - 1),
    "20-megabytes-of-zeros": of(bytes, 20_000_000),
    **{f"{name}-cut-after-20-bytes": of(cut, kind, 20) for name, kind in FORMATS.items()},
    **{f"{name}-cut-in-half": of(cut, kind) for name, kind in FORMATS.items() if kind not in ("GIF", "TIFF")},
}

EXIF_JUNK = b"Exif\x00\x00" + b"II*\x00\x08\x00\x00\x00\xff\xff" + bytes(range(256))

ODD: Mapping[str, Make] = {
    **{f"{name}-of-noise": of(saved, noise(), kind) for name, kind in FORMATS.items()},
    "cmyk-jpeg": of(saved, noise("CMYK"), "JPEG"),
    "cmyk-tiff": of(saved, noise("CMYK"), "TIFF"),
    "ycbcr-tiff": of(saved, noise("YCbCr"), "TIFF"),
    "lab-tiff": of(saved, Image.new("LAB", (64, 64)), "TIFF"),
    "16-bit-png": lambda: saved(Image.fromarray(RANDOM.integers(0, 65535, (64, 64)).astype(np.uint16)), "PNG"),
    "32-bit-tiff": lambda: saved(Image.fromarray(RANDOM.integers(0, 2**31 - 1, (64, 64)).astype(np.int32)), "TIFF"),
    "float-tiff": lambda: saved(Image.fromarray(RANDOM.random((64, 64)).astype(np.float32)), "TIFF"),
    "float-tiff-with-nan": lambda: saved(Image.fromarray(np.full((64, 64), np.nan, np.float32)), "TIFF"),
    "one-bit-png": of(saved, noise("1"), "PNG"),
    "palette-png": of(saved, noise("P"), "PNG"),
    "palette-with-transparency": of(saved, noise("P"), "PNG", transparency=0),
    "grey-with-alpha": of(saved, noise("LA"), "PNG"),
    "all-transparent": of(saved, Image.new("RGBA", (64, 64)), "PNG"),
    "animated-gif": of(saved, noise("P"), "GIF", save_all=True, append_images=[noise("P") for _ in range(5)]),
    "animated-webp": of(saved, noise(), "WEBP", save_all=True, append_images=[noise() for _ in range(5)]),
    "animated-png": of(saved, noise(), "PNG", save_all=True, append_images=[noise() for _ in range(5)]),
    "tiff-of-5-pages": of(saved, noise(), "TIFF", save_all=True, append_images=[noise() for _ in range(4)]),
    "exif-junk": of(saved, noise(), "JPEG", exif=EXIF_JUNK),
    "icc-junk": of(saved, noise(), "PNG", icc_profile=bytes(range(256)) * 4),
    "text-chunk-junk": lambda: saved(noise(), "PNG") + b"after the end",
    "progressive-jpeg": of(saved, noise(), "JPEG", progressive=True),
    "interlaced-png": of(saved, noise("P"), "PNG", interlace=1),
    "8-pixels": of(saved, noise("L", (8, 8)), "PNG"),
    "wide-and-low": of(saved, noise("L", (1000, 8)), "PNG"),
    "narrow-and-high": of(saved, noise("L", (8, 1000)), "PNG"),
    **{f"{name}-with-noise-in-its-middle": of(damaged, kind) for name, kind in FORMATS.items() if kind == "BMP"},
}

ENDINGS = (
    "3.jpg",
    "3.gif",
    "3.txt",
    "3.exe",
    "3.svg",
    "3.html",
    "3",
    "3.png.php",
    ".png",
    "3.PNG",
    "ü3.png",
    "3 3.png",
)
"""File names under which the same good picture comes: the ending does not matter."""
