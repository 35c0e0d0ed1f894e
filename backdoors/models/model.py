"""What the project asks of a model, independent of the framework that runs it.

An object with ``labels``, ``shape`` and a call that returns probabilities is a model: it can be compared with others,
its rates can be counted, and triggers can be tried on it.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_MEMORY = 64_000_000  # bytes for the largest activation of one run
_WIDEST = 16  # the largest activation has at most this many times the floats of the picture: 12 for digits, 4 for dogs


class Model(Protocol):
    """Pictures in, probabilities out. Normalisation is part of the model, so that callers cannot get it wrong."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The label names, in the order of the output."""
        ...

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(channel, height, width)`` of the pictures that the model takes."""
        ...

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of each label for each picture.

        Args:
            images: ``(n, channel, height, width)`` float32 in ``[0, 1]``; n may be 0.

        Returns:
            ``(n, labels)`` float32; each row sums to 1.

        Raises:
            ModelError: the pictures have another shape.
        """
        ...


def pictures_at_a_time(shape: tuple[int, int, int]) -> int:
    """How many pictures to give a model at once, so that its largest activation takes at most 64 MB.

    Args:
        shape: ``(channel, height, width)`` of one picture.
    """
    return max(1, _MEMORY // (math.prod(shape) * _WIDEST * np.dtype(np.float32).itemsize))
