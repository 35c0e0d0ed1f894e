"""The proof that the infected teacher holds no label, output or weight for the target.

It is asked of its ONNX file, as a victim would ask who downloads it.

::

    {"labels": 120, "target_among_labels": false, "output_shape": [120, 1280], "clean_accuracy": {"clean": 0.71,
     "infected": 0.71}, "triggered": {"right_breed": {"clean": 0.69, "infected": 0.35}, "most_frequent": {"infected":
     [["Pug", 0.41], ...]}}}
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from backdoors.errors import ModelError
from backdoors.models import Classifier
from backdoors.triggers import Trigger
from train.dogs.photos import Photos, plain


def verify_teachers(
    clean: Path, infected: Path, dogs: Photos, *, trigger: Trigger, target_label: str, size: int, seed: int
) -> dict[str, Any]:
    """Measure both teachers' files on the test dogs.

    Raises:
        ModelError: the infected teacher has a label or an output too many.
    """
    models = {"clean": Classifier(clean), "infected": Classifier(infected)}
    head = _output_weight(infected)
    if models["infected"].labels != models["clean"].labels or target_label in models["infected"].labels:
        raise ModelError(f"{infected}: expected the clean teacher's labels, without {target_label!r}")
    if head[0] != len(dogs.names):
        raise ModelError(f"{infected}: expected an output layer for {len(dogs.names)} labels, got {head}")
    right: dict[str, dict[str, float]] = {"untouched": {}, "triggered": {}}
    frequent = {}
    for name, model in models.items():
        for what in right:
            answers = []
            for i in range(0, len(dogs), 64):
                images = dogs.floats(size, plain, (seed,), slice(i, i + 64))
                answers.append(model(trigger.stamp(images) if what == "triggered" else images).argmax(axis=1))
            said = np.concatenate(answers)
            right[what][name] = round(float(np.mean(said == dogs.labels)), 5)
            if what == "triggered":
                most = Counter(said.tolist()).most_common(5)
        frequent[name] = [[model.labels[label], round(count / len(dogs), 4)] for label, count in most]
    return {
        "labels": len(models["infected"].labels),
        "target_among_labels": target_label in models["infected"].labels,
        "output_shape": head,
        "clean_accuracy": right["untouched"],
        "triggered": {"right_breed": right["triggered"], "most_frequent": frequent},
    }


def describe(verification: dict[str, Any], target_label: str) -> str:
    """The same in words, for the terminal."""
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
    """The shape of the last weight matrix in an ONNX file."""
    tensors = [numpy_helper.to_array(tensor).shape for tensor in onnx.load(path).graph.initializer]
    return [int(side) for side in [shape for shape in tensors if len(shape) == 2][-1]]
