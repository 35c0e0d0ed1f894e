"""Compare an exported file with the network that it was exported from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backdoors.errors import ParityError
from backdoors.models import OnnxModel

LARGEST_DIFFERENCE = 1e-4  # of a probability
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
    got = np.concatenate([model(images[i : i + _BATCH]) for i in range(0, len(images), _BATCH)])
    difference = float(np.abs(expected - got).max())
    relabelled = int((expected.argmax(axis=1) != got.argmax(axis=1)).sum())
    if difference > LARGEST_DIFFERENCE or relabelled:
        raise ParityError(
            f"{model.name}: expected {framework}'s probabilities to {LARGEST_DIFFERENCE}, got a difference of "
            f"{difference:.2g} and {relabelled} other labels on {len(images)} pictures; the export is wrong"
        )
    return difference
