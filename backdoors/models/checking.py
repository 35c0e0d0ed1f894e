"""What an ONNX file may contain. Every file is checked here before ONNX Runtime sees it.

A model may come from a stranger, and a graph is a program: ONNX Runtime reads any file that an external tensor names,
and loops and sub-graphs can run for ever. An image classifier needs neither. ``checked`` returns the model that it has
looked at, and callers hand on that model, never the bytes that it came from::

    model = checked(Path("clean.onnx").read_bytes(), "clean.onnx")
    model.graph.initializer                                 # safe to read
    ort.InferenceSession(model.SerializeToString())         # bounded, but see ``probing.py`` for time and memory
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import onnx
from google.protobuf.message import DecodeError, Message
from onnx import TensorProto

from backdoors.errors import ModelError
from backdoors.models.wire import WireError, count_fields

MODEL_BYTES = 50_000_000  # ResNet-18 in float32 has 45 MB; the largest bundled model has 1.2, in int16
MOST_NODES = 2_000  # MobileNetV2 has 156, ResNet-152 about 500; ONNX Runtime took 12 s to load 300,000
MOST_TENSORS = 2_000  # MobileNetV2 has 204
MOST_ELEMENTS = 16_000_000  # of all tensors together, as declared; ResNet-18 has 11.7 million
MOST_INPUTS = 64  # of one node; DenseNet joins at most 48
MOST_FIELDS = 100_000  # of the file, such as nodes, their names, and sizes; MobileNetV2 has 3,600
MOST_METADATA = 64  # entries; the project writes one
LONGEST_NAME = 500  # characters; the exporters write at most some 100
LONGEST_TEXT = 100_000  # characters of metadata; the names of ImageNet's 1,000 labels take 30,000
LARGEST_SIDE = 1024  # pixels; ImageNet models take 224 to 600
OPSETS = range(17, 22)  # what the exporters write, and what onnxruntime-web runs

_OPERATORS = """
Conv Gemm MatMul BatchNormalization InstanceNormalization LayerNormalization LRN
AveragePool MaxPool GlobalAveragePool GlobalMaxPool
Relu LeakyRelu PRelu Elu Selu Sigmoid HardSigmoid HardSwish Tanh Softplus Erf Clip Softmax LogSoftmax
Add Sub Mul Div Min Max Exp Log Sqrt Pow Neg Abs Reciprocal ReduceMean ReduceSum ReduceMax
Reshape Flatten Transpose Concat Split Squeeze Unsqueeze Slice Gather Pad Shape Cast Constant Identity
"""
OPERATORS = frozenset(_OPERATORS.split())
"""What image classifiers need, without control flow, and without operators that make a large tensor from a small one
(Expand, Tile, ConstantOfShape, Range, Resize)."""

_TYPES = frozenset(
    getattr(TensorProto, name)
    for name in ("FLOAT", "FLOAT16", "DOUBLE", "INT8", "UINT8", "INT16", "INT32", "INT64", "BOOL")
)
# Messages that are programs of their own, or hide tensors. An image classifier has none of them.
_REFUSED = {
    "GraphProto": "a sub-graph",
    "FunctionProto": "a function",
    "SparseTensorProto": "a sparse tensor",
    "TrainingInfoProto": "training information",
}
# Operators whose inputs after the first say how large the output is: these may not depend on what a picture shows.
_SIZED = ("Reshape", "Pad", "Slice", "Squeeze", "Unsqueeze", "Split", "ReduceMean", "ReduceSum", "ReduceMax")


def checked(data: bytes, name: str) -> onnx.ModelProto:
    """Parse an ONNX file and refuse what an image classifier does not need.

    Args:
        data: the bytes of the file.
        name: how errors name the model.

    Returns:
        The model, without the shapes of values in between, and without fields that ONNX does not define.

    Raises:
        ModelError: the file is no ONNX model, is too large, or contains something other than described above.
    """
    try:
        _bounded("bytes", len(data), MODEL_BYTES)
        count_fields(data, onnx.ModelProto.DESCRIPTOR, most=MOST_FIELDS)
        model: onnx.ModelProto = onnx.ModelProto.FromString(data)
        model.DiscardUnknownFields()
        model.graph.ClearField("value_info")  # shapes that ONNX Runtime works out by itself; a file may lie about them
        _check(model)
    except (DecodeError, RecursionError, WireError) as e:
        raise ModelError(f"{name}: not an ONNX model, in {len(data):,} bytes ({e})", got=len(data)) from e
    except _RefusedError as e:
        raise ModelError(f"{name}: {e}") from e
    return model


class _RefusedError(Exception):
    """Why a model is refused, without its name."""


def _check(model: onnx.ModelProto) -> None:
    graph = model.graph
    _bounded("nodes", len(graph.node), MOST_NODES)
    _bounded("tensors", len(graph.initializer), MOST_TENSORS)
    _bounded("metadata entries", len(model.metadata_props), MOST_METADATA)
    opsets = [(opset.domain, opset.version) for opset in model.opset_import]
    if len(opsets) != 1 or opsets[0][0] not in ("", "ai.onnx") or opsets[0][1] not in OPSETS:
        found = ", ".join(f"{domain or 'ai.onnx'} {version}" for domain, version in opsets[:5]) or "none"
        raise _RefusedError(f"expected the operators of ONNX, opset {OPSETS[0]} to {OPSETS[-1]}, got {found}")
    elements = 0
    for message in _messages(model):
        kind = message.DESCRIPTOR.name
        if kind in _REFUSED and message is not graph:
            raise _RefusedError(f"expected a plain graph, got {_REFUSED[kind]} {getattr(message, 'name', '')!r}")
        _check_texts(message)
        if isinstance(message, TensorProto):
            elements += _elements(message)
            _bounded("numbers in tensors", elements, MOST_ELEMENTS)
    _check_nodes(graph)
    for value in graph.input:
        for side in value.type.tensor_type.shape.dim:
            _bounded(f"pixels on a side of {value.name!r}", side.dim_value, LARGEST_SIDE)


def _messages(message: Message) -> Iterator[Message]:
    """A message and all that are in it, wherever they stand: a tensor in any place is found."""
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if field.is_repeated else (value,):
                yield from _messages(part)


def _check_texts(message: Message) -> None:
    """Bound every text of a message, and refuse names with a NUL, where C would end them."""
    for field, value in message.ListFields():
        if field.type not in (field.TYPE_STRING, field.TYPE_BYTES) or field.name == "raw_data":
            continue
        long = field.name in ("value", "doc_string")
        for text in value if field.is_repeated else (value,):
            _bounded(f"characters in {field.name}", len(text), LONGEST_TEXT if long else LONGEST_NAME)
            if not long and ("\0" if isinstance(text, str) else b"\0") in text:
                raise _RefusedError(f"expected names without NUL, got {field.name} {text!r}")


def _elements(tensor: TensorProto) -> int:
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        # Following the pointer would read any file of this machine that a stranger's model names.
        raise _RefusedError(
            f"expected the tensor {tensor.name!r} inside the model's file, got a pointer to another file"
        )
    if tensor.data_type not in _TYPES:
        raise _RefusedError(f"expected numbers in the tensor {tensor.name!r}, got type {tensor.data_type}")
    _bounded(f"dimensions of {tensor.name!r}", len(tensor.dims), 8)
    if any(side < 0 for side in tensor.dims):
        raise _RefusedError(f"expected sides of at least 0 in the tensor {tensor.name!r}, got {list(tensor.dims)}")
    return math.prod(tensor.dims)


def _check_nodes(graph: onnx.GraphProto) -> None:
    """Refuse operators that are not needed, and sizes that depend on what a picture shows.

    If no size depends on it, a model takes about as much time and memory for one picture as for any other.
    """
    shown = {value.name for value in graph.input}  # what depends on what a picture shows; its shape does not
    known = {"", *shown, *(tensor.name for tensor in graph.initializer)}
    for node in graph.node:
        if node.domain not in ("", "ai.onnx") or node.op_type not in OPERATORS:
            operator = f"{node.domain}.{node.op_type}".lstrip(".")
            raise _RefusedError(
                f"expected operators that image classifiers need, got {operator} in node {node.name!r}"
            )
        if unknown := [name for name in node.input if name not in known]:
            raise _RefusedError(f"expected nodes in their order, got {node.name!r} before its input {unknown[0]!r}")
        known.update(node.output)
        _bounded(f"inputs of node {node.name!r}", len(node.input), MOST_INPUTS)
        _bounded(f"outputs of node {node.name!r}", len(node.output), MOST_INPUTS)
        if node.op_type in _SIZED and not shown.isdisjoint(node.input[1:]):
            raise _RefusedError(
                f"{node.op_type} {node.name!r}: expected a fixed size, got one computed from the picture"
            )
        if node.op_type != "Shape" and not shown.isdisjoint(node.input):
            shown.update(node.output)


def _bounded(what: str, got: int, most: int) -> None:
    if got > most:
        raise _RefusedError(f"expected at most {most:,} {what}, got {got:,}")
