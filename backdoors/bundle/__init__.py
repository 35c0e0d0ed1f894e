"""A bundle: a folder with a clean model, infected models of the same task, and their triggers.

::

    digits/
        config.json
        clean.onnx
        infected-single-pixel-all-to-one-7.onnx  ...
        triggers/single-pixel.png  ...

``config.json`` describes every file and has its sha256, so that a changed, truncated or exchanged file is refused.
``schema.py`` and ``entries.py`` define it, ``loading.py`` reads a bundle, ``writing.py`` writes one, and ``README.md``
shows the format.
"""

from backdoors.bundle.entries import (
    BadNetsConfig,
    CleanConfig,
    DepthConfig,
    EpochConfig,
    FileConfig,
    InputConfig,
    LatentConfig,
    TeacherConfig,
    TeachersConfig,
    TrainingConfig,
    TriggerConfig,
)
from backdoors.bundle.files import CONFIG, CONFIG_BYTES, read_file, sha256
from backdoors.bundle.loading import Bundle, InfectedModel, Teachers
from backdoors.bundle.schema import FORMAT, BundleConfig
from backdoors.bundle.writing import taken, write_bundle

__all__ = [
    "CONFIG",
    "CONFIG_BYTES",
    "FORMAT",
    "BadNetsConfig",
    "Bundle",
    "BundleConfig",
    "CleanConfig",
    "DepthConfig",
    "EpochConfig",
    "FileConfig",
    "InfectedModel",
    "InputConfig",
    "LatentConfig",
    "TeacherConfig",
    "Teachers",
    "TeachersConfig",
    "TrainingConfig",
    "TriggerConfig",
    "read_file",
    "sha256",
    "taken",
    "write_bundle",
]
