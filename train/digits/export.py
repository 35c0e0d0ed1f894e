"""A PyTorch network as one ONNX file that keeps the project's contract, and the proof that both answer alike."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import nn

from backdoors.models import INPUT, LABELS_KEY, OUTPUT, Classifier
from train.parity import largest_difference

OPSET = 18  # the exporter's own; no conversion afterwards


def export(network: nn.Module, path: Path, *, labels: Sequence[str], size: int = 28) -> None:
    """Write the network, softmax included, as ONNX with a free batch; the labels go into its metadata.

    The same weights give the same bytes. Digits need no normalisation: the network was trained on ``[0, 1]``.
    """
    model = nn.Sequential(network, nn.Softmax(dim=1)).to("cpu").eval()
    with _quiet():
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
    path.write_bytes(proto.SerializeToString(deterministic=True))


@torch.inference_mode()
def check_parity(network: nn.Module, classifier: Classifier, images: NDArray[np.float32]) -> float:
    """Compare PyTorch and ONNX Runtime on pictures ``(n, 1, 28, 28)`` in ``[0, 1]``.

    Returns:
        The largest difference of a probability.

    Raises:
        ParityError: the difference is over 1e-4, or a picture gets another label.
    """
    network = network.to("cpu").eval()
    expected = torch.cat([network(batch).softmax(dim=1) for batch in torch.from_numpy(images).split(1000)]).numpy()
    return largest_difference(expected, classifier, images, framework="PyTorch")


def _forget_the_exporter(proto: onnx.ModelProto) -> None:
    """Drop what the exporter notes of itself (stack traces with paths of this machine): it would change the bytes."""
    del proto.metadata_props[:], proto.graph.metadata_props[:], proto.graph.value_info[:]
    for node in proto.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in [*proto.graph.input, *proto.graph.output, *proto.graph.initializer]:
        del value.metadata_props[:]
        value.doc_string = ""


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter prints its steps and warns of its own parts; neither concerns whoever trains."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
