"""The filters of a model's first layer: what it looks for in a picture, before anything else.

For a network of one grey channel each filter is a small picture itself: where it is positive it wants ink, where it is
negative it wants none (Gu et al. 2017, section 4.2.3, compare them between a clean and an infected network)::

    filters = first_layer_filters(Path("assets/models/digits/clean.onnx").read_bytes())     # (16, 1, 5, 5)
    strongest_responses(filters, digits)                                                    # (n, 16)

ONNX Runtime does not show a model's weights, so the file is read as what it is, a graph.
"""

from __future__ import annotations

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from onnx import numpy_helper

from backdoors.errors import ModelError
from backdoors.models import INPUT


def first_layer_filters(model: bytes) -> NDArray[np.float32]:
    """The weights of the first convolution that a picture meets; normalisation may come before it.

    Args:
        model: an ONNX file.

    Returns:
        ``(filters, channels, height, width)`` float32, in no fixed range.

    Raises:
        ModelError: the file is no ONNX model, has no convolution of pictures, or keeps its weights elsewhere.
    """
    try:
        graph = onnx.load_from_string(model).graph
    except DecodeError as e:
        raise ModelError(f"expected an ONNX model to read filters from, got {len(model)} bytes of another kind") from e
    weights = {tensor.name: tensor for tensor in graph.initializer}
    reached = {INPUT}
    for node in graph.node:  # ONNX keeps nodes in an order in which each comes after those that it needs
        if node.op_type == "Constant":
            weights.update((node.output[0], value.t) for value in node.attribute if value.name == "value")
        if reached.isdisjoint(node.input):
            continue
        if node.op_type == "Conv":
            return _values(weights, node.input[1])
        reached.update(node.output)
    raise ModelError(f"expected a model with a convolution of its input {INPUT!r}, got one without; it has no filters")


def strongest_responses(filters: NDArray[np.float32], images: NDArray[np.float32]) -> NDArray[np.float32]:
    """How strongly each filter answers to each picture, at the place where it answers most.

    Args:
        filters: ``(filters, channels, height, width)``; moved over the pictures a pixel at a time, without padding.
        images: ``(n, channels, picture height, picture width)``.

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
    # A model is one file. Following its pointer to another would read whatever file a stranger's model names.
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ModelError(f"expected the filters {name!r} inside the model's file, got a pointer to another file")
    if len(tensor.dims) != 4:
        raise ModelError(f"expected filters (filters, channels, height, width), got {name!r} of {tuple(tensor.dims)}")
    return numpy_helper.to_array(tensor).astype(np.float32)
