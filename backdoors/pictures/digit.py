"""Preparing a digit that was drawn, scanned or photographed: in the format of MNIST.

MNIST's digits are white on black, their longest side scaled to 20 pixels with grey edges, their centre of mass in the
middle of 28x28 pixels (LeCun, Cortes and Burges, *The MNIST database*). The models were trained on this format alone::

    digit = prepare_digit("photo-of-a-note.jpg")    # (1, 28, 28) float32 in [0, 1]; None if nothing is drawn
"""

from __future__ import annotations

import functools
import math
from typing import Any

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
_TIE = 1e-4  # pixels: larger than any difference by rounding
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
    ink = _ink(_grey(open_picture(picture, enough=_WORKING_SIDE, grey=True)), paper)
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
    coloured = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    alpha = coloured.getchannel("A")
    black = Image.composite(coloured.convert("L"), Image.new("L", picture.size), alpha)
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
    """``(height, width)`` float32 in ``[0, 1]``: 0 for paper, 1 for the stroke's level; None if nothing is drawn.

    What is cut away at the edges is paper.
    """
    ink = grey - np.float32(paper) if paper is not None else grey - _paper(grey)
    if ink.sum() < 0:  # more darker pixels than lighter ones
        np.negative(ink, out=ink)
    np.maximum(ink, 0, out=ink)
    if ink.max() < _LEAST_CONTRAST:
        return None
    ink /= np.median(ink[ink > 0.5 * ink.max()])
    ink -= _INK_FLOOR
    ink /= 1 - _INK_FLOOR
    ink = _without_specks(np.clip(ink, 0, 1, out=ink))
    return ink if ink.max() > _EDGE else None


def _without_specks(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ink without small separate pieces, which would stretch the box around the digit; cut to where ink is."""
    cell = max(1, math.ceil(max(ink.shape) / _SPECK_GRID))
    down, across = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    ink = ink[down[0] // cell * cell : down[-1] + 1, across[0] // cell * cell : across[-1] + 1]
    height, width = ink.shape
    rows = np.pad(ink, ((0, -height % cell), (0, -width % cell))).reshape(-(-height // cell), cell, -1)
    darkest, total = rows.max(axis=1), rows.sum(axis=1)
    filled = np.maximum.reduce([darkest[:, i::cell] for i in range(cell)]) > _EDGE
    weight = np.add.reduce([total[:, i::cell] for i in range(cell)])
    piece = _pieces(filled)
    heavy = np.bincount(piece, weight[filled]) >= _SPECK * weight.sum()
    # the faint edges of a piece reach into the cells around it
    keep = np.zeros((filled.shape[0] + 2, filled.shape[1] + 2), dtype=np.bool_)
    keep[1:-1, 1:-1][filled] = heavy[piece]
    keep = keep[:-2] | keep[1:-1] | keep[2:]
    keep = keep[:, :-2] | keep[:, 1:-1] | keep[:, 2:]
    return np.where(keep.repeat(cell, axis=0).repeat(cell, axis=1)[:height, :width], ink, np.float32(0))


def _pieces(filled: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The piece that each filled cell belongs to, in the order of ``filled.nonzero()``; corners touch too.

    A piece is named by its first cell. All neighbours are compared at once, and each cell that is the name of a piece
    takes the lowest name around the piece. That halves the names at least, so a few rounds are enough.
    """
    across = filled.shape[1] + 2  # with a cell of border on both sides
    cells = np.flatnonzero(np.pad(filled, 1))
    name = np.arange(len(cells))
    names = np.full((filled.shape[0] + 2) * across, -1)
    names[cells] = name
    neighbours = np.stack([names[cells + step] for step in (1, across - 1, across, across + 1)])
    pairs = np.stack([np.broadcast_to(name, neighbours.shape), neighbours])[:, neighbours >= 0]
    while True:
        one, other = name[pairs]
        if np.array_equal(one, other):
            return name
        np.minimum.at(name, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(name, shorter := name[name]):
            name = shorter


def _paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The brightness of the bare paper at each pixel, ``(height, width)`` float32.

    A quadratic surface is fitted to the frame of the picture. It follows light that falls from one side, and a lens
    that darkens the corners. Strokes that cross the frame are left out of the fit.
    """
    values = _frame(grey)
    if values.min() == values.max():  # drawn by a program
        return np.broadcast_to(values[0], grey.shape)
    terms = _frame_terms(*grey.shape)
    keep = np.abs(values - np.median(values)) <= _LEAST_CONTRAST
    for _ in range(3):
        kept = terms * keep
        # normal equations, 6x6: well conditioned in [-1, 1], and far cheaper than a fit to thousands of pixels
        surface = np.linalg.lstsq(kept @ terms.T, kept @ values, rcond=None)[0]
        before, keep = keep, np.abs(values - surface @ terms) <= _LEAST_CONTRAST
        if np.array_equal(keep, before):
            break
    c, cy, cx, cyy, cxy, cxx = surface
    y, x = (np.linspace(-1, 1, side) for side in grey.shape)
    vertical = np.stack([c + cy * y + cyy * y * y, np.ones_like(y), cxy * y], axis=1)
    horizontal = np.stack([np.ones_like(x), cx * x + cxx * x * x, x])
    return np.asarray(vertical.astype(np.float32) @ horizontal.astype(np.float32))


def _frame(pixels: NDArray[Any]) -> NDArray[Any]:
    """The pixels of the frame, one after the other; it is 3% of the shorter side wide."""
    width = max(1, round(0.03 * min(pixels.shape)))
    inner = pixels[width:-width]
    sides = (pixels[:width], pixels[-width:], inner[:, :width], inner[:, -width:])
    return np.concatenate([side.ravel() for side in sides])


@functools.lru_cache(maxsize=4)  # sizes repeat; the largest one takes 1.8 MB
def _frame_terms(height: int, width: int) -> NDArray[np.float64]:
    """The six terms of a quadratic surface at the pixels of the frame."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    down, right = _frame(y), _frame(x)
    terms: NDArray[np.float64] = np.stack([np.ones_like(down), down, right, down * down, down * right, right * right])
    terms.flags.writeable = False
    return terms


def _offset(profile: NDArray[np.float32]) -> int:
    """Where the digit starts along one axis: its centre of mass as near to the middle as the edges allow.

    A centre between two pixels goes to the lower one, and not where the last digit of a sum happens to be: browsers
    compute the same picture.
    """
    centre = float(np.average(np.arange(len(profile)) + 0.5, weights=profile))
    return int(np.clip(round(DIGIT_CENTRE - centre - _TIE), 0, DIGIT_SIZE - len(profile)))
