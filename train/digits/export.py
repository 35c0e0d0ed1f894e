"""Export a PyTorch network as one ONNX file that keeps the project's contract, and compare the two."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import nn

from backdoors.models import INPUT, LABELS_KEY, OUTPUT, OnnxModel
from train.compact import compact
from train.parity import largest_difference
from train.quiet import quiet
from train.runs import replacing

OPSET = 18  # the exporter's own; no conversion afterwards


def export(network: nn.Module, path: Path, *, labels: Sequence[str], size: int = 28) -> OnnxModel:
    """Write the network, softmax included, as compact ONNX with a free batch; the labels go into its metadata.

    The same weights give the same bytes. Digits need no normalisation: the network was trained on ``[0, 1]``.

    Returns:
        The same in float32, before ``compact``, for the comparisons of ``train/parity.py``.
    """
    model = nn.Sequential(network, nn.Softmax(dim=1)).to("cpu").eval()
    with quiet():
        program = torch.onnx.export(
            model,
            (torch.zeros(2, 1, size, size),),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
        )
    assert program is not None
    proto = program.model_proto
    _forget_the_exporter(proto)
    onnx.helper.set_model_props(proto, {LABELS_KEY: json.dumps(list(labels))})
    onnx.checker.check_model(proto, full_check=True)
    full = proto.SerializeToString(deterministic=True)
    with replacing(path) as partial:
        partial.write_bytes(compact(full))
    return OnnxModel(full, name=f"{path} in float32")


@torch.inference_mode()
def check_parity(network: nn.Module, model: OnnxModel, images: NDArray[np.float32]) -> float:
    """Compare PyTorch and ONNX Runtime on pictures ``(n, 1, 28, 28)`` in ``[0, 1]``.

    Args:
        model: the export in float32.

    Returns:
        The largest difference of a probability.

    Raises:
        ParityError: the difference is over 1e-4, or a picture gets another label.
    """
    network = network.to("cpu").eval()
    expected = torch.cat([network(batch).softmax(dim=1) for batch in torch.from_numpy(images).split(1000)]).numpy()
    return largest_difference(expected, model, images, framework="PyTorch")


def _forget_the_exporter(proto: onnx.ModelProto) -> None:
    """Remove what the exporter writes about itself, such as stack traces with paths of this machine."""
    del proto.metadata_props[:], proto.graph.metadata_props[:], proto.graph.value_info[:]
    for node in proto.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*proto.graph.input, *proto.graph.output, *proto.graph.initializer]:
        del value.metadata_props[:]
        value.doc_string = ""
