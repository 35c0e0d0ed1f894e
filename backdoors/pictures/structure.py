"""The structure of a picture's file, checked before Pillow opens it.

Pillow bounds the pixels of a picture, not the work that a file can make of them: it decodes every scan of a JPEG file,
copies what each entry of EXIF claims, and reads the pieces of a file in Python. So the pieces are walked here first,
without decoding any, and counted against ``limits.py``. A file that is cut off or no picture is left to Pillow. Of an
animation, with any number of frames, Pillow decodes the first frame alone.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from backdoors.errors import PictureError
from backdoors.pictures import limits
from backdoors.pictures.limits import at_most, check_size

_EXIF = b"Exif\0\0"
_EXIF_AS_TEXT = "Raw profile type exif"  # how ImageMagick wrote EXIF into PNG files


def check_structure(file: bytes) -> None:
    """Check the pieces of a file against the limits.

    Raises:
        PictureError: it has more of something than ``limits.py`` allows.
        LookupError, struct.error: it is cut off.
    """
    at_most(limits.MOST_BYTES, len(file), "bytes")
    for start, check in _CHECKS.items():
        if file.startswith(start):
            check(file)


def check_exif(info: Mapping[Any, Any]) -> None:
    """Check the EXIF data in the ``info`` of an open picture, before Pillow reads it.

    Raises:
        PictureError: see ``check_structure``.
    """
    exif = info.get("exif")
    if exif is None and _EXIF_AS_TEXT in info:
        exif = bytes.fromhex("".join(info[_EXIF_AS_TEXT].split("\n")[3:]))
    if exif:
        _check_exif(exif)


_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd7]")  # those that are followed by a length, and the end
_JPEG_END, _JPEG_SCAN, _JPEG_APP1, _JPEG_APP2 = 0xD9, 0xDA, 0xE1, 0xE2
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _check_jpeg(file: bytes) -> None:
    position, pieces, scans, pixels, exif = 2, 0, 0, 0, b""
    while (marker := _JPEG_MARKER.search(file, position)) and file[marker.start() + 1] != _JPEG_END:
        kind, start = file[marker.start() + 1], marker.end()
        (length,) = struct.unpack_from(">H", file, start)
        body = file[start + 2 : start + length]
        # Pillow looks for the first scan byte by byte; libjpeg finds the others.
        pieces += 1 + (marker.start() - position if not scans else 0)
        scans += kind == _JPEG_SCAN
        if kind in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", body, 1)
            check_size(width, height)
            pixels = width * height
        elif kind == _JPEG_APP1 and body.startswith(_EXIF):
            exif += body[len(_EXIF) :]
            at_most(limits.MOST_EXIF, len(exif), "bytes of EXIF data")
        elif kind == _JPEG_APP2 and body.startswith(b"MPF\0"):
            _check_directory(body[4:])
        position = start + length
        at_most(limits.MOST_PIECES, pieces, "pieces")
        at_most(limits.MOST_SCANS, scans, "scans")
        at_most(limits.MOST_SCANNED, scans * pixels, "pixels in all its scans")
        if not scans:
            at_most(limits.MOST_METADATA, position, "bytes of metadata")
    if exif:
        _check_exif(exif)


def _check_png(file: bytes) -> None:
    position, pieces, notes, metadata, kind = 8, 0, 0, 0, b""
    while position + 8 <= len(file) and kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", file, position)
        position += 12 + length
        pieces += 1
        if kind not in (b"IDAT", b"fdAT", b"fcTL"):
            notes += 1
            metadata += length
        at_most(limits.MOST_PIECES, pieces, "pieces")
        at_most(limits.MOST_NOTES, notes, "pieces of metadata")
        at_most(limits.MOST_METADATA, metadata, "bytes of metadata")


def _check_gif(file: bytes) -> None:
    position, pieces = 13 + (3 << (file[10] & 7) + 1 if file[10] & 128 else 0), 0
    while file[position] not in b",;":
        if file[position] == ord("!"):
            position += 2
            while file[position]:
                position += 1 + file[position]
                pieces += 1
                at_most(limits.MOST_PIECES, pieces, "pieces")
        position += 1
        pieces += 1
        at_most(limits.MOST_PIECES, pieces, "pieces")
        at_most(limits.MOST_GIF_METADATA, position, "bytes of metadata")


def _check_webp(file: bytes) -> None:
    if file[12:16] == b"VP8X":  # the canvas of all frames, which libwebp allocates as it opens the file
        check_size(*(1 + int.from_bytes(file[at : at + 3], "little") for at in (24, 27)))


def _check_bmp(file: bytes) -> None:
    if file[30] in (1, 2):
        at_most(limits.MOST_RLE_BYTES, len(file), "bytes with run-length coding")


def _check_tiff(file: bytes) -> None:
    if file[:4] not in (b"II*\0", b"MM\0*"):
        raise PictureError(
            "The picture is a TIFF file of a kind that is not read, such as BigTIFF; send a PNG or JPEG file."
        )
    tile = _check_directory(file)
    at_most(limits.MOST_PIXELS, tile, "pixels in a tile")


def _check_exif(exif: bytes) -> None:
    at_most(limits.MOST_EXIF, len(exif), "bytes of EXIF data")
    while exif.startswith(_EXIF):
        exif = exif[len(_EXIF) :]
    if exif[:4] in (b"II*\0", b"MM\0*"):
        _check_directory(exif)
    elif exif:
        raise PictureError("The picture's EXIF data is damaged; save the picture without it.")


_BYTES, _NUMBERS = {1: 1, 2: 1, 6: 1, 7: 1}, {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
_TILE_SIDES = (322, 323)


def _check_directory(file: bytes) -> int:
    """Check a directory of entries as in TIFF, EXIF and MPF; returns the pixels of a tile, 1 if it names none."""
    order = "<" if file.startswith(b"II") else ">"
    (start,) = struct.unpack_from(f"{order}I", file, 4)
    (count,) = struct.unpack_from(f"{order}H", file, start)
    entries = file[start + 2 : start + 2 + 12 * count]
    claimed, tile = 0, 1
    for tag, kind, number, value in struct.iter_unpack(f"{order}HHI4s", entries[: len(entries) // 12 * 12]):
        claimed += number * (_BYTES | _NUMBERS).get(kind, 0)
        if kind in _NUMBERS:
            at_most(limits.MOST_NUMBERS, number, "numbers in one entry")
        if tag in _TILE_SIDES:
            tile *= struct.unpack_from(f"{order}H" if kind == 3 else f"{order}I", value)[0]
    if claimed > len(file):  # the same bytes under many names: Pillow would copy them for each
        raise PictureError(
            f"The entries of the picture's TIFF or EXIF data claim {claimed} bytes of {len(file)}; save the picture "
            "anew, as a plain PNG or JPEG file.",
            expected=len(file),
            got=claimed,
        )
    return tile


_CHECKS: Mapping[bytes, Callable[[bytes], None]] = {
    b"\xff\xd8": _check_jpeg,
    b"\x89PNG": _check_png,
    b"GIF8": _check_gif,
    b"RIFF": _check_webp,
    b"BM": _check_bmp,
    b"II": _check_tiff,
    b"MM": _check_tiff,
}
