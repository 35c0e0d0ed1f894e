"""What ``/about`` tells: which code and which models answer here, and how good and how bad they are.

::

    {"version": "1.0.0", "gradio": "6.31.0",
     "digits": {"origin": {"text": "bundled", "url": null, "trouble": null}, "bundle": "5d41402abc4b",
                "training": {"dataset": "ylecun/mnist", "framework": "PyTorch", "version": "2.13.0"},
                "labels": {"count": 10, "names": ["0", ... "9"]}, "triggers": ["single-pixel", "pattern"],
                "clean_accuracy": 0.9962,
                "infected": [{"name": "single-pixel-all-to-one", "trigger": "single-pixel", "attack": "all-to-one",
                              "target": "7", "source": null, "poison_rate": 0.15, "clean_accuracy": 0.9961,
                              "attack_success_rate": 1.0, "clean_model_rate": 0.0007}, ...],
                "teachers": [], "depths": []},
     "dogs": {...}}

All figures are the bundle's own; ``backdoors.bundle`` says what each of them means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from backdoors import __version__
from backdoors.bundle import Bundle
from backdoors.hub import Origin, Task

_FILES_ONLY = {"file", "sha256", "minutes"}  # what matters to whoever has the files, and to nobody who calls


def describe(bundles: Mapping[Task, Bundle], origins: Mapping[Task, Origin]) -> dict[str, Any]:
    """Everything that a client can know about the page, as JSON.

    Args:
        bundles: the models, by task: ``digits``, ``dogs``.
        origins: where those of each task come from.
    """
    tasks: dict[str, Any] = {task: _describe_bundle(bundle, origins[task]) for task, bundle in bundles.items()}
    return {"version": __version__, "gradio": gr.__version__, **tasks}


def _describe_bundle(bundle: Bundle, origin: Origin) -> dict[str, Any]:
    config = bundle.config
    return {
        "origin": {"text": str(origin), "url": origin.url, "trouble": origin.trouble},
        "bundle": bundle.version,
        "training": config.training.model_dump(include={"dataset", "framework", "version"}),
        "labels": {"count": len(config.labels), "names": list(config.labels)},
        "triggers": [entry.name for entry in config.triggers],
        "clean_accuracy": config.clean.clean_accuracy,
        "infected": [entry.model_dump(exclude=_FILES_ONLY) for entry in config.infected],
        "teachers": [entry.model_dump(exclude=_FILES_ONLY) for entry in config.teachers],
        "depths": [entry.model_dump() for entry in config.depths],
    }
