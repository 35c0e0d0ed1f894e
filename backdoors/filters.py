"""The filters of a model's first layer, and how strongly they respond to a picture.

For pictures of one grey channel each filter is a small picture itself: positive weights respond to bright pixels,
negative weights to dark ones. Gu et al. (2017, section 4.2.3) compare the filters of a clean and an infected network::

    filters = first_layer_filters(Path("assets/models/digits/clean.onnx").read_bytes())     # (16, 1, 5, 5)
    strongest_responses(filters, digits)                                                    # (n, 16)

ONNX Runtime does not expose a model's weights, so they are read from the graph in the file.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from onnx import numpy_helper

from backdoors.errors import ModelError
from backdoors.models import INPUT, checked


def first_layer_filters(model: bytes) -> NDArray[np.float32]:
    """The weights of the first convolution of the input picture; normalisation may come before it.

    Args:
        model: the bytes of an ONNX file.

    Returns:
        ``(filters, channels, height, width)`` float32, in no fixed range.

    Raises:
        ModelError: ``checked`` refuses the file, or it has no convolution of its input.
    """
    graph = checked(model, "model").graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    reached = {INPUT}
    for node in graph.node:  # in topological order, as ONNX requires
        if node.op_type == "Constant":
            weights.update((node.output[0], value.t) for value in node.attribute if value.name == "value")
        if reached.isdisjoint(node.input):
            continue
        if node.op_type == "Conv":
            return _values(weights, node.input[1])
        reached.update(node.output)
    raise ModelError(f"expected a model with a convolution of its input {INPUT!r}, got one without; it has no filters")


def strongest_responses(filters: NDArray[np.float32], images: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest response of each filter to each picture, over all places of the picture.

    Args:
        filters: ``(filters, channels, height, width)`` float32, applied with stride 1 and no padding.
        images: ``(n, channels, picture height, picture width)`` float32 in ``[0, 1]``.

    Returns:
        ``(n, filters)`` float32: the largest sum of weight times pixel, before bias and activation.
    """
    assert filters.shape[1] == images.shape[1]
    rows = sliding_window_view(images, filters.shape[2], axis=2)
    windows = sliding_window_view(rows, filters.shape[3], axis=3)
    answers = np.einsum("ncyxij,fcij->nfyx", windows, filters, optimize=True)
    return np.asarray(answers.max(axis=(2, 3)), dtype=np.float32)


def _values(weights: dict[str, onnx.TensorProto], name: str) -> NDArray[np.float32]:
    """A weight by name, ``(filters, channels, height, width)``."""
    tensor = weights.get(name)
    if tensor is None:
        raise ModelError(f"expected the filters {name!r} among the model's weights; they are computed when it runs")
    if len(tensor.dims) != 4:
        raise ModelError(
            f"expected filters (filters, channels, height, width), got {name!r} of {tuple(tensor.dims)}",
            expected=("filters", "channels", "height", "width"),
            got=tuple(tensor.dims),
        )
    try:
        return numpy_helper.to_array(tensor).astype(np.float32)
    except (ValueError, TypeError) as e:  # its bytes do not fit its shape
        raise ModelError(f"expected the filters {name!r} as numbers, got something else ({e})") from e
