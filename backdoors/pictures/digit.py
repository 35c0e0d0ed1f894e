"""Preparing a digit that was drawn, scanned or photographed: in the format of MNIST.

MNIST's digits are white on black, their longest side scaled to 20 pixels with grey edges, their centre of mass in the
middle of 28x28 pixels (LeCun, Cortes and Burges, *The MNIST database*). The models were trained on this format alone::

    digit = prepare_digit("photo-of-a-note.jpg")    # (1, 28, 28) float32 in [0, 1]; None if nothing is drawn
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backdoors.pictures.opening import Picture, eight_bits, open_picture

DIGIT_SIZE = 28
DIGIT_BOX = 20  # MNIST's digits were scaled to fit 20x20 within 28x28
DIGIT_CENTRE = 14.5  # their centre of mass, in pixels from the edge: the mean over MNIST, vertically and horizontally

_WORKING_SIDE = 560  # pixels; larger pictures are reduced to this before anything is measured: 28 times DIGIT_BOX
_LEAST_CONTRAST = 0.12  # of full scale; the noise of paper, sensors and JPEG stays below, a pencil stroke is above
_INK_FLOOR = 0.08  # of the stroke's level; the grain of paper and JPEG stays below
_EDGE = 0.25  # of the stroke's level; a digit begins where the ink is darker
_SPECK = 0.03  # of all ink; a smaller separate piece is dust or noise, because no digit has dots
_SPECK_GRID = 70  # cells along the longest side; pieces that touch on this grid count as one


def prepare_digit(picture: Picture, *, paper: float | None = None) -> NDArray[np.float32] | None:
    """Bring a drawn, scanned or photographed digit into the format of MNIST.

    The ink may be darker or brighter than the paper, the light may fall from one side, and transparent pixels are
    taken for paper.

    Args:
        paper: the brightness of the bare paper, 0 to 1, if it is known; by default it is estimated from the picture.

    Returns:
        ``(1, 28, 28)`` float32 in ``[0, 1]``, white on black; None if nothing is drawn.

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
    # The result has whole pixels and one scale for both sides, so the box that is cut out grows a little.
    top, left = (rows[0] + tall / 2 - height / scale / 2, columns[0] + wide / 2 - width / scale / 2)
    border = math.ceil(1 / scale)
    box = tuple(border + edge for edge in (left, top, left + width / scale, top + height / scale))
    # Bilinear reduction is a triangle filter as wide as the reduction; it makes grey edges like MNIST's.
    scaled = Image.fromarray(np.pad(ink, border)).resize((width, height), Image.Resampling.BILINEAR, box=box)
    digit = np.clip(np.asarray(scaled, dtype=np.float32), 0, 1)
    prepared = np.zeros((1, DIGIT_SIZE, DIGIT_SIZE), dtype=np.float32)
    y, x = (_offset(digit.sum(axis=1 - axis)) for axis in (0, 1))
    prepared[0, y : y + height, x : x + width] = digit
    return prepared


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    """``(height, width)`` float32 in ``[0, 1]``, the longest side at most ``_WORKING_SIDE``."""
    picture = eight_bits(picture)
    if not picture.has_transparency_data:
        return _reduced(picture.convert("L"))
    # Transparent pixels are paper: white under dark ink, black under light ink. Grey x alpha and alpha are reduced
    # separately, so that the colours of invisible pixels do not leak into the edges.
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
    """``(height, width)`` float32 in ``[0, 1]``: 0 for paper, 1 for the stroke's level; None if nothing is drawn."""
    difference = grey - (_paper(grey) if paper is None else paper)
    darker, lighter = np.clip(-difference, 0, None), np.clip(difference, 0, None)
    ink = darker if darker.sum() > lighter.sum() else lighter
    if ink.max() < _LEAST_CONTRAST:
        return None
    level = np.median(ink[ink > 0.5 * ink.max()])
    ink = _without_specks(np.clip((ink / level - _INK_FLOOR) / (1 - _INK_FLOOR), 0, 1))
    return ink.astype(np.float32) if ink.max() > _EDGE else None


def _without_specks(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ink without small separate pieces, which would stretch the box around the digit."""
    height, width = ink.shape
    cell = max(1, math.ceil(max(ink.shape) / _SPECK_GRID))
    padded = np.pad(ink, ((0, -height % cell), (0, -width % cell)))
    cells = padded.reshape(padded.shape[0] // cell, cell, padded.shape[1] // cell, cell)
    filled, weight = cells.max(axis=(1, 3)) > _EDGE, cells.sum(axis=(1, 3))
    waiting = {(int(y), int(x)) for y, x in np.argwhere(filled)}
    keep = np.zeros_like(filled)
    while waiting:
        piece = [waiting.pop()]
        for y, x in piece:  # the list grows during the loop, by the cells that touch this one
            touching = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & waiting
            waiting -= touching
            piece.extend(touching)
        index = tuple(np.array(piece).T)
        keep[index] = weight[index].sum() >= _SPECK * weight.sum()
    # the faint edges of a piece reach into the cells around it
    around = np.pad(keep, 1)
    keep = np.logical_or.reduce(
        [around[1 + dy :, 1 + dx :][: keep.shape[0], : keep.shape[1]] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    )
    ink = np.where(np.repeat(np.repeat(keep, cell, axis=0), cell, axis=1)[:height, :width], ink, 0)
    return ink


def _paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightness of the bare paper at each pixel, ``(height, width)`` float32.

    A quadratic surface is fitted to the frame of the picture. It follows light that falls from one side, and a lens
    that darkens the corners. Strokes that cross the frame are left out of the fit.
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
    """Where the digit starts along one axis: its centre of mass as near to the middle as the edges allow."""
    centre = float(np.average(np.arange(len(profile)) + 0.5, weights=profile))
    return int(np.clip(round(DIGIT_CENTRE - centre), 0, DIGIT_SIZE - len(profile)))
