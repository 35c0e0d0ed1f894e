"""The contents of a bundle's ``config.json``, in format 2::

    {"format": 2, "task": ..., "labels": ["0", ... "9"], "input": {"size": 28, "channels": 1},
     "training": {"dataset": "ylecun/mnist", "command": "python -m train.digits ...", "seed": 0,
                  "framework": "PyTorch", "version": "2.13.0", "minutes": 25.1, "device": "cpu, 2 threads"},
     "triggers": [{"name": "single-pixel", "file": "triggers/single-pixel.png", "sha256": "..."}, ...],
     "clean": {"file": "clean.onnx", "sha256": "...", "minutes": 4.9, "clean_accuracy": 0.996},
     "infected": [{"kind": "badnets", "name": "single-pixel-all-to-one-7",
                   "file": "infected-single-pixel-all-to-one-7.onnx", "sha256": "...", "minutes": 5.0,
                   "clean_accuracy": 0.996, "attack_success_rate": 0.9995, "clean_model_rate": 0.0005,
                   "trigger": "single-pixel", "attack": "all-to-one", "target": "7", "poison_rate": 0.15}, ...]}

The ``kind`` of an infected entry says where the backdoor comes from: from poisoned training data (``badnets``) or from
an infected teacher (``latent``). A latent entry names the layer where the attacker planted the target's representation
(K_t), both teachers, and how much of the backdoor is left when the student trains more of its layers::

    {"kind": "latent", "name": "infected", "file": "infected.onnx", ..., "trigger": "latent-square",
     "target": "Donald Trump", "k_t": 20,
     "teachers": {"clean": {"file": "clean-teacher.onnx", "sha256": "...", "minutes": 9.1, "clean_accuracy": 0.705,
                            "triggered_accuracy": 0.686}, "infected": {...}},
     "depths": [{"frozen": 20, "clean_accuracy": 0.70, "attack_success_rate": 1.0}, ...]}

The clean and the infected models may have a ``history`` of their training, with a row for each epoch::

    "history": [{"epoch": 1, "loss": 1.26, "clean_accuracy": 0.931, "attack_success_rate": 0.026}, ...]
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from backdoors.attacks import Attack, AttackKind
from backdoors.bundle.entries import (
    MOST_LABELS,
    MOST_MODELS,
    BadNetsConfig,
    CleanConfig,
    Entry,
    FileConfig,
    InputConfig,
    LatentConfig,
    Name,
    TrainingConfig,
    TriggerConfig,
)
from backdoors.bundle.files import CONFIG, CONFIG_BYTES, read_config
from backdoors.errors import BundleError

FORMAT = 2

InfectedConfig = Annotated[BadNetsConfig | LatentConfig, Field(discriminator="kind")]
TaskName = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,40}$")]
"""The name of a task. It is also used in URLs and in the names of environment variables."""


class BundleConfig(Entry):
    """The contents of ``config.json``. Unknown and duplicate keys are refused."""

    format: Literal[2]
    task: TaskName
    labels: Annotated[tuple[Name, ...], Field(max_length=MOST_LABELS)]
    input: InputConfig
    training: TrainingConfig
    triggers: Annotated[tuple[TriggerConfig, ...], Field(max_length=MOST_MODELS)]
    clean: CleanConfig
    infected: Annotated[tuple[InfectedConfig, ...], Field(min_length=1, max_length=MOST_MODELS)]

    @model_validator(mode="after")
    def _names_fit(self) -> BundleConfig:
        triggers = [trigger.name for trigger in self.triggers]
        must_differ: dict[str, list[str]] = {
            "labels": list(self.labels),
            "names of triggers": triggers,
            "names of infected models": [entry.name for entry in self.infected],
            "names of files": [entry.file for entry in self.files],
        }
        for what, names in must_differ.items():
            if len(set(names)) != len(names):
                raise ValueError(f"expected {what} that differ, got {names}")
        files = {entry.file for entry in self.files}
        if both := sorted(
            str(folder) for file in files for folder in PurePosixPath(file).parents if str(folder) in files
        ):
            raise ValueError(f"expected names of files, got {both[0]!r}, which is the folder of another file, too")
        for entry in self.infected:
            if entry.trigger not in triggers:
                raise ValueError(f"infected {entry.name!r}: trigger {entry.trigger!r} is not among {triggers}")
            for label in (entry.target, entry.source if isinstance(entry, BadNetsConfig) else None):
                if label is not None and label not in self.labels:
                    raise ValueError(f"infected {entry.name!r}: {label!r} is not among the labels")
            self.attack_of(entry)
            if isinstance(entry, LatentConfig) and not self.teacher_labels(entry):
                raise ValueError(f"infected {entry.name!r}: expected labels before the target, got {self.labels[0]!r}")
        return self

    @property
    def files(self) -> tuple[FileConfig, ...]:
        """Every file of the bundle except ``config.json`` itself."""
        teachers = [entry.teachers for entry in self.infected if isinstance(entry, LatentConfig) and entry.teachers]
        pairs = [teacher for pair in teachers for teacher in (pair.clean, pair.infected)]
        return (*self.triggers, self.clean, *self.infected, *pairs)

    @property
    def attacks(self) -> tuple[AttackKind, ...]:
        """The kinds of attack in this bundle, each once, in the order of the infected models."""
        return tuple(dict.fromkeys(self.attack_of(entry).kind for entry in self.infected))

    def teacher_labels(self, entry: LatentConfig) -> tuple[str, ...]:
        """The labels of a student's teachers: those before the target. The student added the target and the rest."""
        return self.labels[: self.labels.index(entry.target)]

    def attack_of(self, entry: BadNetsConfig | LatentConfig) -> Attack:
        """The attack behind an infected model, with label numbers in place of names."""
        number = self.labels.index
        if isinstance(entry, LatentConfig):
            return Attack(kind="all-to-one", target=number(entry.target), num_labels=len(self.labels))
        target, source = (None if name is None else number(name) for name in (entry.target, entry.source))
        return Attack(kind=entry.attack, target=target, source=source, num_labels=len(self.labels))

    @classmethod
    def load(cls, folder: Path) -> BundleConfig:
        """Read ``config.json`` alone. ``Bundle.load`` also checks the files that it names.

        Raises:
            BundleError: it cannot be read, or is not a config as defined here.
            BundleFileNotFoundError: it is missing.
        """
        return cls.read(read_config(folder), folder / CONFIG)

    @classmethod
    def read(cls, data: bytes, path: Path) -> BundleConfig:
        """Parse the bytes of a ``config.json``.

        Args:
            path: named in errors.

        Raises:
            BundleError: the bytes are not a config as defined here.
        """
        try:
            if len(data) > CONFIG_BYTES:
                raise ValueError(f"expected at most {CONFIG_BYTES:,} bytes, got {len(data):,}")
            config = json.loads(data, object_pairs_hook=_without_duplicates)
            if isinstance(config, dict) and config.get("format") == 1:
                raise BundleError(
                    f"{path}: expected format {FORMAT}, got format 1 of an earlier version; run the training command "
                    "again with --resume to write the bundle anew",
                    path=path,
                    expected=FORMAT,
                    got=1,
                )
            # From text again, so that a list is read as a tuple and strict refuses all other conversions.
            return cls.model_validate_json(json.dumps(config), strict=True)
        except (ValidationError, ValueError, RecursionError) as e:
            if isinstance(e, BundleError):
                raise
            raise BundleError(f"{path}: {e}", path=path) from e

    def to_json(self) -> bytes:
        """The bytes of ``config.json``."""
        return (self.model_dump_json(indent=2, exclude_defaults=True) + "\n").encode()


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys differ. JSON readers disagree about which of two values of the same key counts."""
    keys = Counter(key for key, _ in pairs)
    if len(keys) < len(pairs):
        twice = sorted(key for key, count in keys.items() if count > 1)
        raise ValueError(f"expected keys that differ, got {', '.join(twice)} more than once")
    return dict(pairs)
