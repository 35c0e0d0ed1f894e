"""A bundle: a folder of models with its ``config.json``; ``schema.py`` describes it, ``loading.py`` reads it."""

from backdoors.bundle.loading import Bundle, InfectedModel
from backdoors.bundle.schema import (
    CONFIG,
    BundleConfig,
    CleanConfig,
    DepthConfig,
    EpochConfig,
    FileConfig,
    InfectedConfig,
    InputConfig,
    ModelConfig,
    TeacherConfig,
    TrainingConfig,
    TriggerConfig,
    sha256,
)

__all__ = [
    "CONFIG",
    "Bundle",
    "BundleConfig",
    "CleanConfig",
    "DepthConfig",
    "EpochConfig",
    "FileConfig",
    "InfectedConfig",
    "InfectedModel",
    "InputConfig",
    "ModelConfig",
    "TeacherConfig",
    "TrainingConfig",
    "TriggerConfig",
    "sha256",
]
