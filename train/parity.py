"""Compare an exported file with the network that it was exported from, and its compact form with the file itself.

The first comparison finds a wrong export, so it is made in float32, before ``compact`` rounds the weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backdoors.errors import ParityError
from backdoors.models import OnnxModel

LARGEST_DIFFERENCE = 1e-4  # of a probability, between the framework and the file in float32
LARGEST_ROUNDING = 1e-3  # of a probability, between that file and the compact one
_BATCH = 500


def largest_difference(
    expected: NDArray[np.float32], model: OnnxModel, images: NDArray[np.float32], *, framework: str
) -> float:
    """Compare a network's probabilities ``(n, labels)`` with those of ONNX Runtime on the same pictures.

    Args:
        images: ``(n, channel, height, width)`` float32 in ``[0, 1]``.
        framework: what the network runs in, for the message.

    Returns:
        The largest difference of a probability.

    Raises:
        ParityError: the difference is over 1e-4, or a picture gets another label.
    """
    got = _answers(model, images)
    difference = float(np.abs(expected - got).max())
    relabelled = int((expected.argmax(axis=1) != got.argmax(axis=1)).sum())
    if difference > LARGEST_DIFFERENCE or relabelled:
        raise ParityError(
            f"{model.name}: expected {framework}'s probabilities to {LARGEST_DIFFERENCE}, got a difference of "
            f"{difference:.2g} and {relabelled} other labels on {len(images)} pictures; the export is wrong"
        )
    return difference


def largest_rounding(full: OnnxModel, small: OnnxModel, images: NDArray[np.float32]) -> float:
    """Compare a file in float32 with its compact form. Near ties may get another label.

    Args:
        full: the export in float32.
        small: the file that ``compact`` made from it.
        images: ``(n, channel, height, width)`` float32 in ``[0, 1]``.

    Returns:
        The largest difference of a probability.

    Raises:
        ParityError: the difference is over 1e-3.
    """
    difference = float(np.abs(_answers(full, images) - _answers(small, images)).max())
    if difference > LARGEST_ROUNDING:
        raise ParityError(
            f"{small.name}: expected the probabilities of the float32 file to {LARGEST_ROUNDING}, got a difference "
            f"of {difference:.2g} on {len(images)} pictures; 16 bits are too few for these weights"
        )
    return difference


def _answers(model: OnnxModel, images: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([model(images[i : i + _BATCH]) for i in range(0, len(images), _BATCH)])
