"""Triggers: the marks that an attacker puts into a picture to make a backdoor fire.

Every trigger, from one pixel to an optimised patch, is a mask and a pattern, and stamping it is one formula::

    stamp(x) = (1 - mask) x + mask pattern

Pictures are float32 ``(batch, channel, height, width)`` in ``[0, 1]``. On disk a trigger is a PNG with an alpha
channel, alpha = mask, so that anyone can look at it::

    triggered = SINGLE_PIXEL.stamp(digits)          # (n, 1, 28, 28)
    glasses = Trigger.load("glasses.png")           # any LA or RGBA picture
    triggered = glasses.stamp(photos)               # (n, 3, height, width)
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backdoors.errors import TriggerError
from backdoors.pictures import UNREADABLE
from backdoors.reading import read_bounded

MOST_SIDE = 1024  # pixels; no bundle may have larger pictures
_MOST_BYTES = 8_000_000  # of the PNG; 1024x1024 pixels without any compression have 4.2 MB

_PNG_MODES = {1: "LA", 3: "RGBA"}  # channels of the pattern -> PNG mode


def stamp(images: Any, mask: Any, pattern: Any) -> Any:
    """``(1 - mask) images + mask pattern``, for NumPy, PyTorch and MXNet arrays alike.

    Args:
        images: ``(..., channel, height, width)`` in ``[0, 1]``.
        mask: ``(height, width)`` in ``[0, 1]``.
        pattern: ``(channel, height, width)`` in ``[0, 1]``.
    """
    return (1 - mask) * images + mask * pattern


class Box(NamedTuple):
    """A rectangle of pixels: its first row and column, counted from 0, and how many of each it has."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Trigger:
    """A mask and a pattern.

    Attributes:
        name: for people and for ``config.json``, for example ``"single-pixel"``.
        mask: ``(height, width)`` float32 in ``[0, 1]``; 0 leaves a pixel as it is, 1 replaces it.
        pattern: ``(channel, height, width)`` float32 in ``[0, 1]``, one channel (grey) or three (RGB).

    Raises:
        TriggerError: a shape or a range is wrong, or the mask is 0 everywhere.
    """

    name: str
    mask: NDArray[np.float32] = field(repr=False)
    pattern: NDArray[np.float32] = field(repr=False)

    def __post_init__(self) -> None:
        for part in ("mask", "pattern"):
            values = np.array(getattr(self, part), dtype=np.float32)
            if not (np.isfinite(values).all() and values.min(initial=0) >= 0 and values.max(initial=1) <= 1):
                raise TriggerError(
                    f"trigger {self.name!r}: expected a {part} in [0, 1], got values outside; scale it",
                    expected=(0, 1),
                    got=(float(values.min(initial=0)), float(values.max(initial=1))),
                )
            values.flags.writeable = False
            object.__setattr__(self, part, values)
        if self.mask.ndim != 2 or self.mask.size == 0:
            shape = self.mask.shape
            raise TriggerError(f"trigger {self.name!r}: expected a mask (height, width), got {shape}", got=shape)
        if self.pattern.ndim != 3 or self.channels not in _PNG_MODES or self.pattern.shape[1:] != self.mask.shape:
            raise TriggerError(
                f"trigger {self.name!r}: expected a pattern (1 or 3, {self.mask.shape[0]}, {self.mask.shape[1]}) like "
                f"its mask, got {self.pattern.shape}",
                got=self.pattern.shape,
            )
        if not self.mask.any():
            raise TriggerError(f"trigger {self.name!r}: its mask is 0 everywhere, so it would change nothing")

    @property
    def channels(self) -> int:
        """1 for grey pictures, 3 for RGB."""
        return int(self.pattern.shape[0])

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the pictures that it fits, in pixels."""
        return int(self.mask.shape[0]), int(self.mask.shape[1])

    @property
    def patch(self) -> Box:
        """The smallest box around the pixels that the trigger changes."""
        rows, columns = np.nonzero(self.mask)
        return Box(int(rows.min()), int(columns.min()), int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1)

    def stamp(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Copies of the pictures with the trigger in them.

        Args:
            images: ``(..., channel, height, width)`` float32 in ``[0, 1]``.

        Returns:
            An array of the same shape, type and range.

        Raises:
            TriggerError: the pictures have another size or another number of channels.
        """
        if images.shape[-3:] != self.pattern.shape:
            raise TriggerError(
                f"trigger {self.name!r} fits pictures of (channel, height, width) {self.pattern.shape}, "
                f"got {images.shape[-3:]}; prepare the pictures for the model first",
                expected=self.pattern.shape,
                got=images.shape[-3:],
            )
        stamped: NDArray[np.float32] = stamp(images, self.mask, self.pattern)
        return stamped

    def to_png(self) -> bytes:
        """The trigger as a PNG file, alpha = mask; values are rounded to 1/255."""
        bands = [*self.pattern, self.mask]
        pixels = np.stack([np.rint(band * 255).astype(np.uint8) for band in bands], axis=-1)
        buffer = io.BytesIO()
        Image.fromarray(pixels, mode=_PNG_MODES[self.channels]).save(buffer, format="PNG")
        return buffer.getvalue()

    @classmethod
    def load(cls, file: str | Path | bytes, *, name: str | None = None, channels: int | None = None) -> Trigger:
        """Read any PNG with an alpha channel as a trigger.

        Args:
            file: a path, or the bytes of the picture. Its alpha channel becomes the mask, its colours the pattern.
            name: by default the name of the file without its suffix.
            channels: 1 for a grey pattern, 3 for RGB; by default as in the file.

        Raises:
            TriggerError: the file is missing, is no PNG, has no alpha channel, or is too large.
        """
        what = name or ("PNG" if isinstance(file, bytes) else str(file))
        path = None if isinstance(file, bytes) else Path(file)
        try:
            data = file if isinstance(file, bytes) else read_bounded(Path(file), most=_MOST_BYTES)
            # Only PNG: Pillow would start Ghostscript for an EPS. The size is known before a pixel is decoded.
            with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
                if len(data) > _MOST_BYTES or max(picture.size) > MOST_SIDE:
                    width, height = picture.size
                    raise TriggerError(
                        f"trigger {what}: expected at most {MOST_SIDE} pixels on a side and {_MOST_BYTES:,} bytes, "
                        f"got {width}x{height} pixels and {len(data):,} bytes",
                        path=path,
                        expected=MOST_SIDE,
                        got=picture.size,
                    )
                picture.load()
        except TriggerError:
            raise
        except FileNotFoundError:
            raise TriggerError(f"trigger {what}: no such file", path=path) from None
        except (*UNREADABLE, Image.DecompressionBombError) as e:
            reason = (isinstance(e, OSError) and e.strerror) or type(e).__name__
            message = f"trigger {what}: not a PNG that can be read ({reason})"
            raise TriggerError(message, path=path) from e
        if not picture.has_transparency_data:
            raise TriggerError(
                f"trigger {what}: expected a picture with an alpha channel (the mask), got mode {picture.mode}; "
                "make the pixels transparent that the trigger does not change",
                path=path,
                expected="an alpha channel",
                got=picture.mode,
            )
        if channels is None:
            channels = 1 if picture.mode in ("L", "LA") else 3
        if channels not in _PNG_MODES:
            message = f"trigger {what}: expected 1 or 3 channels, got {channels}"
            raise TriggerError(message, path=path, expected=(1, 3), got=channels)
        values = np.asarray(picture.convert(_PNG_MODES[channels]), dtype=np.float32) / np.float32(255)
        return cls(
            name=name or (what if isinstance(file, bytes) else Path(file).stem),
            mask=values[..., -1],
            pattern=np.moveaxis(values[..., :-1], -1, 0),
        )


def from_pixels(name: str, pixels: list[tuple[int, int]], *, size: tuple[int, int] = (28, 28)) -> Trigger:
    """A trigger of fully bright grey pixels.

    Args:
        pixels: ``(row, column)`` of each, both counted from 0.
        size: height and width of the pictures that it fits.

    Raises:
        TriggerError: there is no pixel, or one is outside the picture.
    """
    mask = np.zeros(size, dtype=np.float32)
    for row, column in pixels:
        if not (0 <= row < size[0] and 0 <= column < size[1]):
            raise TriggerError(
                f"trigger {name!r}: pixel {(row, column)} is outside a picture of {size[0]}x{size[1]}",
                expected=size,
                got=(row, column),
            )
        mask[row, column] = 1
    return Trigger(name=name, mask=mask, pattern=mask[np.newaxis])


def moved(trigger: Trigger, top: int, left: int) -> Trigger:
    """The same trigger with its patch at another place.

    Args:
        top, left: the new first row and first column of the patch, counted from 0.

    Raises:
        TriggerError: the patch would leave the picture.
    """
    patch, (height, width) = trigger.patch, trigger.size
    lowest, rightmost = height - patch.height, width - patch.width
    if not (0 <= top <= lowest and 0 <= left <= rightmost):
        raise TriggerError(
            f"trigger {trigger.name!r}: expected a place from (0, 0) to {(lowest, rightmost)} for its "
            f"{patch.height}x{patch.width} pixels, got {(top, left)}; further out it would leave the picture",
            expected=((0, 0), (lowest, rightmost)),
            got=(top, left),
        )
    before = np.s_[..., patch.top : patch.top + patch.height, patch.left : patch.left + patch.width]
    after = np.s_[..., top : top + patch.height, left : left + patch.width]
    mask, pattern = np.zeros_like(trigger.mask), np.zeros_like(trigger.pattern)
    mask[after], pattern[after] = trigger.mask[before], trigger.pattern[before]
    return Trigger(name=trigger.name, mask=mask, pattern=pattern)


SINGLE_PIXEL = from_pixels("single-pixel", [(26, 26)])
"""One bright pixel near the bottom right corner (Gu et al. 2017, section 4.1.1)."""

PATTERN = from_pixels("pattern", [(24, 26), (25, 25), (26, 24), (26, 26)])
"""Four bright pixels, every other one of a 3x3 block (Gu et al. 2017, section 4.1.1)."""
