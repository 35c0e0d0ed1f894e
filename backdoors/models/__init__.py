"""Models: what a model is, and ONNX Runtime as one way to have one."""

from backdoors.models.onnx import INPUT, LABELS_KEY, OUTPUT, Classifier

__all__ = ["INPUT", "LABELS_KEY", "OUTPUT", "Classifier"]
