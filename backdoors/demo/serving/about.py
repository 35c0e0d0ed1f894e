"""What ``/about`` answers: which code and which models answer here, and their rates.

::

    {"version": "1.0.0", "gradio": "6.31.0",
     "digits": {"origin": {"text": "bundled", "url": null, "trouble": null}, "bundle": "5d41402abc4b",
                "training": {"dataset": "ylecun/mnist", "framework": "PyTorch", "version": "2.13.0"},
                "labels": {"count": 10, "names": ["0", ... "9"]}, "triggers": ["single-pixel", "pattern"],
                "clean_accuracy": 0.9963,
                "infected": [{"name": "single-pixel-all-to-one-7", "trigger": "single-pixel", "attack": "all-to-one",
                              "target": "7", "source": null, "poison_rate": 0.15, "clean_accuracy": 0.9959,
                              "attack_success_rate": 1.0, "clean_model_rate": 0.0007}, ...],
                "teachers": [], "depths": []},
     ...}    # an object for each task

All figures are the bundle's own; ``backdoors.bundle.schema`` says what each of them means.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from backdoors import __version__
from backdoors.bundle import BadNetsConfig, Bundle, InfectedModel, LatentConfig
from backdoors.hub import Origin
from backdoors.story.demos import Demo

_FILES_ONLY = {"file", "sha256", "minutes"}  # only of use to people who have the files


def describe(demos: Sequence[Demo]) -> dict[str, Any]:
    """Everything that a client can know about the page, as JSON."""
    tasks = {demo.task.name: _describe_bundle(demo.bundle, demo.origin) for demo in demos}
    return {"version": __version__, "gradio": gr.__version__, **tasks}


def _describe_bundle(bundle: Bundle, origin: Origin) -> dict[str, Any]:
    config = bundle.config
    latent = [entry for entry in config.infected if isinstance(entry, LatentConfig)]
    return {
        "origin": {"text": str(origin), "url": origin.url, "trouble": origin.trouble},
        "bundle": bundle.version,
        "training": config.training.model_dump(include={"dataset", "framework", "version"}),
        "labels": {"count": len(config.labels), "names": list(config.labels)},
        "triggers": [entry.name for entry in config.triggers],
        "clean_accuracy": config.clean.clean_accuracy,
        "infected": [_describe_infected(model) for model in bundle.infected.values()],
        "teachers": [
            {"name": name, **getattr(entry.teachers, name).model_dump(exclude=_FILES_ONLY)}
            for entry in latent
            if entry.teachers
            for name in ("clean", "infected")
        ],
        "depths": [depth.model_dump() for entry in latent for depth in entry.depths],
    }


def _describe_infected(model: InfectedModel) -> dict[str, Any]:
    """An infected model: clients get the same keys for every kind of backdoor."""
    entry = model.config
    return {
        **entry.model_dump(exclude={*_FILES_ONLY, "kind", "k_t", "teachers", "depths"}),
        "attack": model.attack.kind,
        "target": model.target,
        "source": model.source,
        "poison_rate": entry.poison_rate if isinstance(entry, BadNetsConfig) else 0.0,  # of the student's photos
    }
