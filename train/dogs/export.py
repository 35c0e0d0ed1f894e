"""Export an MXNet network as one ONNX file that keeps the project's contract, and compare the two."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import mxnet as mx
import numpy as np
import onnx
from mxnet import nd
from numpy.typing import NDArray
from onnx import numpy_helper, version_converter

from backdoors.models import INPUT, LABELS_KEY, OUTPUT, OnnxModel
from train.compact import compact
from train.dogs.fitting import run_end
from train.dogs.network import Network, ReLU6
from train.parity import largest_difference
from train.quiet import quiet
from train.runs import replacing

OPSET = 17


def export(network: Network, path: Path, *, labels: Sequence[str], size: int) -> OnnxModel:
    """Write the network as compact ONNX: normalisation and softmax inside, a free batch, the labels in the metadata.

    Returns:
        The same in float32, before ``compact``, for the comparisons of ``train/parity.py``.
    """
    turned = network.normalise.turn
    network.normalise.turn, ReLU6.clip = False, True
    try:
        symbol = mx.sym.softmax(network(mx.sym.var(INPUT)), axis=-1, name="softmax")
    finally:
        network.normalise.turn, ReLU6.clip = turned, False
    parameters = network.collect_params()
    needed = [name for name in (*symbol.list_arguments(), *symbol.list_auxiliary_states()) if name != INPUT]
    with tempfile.TemporaryDirectory() as folder, quiet():
        file = Path(folder) / "model.onnx"
        mx.onnx.export_model(
            symbol,
            {name: parameters[name].data() for name in needed},
            in_shapes=[(1, 3, size, size)],
            in_types=[np.float32],
            onnx_file_path=str(file),
            dynamic=True,
            dynamic_input_shapes=[("batch", 3, size, size)],
        )
        model = onnx.load(file)
    if turned:
        _turn_back(model.graph)
    _keep_contract(model.graph, size=size, labels=len(labels))
    model = version_converter.convert_version(model, OPSET)
    _drop_unused(model.graph)
    onnx.helper.set_model_props(model, {LABELS_KEY: json.dumps(list(labels))})
    onnx.checker.check_model(model, full_check=True)
    full = model.SerializeToString(deterministic=True)
    with replacing(path) as partial:
        partial.write_bytes(compact(full))
    return OnnxModel(full, name=f"{path} in float32")


def check_parity(network: Network, model: OnnxModel, images: NDArray[np.float32]) -> float:
    """Compare MXNet and ONNX Runtime on photos ``(n, 3, size, size)`` in ``[0, 1]``.

    Args:
        model: the export in float32.

    Returns:
        The largest difference of a probability.

    Raises:
        ParityError: the difference is over 1e-4, or a photo gets another label.
    """
    expected = nd.softmax(nd.array(run_end(network, images, cut=0, batch_size=32)[1])).asnumpy()
    return largest_difference(expected, model, images, framework="MXNet")


def _turn_back(graph: onnx.GraphProto) -> None:
    """Turn the kernels back instead of the picture: ONNX can pad at the bottom and the right, as Keras does."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        attributes = {attribute.name: attribute for attribute in node.attribute}
        tensor = weights[node.input[1]]
        kernel = np.ascontiguousarray(numpy_helper.to_array(tensor)[:, :, ::-1, ::-1])
        tensor.CopyFrom(numpy_helper.from_array(kernel, tensor.name))
        if list(attributes["strides"].ints) == [2, 2]:
            attributes["pads"].ints[:] = [0, 0, 1, 1]


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Remove a constant that the converter leaves behind: ONNX Runtime would warn about it at each load."""
    used = {name for node in graph.node for name in node.input}
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in used]:
        graph.initializer.remove(tensor)


def _keep_contract(graph: onnx.GraphProto, *, size: int, labels: int) -> None:
    """Set names and shapes. Remove the weights from the inputs, where MXNet lists them and ONNX Runtime folds none."""
    last = graph.output[0].name
    for node in graph.node:
        node.output[:] = [OUTPUT if name == last else name for name in node.output]
    value = onnx.helper.make_tensor_value_info
    del graph.input[:], graph.output[:], graph.value_info[:]
    graph.input.append(value(INPUT, onnx.TensorProto.FLOAT, ["batch", 3, size, size]))
    graph.output.append(value(OUTPUT, onnx.TensorProto.FLOAT, ["batch", labels]))
