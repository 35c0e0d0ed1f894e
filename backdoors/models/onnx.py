"""A model in an ONNX file, run by ONNX Runtime.

::

    model = OnnxModel("clean.onnx")
    model.labels                        # ("0", "1", ... "9"), which the export wrote into the file
    model(digits)                       # (n, 1, 28, 28) float32 in [0, 1] -> (n, 10) float32, rows sum to 1

The contract of the file: one input ``image``, float32 ``(batch, channel, height, width)`` with a dynamic batch; one
output ``probabilities``, float32 ``(batch, labels)``; the labels as a JSON list under the metadata key ``labels``.
``checking.py`` says what else a file may contain.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from backdoors.errors import ModelError
from backdoors.models.checking import MODEL_BYTES, checked
from backdoors.models.model import pictures_at_a_time
from backdoors.reading import read_bounded

INPUT, OUTPUT, LABELS_KEY = "image", "probabilities", "labels"


class OnnxModel:
    """An ONNX model with its labels.

    Args:
        model: a path, or the bytes of the file.
        name: how errors name the model; the path by default.

    Attributes:
        labels: the label names, in the order of the output.
        shape: ``(channel, height, width)`` of the pictures that the model takes.

    Raises:
        ModelError: the file cannot be read, ``checked`` refuses it, ONNX Runtime cannot load it, or it breaks the
            contract above.
    """

    def __init__(self, model: str | Path | bytes, *, name: str | None = None) -> None:
        self.name = name or ("model" if isinstance(model, bytes) else str(model))
        self._path = None if isinstance(model, bytes) else Path(model)
        try:
            # ONNX Runtime gets no path: it would look for further files beside it.
            data = model if isinstance(model, bytes) else read_bounded(Path(model), most=MODEL_BYTES)
        except OSError as e:
            raise ModelError(f"{self.name}: cannot be read ({e.strerror})", path=self._path) from e
        except ValueError as e:  # a NUL in the path
            raise ModelError(f"{self.name!r}: cannot be read ({e})", path=self._path) from e
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # a second thread makes networks this small slower
        options.log_severity_level = 4  # its errors become exceptions, and its log would repeat them
        # A name in an ONNX file can look like the signature of ONNX Runtime's own format, which nothing here checks.
        options.add_session_config_entry("session.load_model_format", "ONNX")
        try:
            # What was checked is loaded, not the file's own bytes: another parser could read those differently.
            self._session = ort.InferenceSession(
                checked(data, self.name).SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        except ModelError as e:
            e.path = self._path
            raise
        except Exception as e:  # ONNX Runtime has no public base class for its errors
            raise ModelError(f"{self.name}: not a model that ONNX Runtime can load ({e})", path=self._path) from e
        # The wrapper keeps the file's bytes for a restart with other providers, of which there are none. That would be
        # half of the memory that the bundled models take.
        self._session._model_bytes = None
        self.labels, self.shape = self._contract()

    def __repr__(self) -> str:
        return f"OnnxModel({self.name!r}, {len(self.labels)} labels, pictures {self.shape})"

    def __call__(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of each label for each picture; see ``Model``.

        Args:
            images: ``(n, channel, height, width)`` float32 in ``[0, 1]``; n may be 0.

        Returns:
            ``(n, labels)`` float32; each row sums to 1.

        Raises:
            ModelError: the pictures have another shape, the model fails, or its answer is not a number.
        """
        if images.ndim != 4 or images.shape[1:] != self.shape:
            expected = ("n", *self.shape)
            message = f"{self.name}: expected pictures {expected}, got {images.shape}"
            raise ModelError(message, path=self._path, expected=expected, got=images.shape)
        at_a_time = pictures_at_a_time(self.shape)
        batches = np.split(images.astype(np.float32, copy=False), range(at_a_time, len(images), at_a_time))
        try:
            answers: NDArray[np.float32] = np.concatenate(
                [self._session.run([OUTPUT], {INPUT: batch})[0] for batch in batches]
            )
        except Exception as e:  # as above
            raise ModelError(f"{self.name}: fails when it runs ({e})", path=self._path) from e
        if answers.shape != (wanted := (len(images), len(self.labels))):
            message = f"{self.name}: expected probabilities {wanted}, got {answers.shape}"
            raise ModelError(message, path=self._path, expected=wanted, got=answers.shape)
        if not np.isfinite(answers).all():
            raise ModelError(f"{self.name}: expected probabilities, got values that are not numbers", path=self._path)
        return answers

    def _contract(self) -> tuple[tuple[str, ...], tuple[int, int, int]]:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if [i.name for i in inputs] != [INPUT] or [o.name for o in outputs] != [OUTPUT]:
            raise ModelError(
                f"{self.name}: expected one input {INPUT!r} and one output {OUTPUT!r}, "
                f"got {[i.name for i in inputs]} and {[o.name for o in outputs]}",
                path=self._path,
            )
        types = [value.type for value in (*inputs, *outputs)]
        if types != ["tensor(float)"] * 2:
            raise ModelError(f"{self.name}: expected float32 in and out, got {' and '.join(types)}", path=self._path)
        shape = inputs[0].shape
        if len(shape) != 4 or isinstance(shape[0], int) or not all(isinstance(side, int) for side in shape[1:]):
            message = f"{self.name}: expected an input (dynamic batch, channel, height, width), got {shape}"
            raise ModelError(message, path=self._path, got=shape)
        try:
            labels = json.loads(self._session.get_modelmeta().custom_metadata_map[LABELS_KEY])
        except (KeyError, ValueError, RecursionError):
            labels = None
        if not (isinstance(labels, list) and all(isinstance(label, str) for label in labels)):
            raise ModelError(
                f"{self.name}: expected its labels as a JSON list under the metadata key {LABELS_KEY!r}",
                path=self._path,
            )
        if len(set(labels)) != len(labels):
            raise ModelError(f"{self.name}: expected labels that differ, got {labels}", path=self._path, got=labels)
        if outputs[0].shape[1:] != [len(labels)]:
            raise ModelError(
                f"{self.name}: its metadata names {len(labels)} labels, its output has the shape {outputs[0].shape}",
                path=self._path,
                expected=["batch", len(labels)],
                got=outputs[0].shape,
            )
        return tuple(labels), (shape[1], shape[2], shape[3])
