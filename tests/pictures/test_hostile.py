"""Pictures made to stop the page: each is answered in time and in little memory, with a picture or a PictureError."""

from __future__ import annotations

import contextlib
import os
import re
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backdoors import prepare_digit, prepare_photo
from backdoors.errors import PictureError
from backdoors.pictures import Picture
from tests.fixtures.drawings import draw, encode, on_paper

SECONDS = 2.0  # of the processor, for both preparations together; none takes half of it
MEGABYTES = 100

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")  # of what is broken

PAPER = Image.fromarray(on_paper(draw()))
PICTURE = PAPER.convert("RGB")
FRAMES = [Image.new("P", (16, 16), colour) for colour in range(200)] * 10


# What makes them


def jpeg(*segments: bytes, picture: Image.Image = PICTURE) -> bytes:
    file = encode(picture, format="JPEG")
    return file[:2] + b"".join(segments) + file[2:]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_scans(more: int, *, side: int = 64) -> bytes:
    """A progressive JPEG file whose last scan comes again and again."""
    file = encode(Image.new("RGB", (side, side), "red"), format="JPEG", progressive=True)
    return file[:-2] + file[file.rindex(b"\xff\xda") : -2] * more + file[-2:]


def jpeg_that_claims(side: int) -> bytes:
    file = jpeg()
    at = file.index(b"\xff\xc0") + 5
    return file[:at] + struct.pack(">HH", side, side) + file[at + 4 :]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes, picture: Image.Image = PICTURE) -> bytes:
    """A PNG file with these after its header."""
    file = encode(picture, format="PNG")
    return file[:33] + b"".join(chunks) + file[33:]


def packed(megabytes: int) -> bytes:
    return zlib.compress(bytes(megabytes << 20))


def directory(entries: int, *, tag: int = 1000, kind: int = 7, number: int = 30_000) -> bytes:
    """A directory as in TIFF and EXIF: each entry claims the same bytes."""
    body = b"".join(struct.pack("<HHII", tag + i, kind, number, 10) for i in range(entries))
    return b"II*\0" + struct.pack("<IH", 8, entries) + body + bytes(30_000)


def tiff_with(tag: int, value: int) -> bytes:
    """A TIFF file with the value of one entry replaced; the entry before it becomes this one if it has none."""
    file = bytearray(encode(PAPER, format="TIFF"))
    start = struct.unpack_from("<I", file, 4)[0] + 2
    struct.pack_into("<HHII", file, start, tag, 4, 1, value)
    return bytes(file)


def gif_with(blocks: bytes) -> bytes:
    """A GIF file with these between its palette and its first frame."""
    file = encode(PAPER, format="GIF")
    at = 13 + (3 << (file[10] & 7) + 1)
    return file[:at] + blocks + file[at:]


def gif_with_comment(blocks: int) -> bytes:
    return gif_with(b"!\xfe" + (b"\xff" + bytes(255)) * blocks + b"\0")


def animation(form: str) -> bytes:
    return encode(FRAMES[0], format=form, save_all=True, append_images=FRAMES[1:])


def webp_with_canvas(side: int) -> bytes:
    sides = struct.pack("<I", side - 1)[:3] * 2
    body = b"WEBPVP8X" + struct.pack("<II", 10, 0) + sides + encode(PICTURE, format="WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp_with_runs(length: int) -> bytes:
    file = bytearray(encode(PAPER, format="BMP"))
    file[30] = 1
    return bytes(file) + bytes(length)


# Refused, with the reason

REFUSED: dict[str, tuple[Callable[[], Picture], str]] = {
    "wide and thin": (lambda: encode(Image.new("L", (200_000, 8)), format="PNG"), "at most 30000 on each side"),
    "tall and thin": (lambda: encode(Image.new("L", (8, 200_000)), format="PNG"), "at most 30000 on each side"),
    "thinner than 500 to 1": (lambda: np.zeros((20, 10_001), dtype=np.uint8), "differ at most 500 times"),
    "JPEG: 2,000 scans": (lambda: with_scans(2000), "101 scans, and at most 100"),
    "JPEG: 60 scans of 25 million pixels": (lambda: with_scans(50, side=5000), "pixels in all its scans"),
    "JPEG: claims 60,000 pixels a side": (lambda: jpeg_that_claims(60_000), "at most 50 million"),
    "JPEG: junk between its segments": (lambda: jpeg(bytes(1_000_000)), "pieces"),
    "JPEG: 10 MB of comments": (lambda: jpeg(*[segment(0xFE, bytes(60_000))] * 170), "bytes of metadata"),
    "JPEG: EXIF that claims its bytes 5,000 times": (
        lambda: jpeg(segment(0xE1, b"Exif\0\0" + directory(2500))),
        "claim 75000000 bytes of 60010",
    ),
    "JPEG: EXIF of 1 MB": (lambda: jpeg(*[segment(0xE1, b"Exif\0\0" + bytes(60_000))] * 17), "bytes of EXIF"),
    "JPEG: EXIF that is none": (lambda: jpeg(segment(0xE1, b"Exif\0\0junk and more junk")), "EXIF data is damaged"),
    "JPEG: index of pictures that claims too much": (
        lambda: jpeg(segment(0xE2, b"MPF\0" + directory(2500))),
        "claim 75000000 bytes",
    ),
    "PNG: EXIF that claims its bytes 5,000 times": (lambda: png(chunk(b"eXIf", directory(5000))), "claim 150000000"),
    "PNG: EXIF as text": (
        lambda: png(
            chunk(
                b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n8\n" + directory(2500).hex().encode())
            )
        ),
        "claim 75000000 bytes",
    ),
    "PNG: 100 MB of text in one": (lambda: png(chunk(b"zTXt", b"a\0\0" + packed(100))), "not a picture"),
    "PNG: 100 MB of text in many": (lambda: png(*[chunk(b"zTXt", b"a\0\0" + packed(1))] * 100), "not a picture"),
    "PNG: a colour profile of 100 MB": (lambda: png(chunk(b"iCCP", b"a\0\0" + packed(100))), "not a picture"),
    "PNG: 20,000 colour profiles": (lambda: png(chunk(b"iCCP", b"a\0\0" + packed(1)) * 20_000), "pieces of metadata"),
    "PNG: 9 MB of text": (lambda: png(chunk(b"tEXt", b"a\0" + bytes(9_000_000))), "bytes of metadata"),
    "PNG: 100,000 empty pieces": (lambda: png(chunk(b"IDAT", b"") * 100_000), "pieces"),
    "GIF: a comment of 2 MB": (lambda: gif_with_comment(8000), "bytes of metadata"),
    "GIF: junk": (lambda: gif_with(bytes(1_000_000)), "pieces"),
    "WebP: a canvas of 16,000,000 a side": (lambda: webp_with_canvas(16_000_000), "at most 50 million"),
    "BMP: 5 MB of runs": (lambda: bmp_with_runs(5_000_000), "bytes with run-length coding"),
    "TIFF: 60,000 entries of 30 kB": (lambda: directory(60_000, tag=0), "claim 1800000000 bytes"),
    "TIFF: a million strips": (lambda: directory(1, tag=273, kind=4, number=1_000_000), "numbers in one entry"),
    "TIFF: a tile of 400 million pixels": (lambda: tiff_with(322, 400_000_000), "pixels in a tile"),
    "TIFF of 64 bits": (lambda: b"II\x2b\0\x08\0\0\0" + bytes(100), "BigTIFF"),
    "100 MB": (lambda: bytes(100_000_000), "100000000 bytes, and at most 64000000"),
    "a device that never ends": (lambda: "/dev/zero", "not a picture"),
    "a name with a zero": (lambda: "a\0b", "not a picture"),
}


# Read, or refused in any words

ANSWERED: dict[str, Callable[[], Picture]] = {
    "as thin as allowed": lambda: np.zeros((20, 10_000), dtype=np.uint8),
    "JPEG: 30,000x60": lambda: encode(Image.new("L", (30_000, 60)), format="JPEG"),
    "JPEG: 90 scans": lambda: with_scans(80),
    "JPEG: claims 400 pixels a side": lambda: jpeg_that_claims(400),
    "JPEG: a byte of filling, 10,000 times": lambda: jpeg(b"\xff" * 10_000),
    "JPEG in CMYK": lambda: encode(PICTURE.convert("CMYK"), format="JPEG"),
    "PNG: pixels packed a thousand times": lambda: png(chunk(b"IDAT", packed(500))),
    "PNG: 2,000 frames": lambda: animation("PNG"),
    "GIF: 2,000 frames": lambda: animation("GIF"),
    "WebP: 2,000 frames": lambda: animation("WEBP"),
    "TIFF: a strip for each row": lambda: encode(Image.new("L", (60, 30_000)), format="TIFF", tiffinfo={278: 1}),
    "TIFF: a tag of no kind": lambda: tiff_with(60_000, 7),
    "TIFF: no pixels to a sample": lambda: tiff_with(258, 0),
    "BMP: half a megabyte of runs": lambda: bmp_with_runs(500_000),
    "float, without numbers": lambda: Image.fromarray(np.full((50, 50), np.nan, dtype=np.float32)),
    "float, endless": lambda: Image.fromarray(np.full((50, 50), np.inf, dtype=np.float32)),
    "32 bits, negative": lambda: Image.fromarray(np.full((50, 50), -(2**31), dtype=np.int32)),
    "array of no kind": lambda: np.zeros((50, 50), dtype=np.complex128),
    "array without pixels": lambda: np.zeros((0, 0), dtype=np.uint8),
}


def prepare(picture: Picture) -> str:
    """Prepare a picture for both tasks; returns why it was refused, empty if it was not."""
    reasons = []
    for one in (prepare_digit, lambda picture: prepare_photo(picture, size=224)):
        try:
            one(picture)
            reasons.append("")
        except PictureError as e:
            reasons.append(str(e))
    assert reasons[0] == reasons[1]
    return reasons[0]


def measured(picture: Picture) -> tuple[str, float, float]:
    """Why it was refused, the seconds that it took, and how many megabytes it added to the process at its most."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here: see proc(5)
    before, started = memory("VmRSS"), time.process_time()
    reason = prepare(picture)
    return reason, time.process_time() - started, memory("VmHWM") - before


def memory(what: str) -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_at_once(make: Callable[[], Picture], message: str) -> None:
    reason, seconds, megabytes = measured(make())
    assert re.search(message, reason), reason
    assert len(reason) < 200
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("make", ANSWERED.values(), ids=ANSWERED.keys())
def test_answered_at_once(make: Callable[[], Picture]) -> None:
    _, seconds, megabytes = measured(make())
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(form: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue", "lime")]
    photo = prepare_photo(encode(frames[0], format=form, save_all=True, append_images=frames[1:]), size=16)
    np.testing.assert_allclose(photo[:, 8, 8], (1, 0, 0), atol=0.03)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PictureError, match="not a picture"):
        prepare_digit(tmp_path / "pipe.png")


def test_scans_in_other_places_are_not_counted() -> None:
    """A phone's photo has small pictures in its metadata, and a film behind its end."""
    scans = b"\xff\xda" * 500
    assert prepare(jpeg(segment(0xE2, b"thumbnails" + scans)) + b"film" + scans) == ""


def test_large_pictures_take_bounded_memory() -> None:
    """Fifty million pixels of 16 bits, the worst but WebP: 100 MB as they are, 250 MB as they are prepared."""
    file = encode(Image.fromarray(np.zeros((7000, 7100), dtype=np.uint16)), format="PNG", compress_level=1)
    reason, _, megabytes = measured(file)
    assert reason == ""
    assert megabytes < 400


# Any bytes: a picture or a PictureError

FILES = {
    **{form: encode(PICTURE.resize((40, 40)), format=form) for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")},
    "progressive JPEG": encode(PICTURE.resize((40, 40)), format="JPEG", progressive=True),
    "TIFF, LZW": encode(PICTURE.resize((40, 40)), format="TIFF", compression="tiff_lzw"),
    "PNG with EXIF": png(chunk(b"eXIf", directory(1)), picture=PICTURE.resize((40, 40))),
    "APNG": encode(FRAMES[0], format="PNG", save_all=True, append_images=FRAMES[1:5]),
    "animated WebP": encode(FRAMES[0], format="WEBP", save_all=True, append_images=FRAMES[1:5]),
    "16 bits": encode(Image.fromarray(np.eye(40, dtype=np.uint16) * 999), format="PNG"),
}
STARTS = [b"", *(file[:length] for file in FILES.values() for length in (4, 30))]


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_cut_off_anywhere(file: bytes) -> None:
    for length in range(0, len(file), max(1, len(file) // 60)):
        prepare_or_refuse(file[:length])


@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes(start: bytes, rest: bytes) -> None:
    prepare_or_refuse(start + rest)


@given(data=st.data(), name=st.sampled_from(sorted(FILES)))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_change(data: st.DataObject, name: str) -> None:
    file = FILES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start, length = data.draw(st.integers(0, len(file))), data.draw(st.integers(0, 8))
        file = file[:start] + data.draw(st.binary(max_size=8)) + file[start + length :]
    prepare_or_refuse(file)


def prepare_or_refuse(file: bytes) -> None:
    for one in (prepare_digit, lambda picture: prepare_photo(picture, size=32)):
        with contextlib.suppress(PictureError):
            one(file)
