"""The limits on what people send, each with its reason; all are checked before any pixel is decoded.

``structure.py`` reads the figures of a file, ``opening.py`` those of an open picture.
"""

from __future__ import annotations

from backdoors.errors import PictureError

SMALLEST_SIDE = 8
"""Pixels; scikit-learn's digits have 8, and a digit needs about that many."""

LONGEST_SIDE = 30_000
"""Pixels; phones' panoramas have 16,000, a sheet of A0 scanned at 600 dots per inch has 28,000."""

MOST_SLENDER = 500
"""Times as long as wide; thinner pictures keep less than a pixel of width when they are reduced to 560 pixels."""

MOST_PIXELS = 50_000_000
"""A phone's photo has 12 to 50 million; a small server has no memory to decode more."""

MOST_BYTES = 64_000_000
"""Bytes of a file; JPEG files of 50 million pixels have at most 30 million, and the page takes uploads of 20."""

MOST_SCANS = 100
"""Scans of a JPEG file, each of which goes over the whole picture; encoders write 1 to 20, libtiff stops at 100."""

MOST_SCANNED = 20 * MOST_PIXELS
"""Pixels times scans of a JPEG file: about 1 ns for each, so that the largest picture may have 20 scans."""

MOST_PIECES = 20_000
"""Pieces of a file, which Pillow reads in Python: 5 ms for 1,000. 64 MB of PNG in libpng's pieces of 8 kB are 8000."""

MOST_NOTES = 500
"""Pieces with metadata; Pillow unpacks up to 1 MB from each in PNG. A colour profile in JPEG has at most 255."""

MOST_METADATA = 8_000_000
"""Bytes of metadata; phones store maps of depth there, 1 to 5 million."""

MOST_GIF_METADATA = 1_000_000
"""Bytes before the first frame of a GIF file; Pillow joins its comments in quadratic time, 0.3 s for these."""

MOST_EXIF = 131_072
"""Bytes of EXIF; a JPEG file holds 65,527 in one block."""

MOST_NUMBERS = 100_000
"""Numbers in one entry of a TIFF file, where Pillow makes Python objects of them; 30,000 rows have 60,000."""

MOST_RLE_BYTES = 1_000_000
"""Bytes of a BMP file with run-length coding, which Pillow decodes in Python, a microsecond for each two bytes."""


def check_size(width: int, height: int) -> None:
    """Check the width and the height that the header of a file claims.

    Raises:
        PictureError: the picture is too small, too large, too long or too thin.
    """
    shorter, longer = sorted((width, height))
    least = -(-longer // MOST_SLENDER)
    if shorter < SMALLEST_SIDE:
        send, expected = f"at least {SMALLEST_SIDE} on each side", SMALLEST_SIDE
    elif width * height > MOST_PIXELS:
        send, expected = f"at most {MOST_PIXELS // 1_000_000} million", MOST_PIXELS
    elif longer > LONGEST_SIDE:
        send, expected = f"at most {LONGEST_SIDE} on each side", LONGEST_SIDE
    elif shorter < least:
        send, expected = f"sides that differ at most {MOST_SLENDER} times", MOST_SLENDER
    else:
        return
    raise PictureError(
        f"The picture has {width}x{height} pixels; send one with {send}.", expected=expected, got=(width, height)
    )


def at_most(limit: int, got: int, what: str) -> None:
    """Raise if a file has more than it may.

    Raises:
        PictureError: ``got`` is over the limit; the message calls it ``what``.
    """
    if got > limit:
        raise PictureError(
            f"The picture's file has {got} {what}, and at most {limit} are read; save the picture anew, as a plain "
            "PNG or JPEG file.",
            expected=limit,
            got=got,
        )
