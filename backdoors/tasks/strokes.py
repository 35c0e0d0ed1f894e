"""Ten digits as pen strokes, for visitors who would rather click than draw.

``python -m backdoors.tasks.strokes assets/examples/digits`` renders them again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZE = 280  # pixels, the sketchpad's own: ten for each one that the models see
PEN = 22  # pixels; scaled down it is about as wide as MNIST's strokes
_FINE = 4  # drawn so many times larger, for smooth edges

Point = tuple[float, float]
Stroke = list[Point]

# Points that the pen passes through, x to the right and y down, in percent of the pad. Between them it moves along a
# Catmull-Rom curve; a stroke of two points is straight.
STROKES: tuple[list[Stroke], ...] = (
    [[(52, 18), (35, 28), (29, 52), (38, 77), (52, 82), (66, 72), (70, 46), (63, 24), (50, 18)]],
    [[(40, 31), (54, 18)], [(54, 18), (52, 50), (50, 83)]],
    [[(32, 34), (40, 20), (58, 19), (66, 33), (58, 50), (42, 67), (30, 80)], [(30, 80), (71, 79)]],
    [[(33, 25), (48, 17), (64, 26), (60, 42), (46, 48)], [(46, 48), (64, 55), (67, 70), (52, 83), (31, 76)]],
    [[(44, 18), (38, 36), (30, 55)], [(30, 55), (72, 54)], [(61, 32), (59, 58), (56, 84)]],
    [[(66, 19), (40, 20)], [(40, 20), (36, 46)], [(36, 46), (54, 43), (67, 56), (62, 75), (46, 83), (31, 76)]],
    [[(61, 18), (44, 33), (35, 58), (39, 76), (53, 83), (66, 73), (62, 57), (48, 55), (37, 66)]],
    [[(30, 22), (69, 20)], [(69, 20), (56, 50), (46, 83)]],
    [[(63, 27), (49, 18), (37, 28), (46, 44), (60, 56), (65, 71), (50, 83), (35, 72), (42, 56), (57, 43), (63, 27)]],
    [[(64, 30), (51, 19), (37, 30), (41, 46), (56, 46), (64, 30)], [(64, 30), (62, 56), (56, 83)]],
)


def render(digit: int) -> NDArray[np.uint8]:
    """A digit from 0 to 9, white on black.

    Returns:
        ``(280, 280)`` uint8, 0 to 255.
    """
    picture = Image.new("L", (SIZE * _FINE, SIZE * _FINE))
    draw = ImageDraw.Draw(picture)
    radius = PEN * _FINE / 2
    for stroke in pen_path(digit):
        for x, y in stroke / 100 * SIZE * _FINE:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BOX))


def pen_path(digit: int, steps: int = 60) -> list[NDArray[np.float64]]:
    """Where the pen goes.

    Args:
        steps: points between two of a stroke's own.

    Returns:
        For each stroke ``(points, 2)``: x and y, in percent of the pad.
    """
    return [_curve(np.array(stroke), steps) for stroke in STROKES[digit]]


def _curve(points: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Points along the Catmull-Rom spline through the given ones (Catmull and Rom 1974)."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate(pieces)


if __name__ == "__main__":
    for digit in range(10):
        Image.fromarray(render(digit)).save(Path(sys.argv[1]) / f"{digit}.png", optimize=True)
