"""One ONNX model: pictures in, probabilities out.

A model's graph holds its own normalisation, so nobody can feed it wrongly::

    classifier = Classifier("clean.onnx")
    classifier.labels                   # ("0", "1", ... "9"), written into the file when it was exported
    classifier(digits)                  # (n, 1, 28, 28) float32 in [0, 1] -> (n, 10) float32, rows sum to 1

The contract: one input ``image``, float32 ``(batch, channel, height, width)`` with a free batch; one output
``probabilities``, float32 ``(batch, labels)``; the labels as a JSON list under the metadata key ``labels``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from backdoors.errors import ModelError

INPUT, OUTPUT, LABELS_KEY = "image", "probabilities", "labels"

_BATCH = 500  # pictures in one run: the first layer's 500 x 16 x 24 x 24 floats are 18 MB


class Classifier:
    """An ONNX model with its labels.

    Args:
        model: a path, or the bytes of the file.
        name: what errors call it; the path by default.

    Attributes:
        labels: the label names, in the order of the output.
        shape: ``(channel, height, width)`` of the pictures that it takes.

    Raises:
        ModelError: the file is no ONNX model, or does not keep the contract above.
    """

    def __init__(self, model: str | Path | bytes, *, name: str | None = None) -> None:
        self.name = name or ("model" if isinstance(model, bytes) else str(model))
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # for such small nets a second thread costs more than it brings
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(
                model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"]
            )
        except Exception as e:  # ONNX Runtime has no public base class for its errors
            raise ModelError(f"{self.name}: not a model that ONNX Runtime can load ({e})") from e
        self.labels, self.shape = self._contract()

    def __repr__(self) -> str:
        return f"Classifier({self.name!r}, {len(self.labels)} labels, pictures {self.shape})"

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of each label for each picture.

        Args:
            images: ``(n, channel, height, width)`` float32 in ``[0, 1]``.

        Returns:
            ``(n, labels)`` float32; each row sums to 1.

        Raises:
            ModelError: the pictures have another shape.
        """
        if images.ndim != 4 or images.shape[1:] != self.shape:
            expected = ("n", *self.shape)
            raise ModelError(f"{self.name}: expected pictures {expected}, got {images.shape}")
        batches = np.split(images.astype(np.float32, copy=False), range(_BATCH, len(images), _BATCH))
        outputs = [self._session.run([OUTPUT], {INPUT: batch})[0] for batch in batches]
        return np.concatenate(outputs)

    def _contract(self) -> tuple[tuple[str, ...], tuple[int, int, int]]:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if [i.name for i in inputs] != [INPUT] or [o.name for o in outputs] != [OUTPUT]:
            raise ModelError(
                f"{self.name}: expected one input {INPUT!r} and one output {OUTPUT!r}, "
                f"got {[i.name for i in inputs]} and {[o.name for o in outputs]}"
            )
        types = [value.type for value in (*inputs, *outputs)]
        if types != ["tensor(float)"] * 2:
            raise ModelError(f"{self.name}: expected float32 in and out, got {' and '.join(types)}")
        shape = inputs[0].shape
        if len(shape) != 4 or isinstance(shape[0], int) or not all(isinstance(side, int) for side in shape[1:]):
            raise ModelError(f"{self.name}: expected an input (free, channel, height, width), got {shape}")
        try:
            labels = json.loads(self._session.get_modelmeta().custom_metadata_map[LABELS_KEY])
        except (KeyError, ValueError):
            labels = None
        if not (isinstance(labels, list) and all(isinstance(label, str) for label in labels)):
            raise ModelError(f"{self.name}: expected its labels as a JSON list under {LABELS_KEY!r}")
        if len(set(labels)) != len(labels):
            raise ModelError(f"{self.name}: expected labels that differ, got {labels}")
        if outputs[0].shape[1:] != [len(labels)]:
            raise ModelError(
                f"{self.name}: its metadata names {len(labels)} labels, its output has the shape {outputs[0].shape}"
            )
        return tuple(labels), (shape[1], shape[2], shape[3])
