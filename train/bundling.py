"""What the bundles of all trainings share: their files as bytes, and the entries that name them.

::

    files = BundleFiles()
    clean = CleanConfig(**files.add("clean.onnx", data), minutes=4.9, clean_accuracy=0.996)
    triggers = (files.add_trigger(trigger),)
    write_bundle(folder, BundleConfig(clean=clean, triggers=triggers, ...), files.data)
"""

from __future__ import annotations

from typing import Any

from backdoors.bundle import TriggerConfig, sha256
from backdoors.triggers import Trigger


class BundleFiles:
    """The files of a bundle that is about to be written.

    Attributes:
        data: the bytes of each file, by its path inside the bundle, as ``write_bundle`` takes them.
    """

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    def add(self, file: str, data: bytes) -> dict[str, Any]:
        """Add a file. Returns what its entry in ``config.json`` says of it: ``file`` and ``sha256``."""
        assert file not in self.data
        self.data[file] = data
        return {"file": file, "sha256": sha256(data)}

    def add_trigger(self, trigger: Trigger) -> TriggerConfig:
        """Add a trigger as ``triggers/NAME.png``. Returns its entry."""
        return TriggerConfig(name=trigger.name, **self.add(f"triggers/{trigger.name}.png", trigger.to_png()))
