"""Models: the protocol that all of them follow, and its implementation for ONNX files."""

from backdoors.models.checking import MODEL_BYTES, checked
from backdoors.models.model import Model, pictures_at_a_time
from backdoors.models.onnx import INPUT, LABELS_KEY, OUTPUT, OnnxModel
from backdoors.models.probing import probe

__all__ = [
    "INPUT",
    "LABELS_KEY",
    "MODEL_BYTES",
    "OUTPUT",
    "Model",
    "OnnxModel",
    "checked",
    "pictures_at_a_time",
    "probe",
]
