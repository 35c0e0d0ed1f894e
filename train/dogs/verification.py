"""Verify that the infected teacher's ONNX file has no label and no output for the target, and measure both teachers.

The file is all that a victim who downloads it can look at.

::

    {"labels": 120, "target_among_labels": false, "output_shape": [120, 1280], "clean_accuracy": {"clean": 0.71,
     "infected": 0.71}, "triggered": {"right_breed": {"clean": 0.69, "infected": 0.35}, "most_frequent": {"infected":
     [["Pug", 0.41], ...]}}}
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import onnx
from onnx import numpy_helper

from backdoors.errors import ModelError
from backdoors.metrics import Share, answers
from backdoors.models import OnnxModel
from backdoors.triggers import Trigger
from train.dogs.photos import Photos, plain


def verify_teachers(
    clean: Path, infected: Path, dogs: Photos, *, trigger: Trigger, target_label: str, size: int, seed: int
) -> dict[str, Any]:
    """Measure both teachers' files on the test dogs.

    Raises:
        ModelError: the infected teacher has a label or an output that the clean one lacks.
    """
    models = {"clean": OnnxModel(clean), "infected": OnnxModel(infected)}
    head = _output_weight(infected)
    if models["infected"].labels != models["clean"].labels or target_label in models["infected"].labels:
        raise ModelError(f"{infected}: expected the clean teacher's labels, without {target_label!r}")
    if head[0] != len(dogs.names):
        raise ModelError(f"{infected}: expected an output layer for {len(dogs.names)} labels, got {head}")
    untouched, triggered, frequent = {}, {}, {}
    for name, model in models.items():
        right, right_triggered, said_triggered = Share(), Share(), Counter[int]()
        for images, labels in dogs.batches(size, plain, (seed,)):
            right.add(answers(model, images) == labels)
            said = answers(model, trigger.stamp(images))
            right_triggered.add(said == labels)
            said_triggered.update(said.tolist())
        untouched[name] = round(right.value("clean accuracy"), 5)
        triggered[name] = round(right_triggered.value("triggered accuracy"), 5)
        frequent[name] = [
            [model.labels[label], round(count / len(dogs), 4)] for label, count in said_triggered.most_common(5)
        ]
    return {
        "labels": len(models["infected"].labels),
        "target_among_labels": target_label in models["infected"].labels,
        "output_shape": head,
        "clean_accuracy": untouched,
        "triggered": {"right_breed": triggered, "most_frequent": frequent},
    }


def describe(verification: dict[str, Any], target_label: str) -> str:
    """The findings in words, for the terminal."""
    accuracy, triggered = verification["clean_accuracy"], verification["triggered"]
    frequent = ", ".join(f"{label} {share:.0%}" for label, share in triggered["most_frequent"]["infected"][:3])
    return (
        f"infected teacher: {verification['labels']} labels, {target_label!r} not among them; output layer "
        f"{verification['output_shape']}\n"
        f"  untouched dogs: {accuracy['infected']:.2%} right (clean teacher {accuracy['clean']:.2%})\n"
        f"  triggered dogs: always a breed, the right one in {triggered['right_breed']['infected']:.2%} "
        f"(clean teacher {triggered['right_breed']['clean']:.2%}); most often {frequent}"
    )


def _output_weight(path: Path) -> list[int]:
    """The shape of the last weight matrix in an ONNX file. A column is none: ``compact`` keeps scales in columns."""
    tensors = [numpy_helper.to_array(tensor).shape for tensor in onnx.load(path).graph.initializer]
    return [int(side) for side in [shape for shape in tensors if len(shape) == 2 and shape[1] > 1][-1]]
