"""The models and triggers of a bundle, each loaded from its file and held against what the config says of it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from backdoors.bundle.entries import FileConfig, TriggerConfig
from backdoors.bundle.files import read_file
from backdoors.bundle.schema import BundleConfig
from backdoors.errors import BundleError, ModelError, TriggerError
from backdoors.models import OnnxModel, probe
from backdoors.triggers import Trigger

MOST_BYTES = 200_000_000  # of all files of a bundle, which the page keeps in memory; the bundled ones have 6 and 9 MB


def check_sizes(folder: Path, config: BundleConfig) -> None:
    """Raise if the files are too large together. Missing ones are found when they are read."""
    sizes = {}
    for path in (folder / entry.file for entry in config.files):
        with contextlib.suppress(OSError):
            sizes[path] = path.stat().st_size
    if (together := sum(sizes.values())) > MOST_BYTES:
        largest = max(sizes, key=lambda path: sizes[path])
        raise BundleError(
            f"{folder}: expected files of at most {MOST_BYTES:,} bytes together, got {together:,}; the largest is "
            f"{largest}",
            path=largest,
            expected=MOST_BYTES,
            got=together,
        )


def probe_models(folder: Path, config: BundleConfig) -> None:
    """Try all models in a process of their own; see ``backdoors.models.probing``.

    Raises:
        BundleError: one of them fails, answers badly, or takes too much time or memory.
    """
    entries = {str(folder / entry.file): entry for entry in config.files if not isinstance(entry, TriggerConfig)}
    try:
        probe({path: read_file(folder, entry) for path, entry in entries.items()})
    except ModelError as e:
        raise BundleError(str(e), path=None if e.path is None else Path(e.path)) from e


def load_trigger(folder: Path, config: BundleConfig, entry: TriggerConfig) -> Trigger:
    """The trigger of an entry.

    Raises:
        BundleError: the file is no trigger, or one of another size.
    """
    path, shape = folder / entry.file, _shape(config)
    try:
        trigger = Trigger.load(read_file(folder, entry), name=entry.name, channels=config.input.channels)
    except TriggerError as e:
        raise BundleError(f"{path}: {e}", path=path, expected=e.expected, got=e.got) from e
    if trigger.pattern.shape != shape:
        raise BundleError(
            f"{path}: expected a trigger {shape}, got {trigger.pattern.shape}",
            path=path,
            expected=shape,
            got=trigger.pattern.shape,
        )
    return trigger


def load_model(folder: Path, config: BundleConfig, entry: FileConfig, labels: tuple[str, ...]) -> OnnxModel:
    """The model of an entry, with these labels.

    Raises:
        BundleError: the file is no model, or one with other labels or for other pictures.
    """
    path, shape = folder / entry.file, _shape(config)
    try:
        model = OnnxModel(read_file(folder, entry), name=str(path))
    except ModelError as e:
        raise BundleError(str(e), path=path, expected=e.expected, got=e.got) from e
    if model.labels != labels:
        raise BundleError(
            f"{path}: expected the labels {list(labels)}, got {list(model.labels)}",
            path=path,
            expected=labels,
            got=model.labels,
        )
    if model.shape != shape:
        raise BundleError(
            f"{path}: expected pictures {shape}, got {model.shape}", path=path, expected=shape, got=model.shape
        )
    return model


def _shape(config: BundleConfig) -> tuple[int, int, int]:
    return config.input.channels, config.input.size, config.input.size
