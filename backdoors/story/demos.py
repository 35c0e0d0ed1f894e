"""A demo as the page shows it: a task, the bundle that answers for it, and where both come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backdoors.bundle import Bundle, InfectedModel
from backdoors.hub import Origin, load_models
from backdoors.tasks import Task

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """One demo, ready to show.

    Attributes:
        task: what it is.
        bundle: its models.
        origin: where the models come from.
        examples: pictures to click, by their file names without endings; none is fine.
    """

    task: Task
    bundle: Bundle
    origin: Origin
    examples: dict[str, Path]

    @classmethod
    def load(cls, task: Task, assets: Path) -> Demo:
        """Load the models that the environment names, or the bundled ones, for which no network is needed.

        Args:
            assets: the folder with ``models/NAME`` and ``examples/NAME`` of each task.

        Raises:
            BundleError: the bundled models themselves cannot be used.
        """
        bundle, origin = load_models(task, bundled=assets / "models" / task.name)
        return cls.of(task, bundle, origin, assets)

    @classmethod
    def of(cls, task: Task, bundle: Bundle, origin: Origin, assets: Path) -> Demo:
        """The demo of a bundle that is loaded, with the examples in ``assets/examples``."""
        files = sorted((assets / "examples" / task.name).glob("*"))
        examples = {file.stem: file for file in files if file.suffix.lower() in _PICTURES}
        return cls(task=task, bundle=bundle, origin=origin, examples=examples)

    @property
    def first(self) -> InfectedModel:
        """The infected model that is shown first."""
        return next(iter(self.bundle.infected.values()))

    def examples_by_label(self) -> dict[str, NDArray[np.float32]]:
        """The examples that are named after a label, prepared: ``(channel, size, size)``, in the labels' order."""
        size, files = self.bundle.config.input.size, self.examples
        pictures = {
            label: self.task.prepare(files[label], size=size) for label in self.bundle.config.labels if label in files
        }
        return {label: picture for label, picture in pictures.items() if picture is not None}
