"""The filters of a model's first layer, and how strongly they respond to a picture.

For pictures of one grey channel each filter is a small picture itself: positive weights respond to bright pixels,
negative weights to dark ones. Gu et al. (2017, section 4.2.3) compare the filters of a clean and an infected network::

    filters = first_layer_filters(Path("assets/models/digits/clean.onnx").read_bytes())     # (16, 1, 5, 5)
    strongest_responses(filters, digits)                                                    # (n, 16)

ONNX Runtime does not expose a model's weights, so they are read from the graph in the file. A large first layer may be
stored in 16 bits, as ``train/compact.py`` writes it.
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
    made = {output: node for node in graph.node for output in node.output}
    reached = {INPUT}
    for node in graph.node:  # in topological order, as ONNX requires
        if node.op_type == "Constant":
            weights.update((node.output[0], value.t) for value in node.attribute if value.name == "value")
        if reached.isdisjoint(node.input):
            continue
        if node.op_type == "Conv":
            return _values(weights, made, node.input[1])
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


def _values(weights: dict[str, onnx.TensorProto], made: dict[str, onnx.NodeProto], name: str) -> NDArray[np.float32]:
    """A weight by name, ``(filters, channels, height, width)``.

    Args:
        weights: the tensors in the file.
        made: the node that computes each value.
    """
    tensor, scale = weights.get(name), None
    if tensor is None:
        tensor, scale = _compact(weights, made, name)
    if tensor is None:
        raise ModelError(f"expected the filters {name!r} among the model's weights; they are computed when it runs")
    if len(tensor.dims) != 4:
        raise ModelError(
            f"expected filters (filters, channels, height, width), got {name!r} of {tuple(tensor.dims)}",
            expected=("filters", "channels", "height", "width"),
            got=tuple(tensor.dims),
        )
    try:
        values = numpy_helper.to_array(tensor).astype(np.float32)
        if scale is not None:
            values *= numpy_helper.to_array(scale).astype(np.float32).reshape(len(values), 1, 1, 1)
        return values
    except (ValueError, TypeError) as e:  # its bytes do not fit its shape
        raise ModelError(f"expected the filters {name!r} as numbers, got something else ({e})") from e


def _compact(
    weights: dict[str, onnx.TensorProto], made: dict[str, onnx.NodeProto], name: str
) -> tuple[onnx.TensorProto | None, onnx.TensorProto | None]:
    """The 16-bit numbers and the scales of a weight that is Mul(Cast(numbers), scales); None twice for any other."""
    mul = made.get(name)
    if mul is None or mul.op_type != "Mul" or len(mul.input) != 2 or mul.input[1] not in weights:
        return None, None
    cast = made.get(mul.input[0])
    if cast is None or cast.op_type != "Cast" or len(cast.input) != 1:
        return None, None
    return weights.get(cast.input[0]), weights[mul.input[1]]
