"""Models: the protocol that all of them follow, and its implementation for ONNX files."""

from backdoors.models.model import Model
from backdoors.models.onnx import INPUT, LABELS_KEY, OUTPUT, OnnxModel, pictures_at_a_time

__all__ = ["INPUT", "LABELS_KEY", "OUTPUT", "Model", "OnnxModel", "pictures_at_a_time"]
