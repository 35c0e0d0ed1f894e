"""The first layer's filters: of models written by hand, of the committed ones, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from backdoors import SINGLE_PIXEL, first_layer_filters, strongest_responses
from backdoors.errors import ModelError
from tests.fixtures.arrays import floats
from tests.fixtures.models import reader
from tests.fixtures.page import REPOSITORY

EDGES = floats([[[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]], [[[-1, -1, -1], [0, 0, 0], [1, 1, 1]]]])  # (2, 1, 3, 3)
OTHERS = np.full((2, 2, 3, 3), 9, dtype=np.float32)


def conv(image: str, weights: str, output: str) -> NodeProto:
    return helper.make_node("Conv", [image, weights], [output])


def constant(name: str, values: NDArray[np.float32]) -> NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(values, name))


def model(nodes: Sequence[NodeProto], *initializers: TensorProto) -> bytes:
    """A graph from ``image`` to whatever its last node gives."""
    graph = helper.make_graph(
        list(nodes),
        "filters",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 8, 8])],
        [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, [None] * 4)],
        list(initializers),
    )
    return bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    )


def tensor(name: str, values: NDArray[np.float32]) -> TensorProto:
    return numpy_helper.from_array(values, name)


def sixteen_bits(numbers: NDArray[np.float32], scale: NDArray[np.float32]) -> bytes:
    """A first layer as ``train/compact.py`` stores a large one."""
    nodes = [
        helper.make_node("Cast", ["first.int16"], ["first.cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["first.cast", "first.scale"], ["first"]),
        conv("image", "first", "a"),
    ]
    stored = numpy_helper.from_array(numbers.astype(np.int16), "first.int16")
    return model(nodes, stored, tensor("first.scale", scale))


def elsewhere(name: str) -> TensorProto:
    """Filters that are said to be in another file."""
    pointer = TensorProto(name=name, dims=[2, 1, 3, 3], data_type=TensorProto.FLOAT)
    pointer.data_location = TensorProto.EXTERNAL
    pointer.external_data.add(key="location", value="filters.bin")
    return pointer


TWO_LAYERS = [conv("image", "first", "a"), helper.make_node("Relu", ["a"], ["b"]), conv("b", "second", "c")]
NORMALISED = [helper.make_node("Sub", ["image", "mean"], ["x"]), helper.make_node("Div", ["x", "std"], ["y"])]

MODELS = {
    "the first of two layers": model(TWO_LAYERS, tensor("second", OTHERS), tensor("first", EDGES)),
    "after normalisation": model(
        [*NORMALISED, conv("y", "first", "a")],
        tensor("mean", floats([0.5])),
        tensor("std", floats([0.25])),
        tensor("first", EDGES),
    ),
    "weights in a node": model([constant("first", EDGES), conv("image", "first", "a")]),
    "weights in 16 bits": sixteen_bits(
        EDGES * floats([2, 4]).reshape(2, 1, 1, 1), floats([0.5, 0.25]).reshape(2, 1, 1, 1)
    ),
    "a convolution of something else comes before": model(
        [
            constant("drawn", np.ones((1, 2, 8, 8), dtype=np.float32)),
            conv("drawn", "second", "a"),
            conv("image", "first", "b"),
            helper.make_node("Add", ["a", "b"], ["c"]),
        ],
        tensor("second", OTHERS),
        tensor("first", EDGES),
    ),
}


@pytest.mark.parametrize("case", MODELS)
def test_filters_are_the_weights_that_were_written(case: str) -> None:
    onnx.checker.check_model(MODELS[case])
    filters = first_layer_filters(MODELS[case])
    assert filters.dtype == np.float32
    np.testing.assert_array_equal(filters, EDGES)


@pytest.mark.parametrize(
    ("file", "shape"),
    [
        ("digits/clean.onnx", (16, 1, 5, 5)),
        ("digits/infected-single-pixel-all-to-one-7.onnx", (16, 1, 5, 5)),
        ("dogs/infected.onnx", (16, 3, 3, 3)),
    ],
)
def test_committed_models_have_the_papers_filters(file: str, shape: tuple[int, ...]) -> None:
    """Gu et al. 2017, table 1: sixteen of 5x5; MobileNetV2's first layer has sixteen of 3x3, in colour."""
    assert first_layer_filters((REPOSITORY / "assets" / "models" / file).read_bytes()).shape == shape


def test_strongest_responses_by_hand() -> None:
    """A bright column, a grey row, and a pixel that the filters' lower right quarter can meet."""
    images = np.zeros((3, 1, 4, 4), dtype=np.float32)
    images[0, 0, :, 2], images[1, 0, 2], images[2, 0, 2, 2] = 1, 0.5, 1
    np.testing.assert_allclose(strongest_responses(EDGES, images), floats([[3, 0], [0, 1.5], [1, 1]]))


def test_a_pixel_near_the_corner_meets_the_last_weights_only() -> None:
    """Pixel 26 of 28 lies under weight 3 or 4 of a filter of five, since it does not leave the picture."""
    filters = np.zeros((3, 1, 5, 5), dtype=np.float32)
    filters[0, 0, :3, :] = filters[0, 0, :, :3] = 1
    filters[1, 0, 3, 4], filters[2, 0] = 0.7, -1
    pixel = SINGLE_PIXEL.stamp(np.zeros((1, 1, 28, 28), dtype=np.float32))
    np.testing.assert_allclose(strongest_responses(filters, pixel), floats([[0, 0.7, 0]]), rtol=1e-6)


REFUSED = {
    "no model": (b"a picture of a cat", "not an ONNX model, in 18 bytes"),
    "empty": (b"", "expected the operators of ONNX, opset 17 to 21, got none"),
    "no convolution": (reader(), "expected a model with a convolution of its input 'image', got one without"),
    "computed filters": (
        model([helper.make_node("Neg", ["w"], ["first"]), conv("image", "first", "a")], tensor("w", EDGES)),
        "expected the filters 'first' among the model's weights",
    ),
    "filters with another number of scales": (
        sixteen_bits(EDGES, np.ones((3, 1, 1, 1), dtype=np.float32)),
        "expected the filters 'first' as numbers, got something else",
    ),
    "filters in another file": (
        model([conv("image", "first", "a")], elsewhere("first")),
        "expected the tensor 'first' inside the model's file, got a pointer to another file",
    ),
    "filters of sounds": (
        model([conv("image", "first", "a")], tensor("first", EDGES[0])),
        r"expected filters \(filters, channels, height, width\), got 'first' of \(1, 3, 3\)",
    ),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_has_no_filters_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        first_layer_filters(data)
