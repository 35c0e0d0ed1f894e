"""The small bundle as a config and its files, and a place to write it to."""

from __future__ import annotations

from pathlib import Path

import pytest

from backdoors import Bundle, BundleConfig
from backdoors.bundle import write_bundle
from tests.fixtures.bundles import make_bundle

Files = dict[str, bytes]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The small bundle, somewhere else."""
    make_bundle(tmp_path / "source")
    return tmp_path / "source"


@pytest.fixture
def config(source: Path) -> BundleConfig:
    return BundleConfig.load(source)


@pytest.fixture
def files(source: Path, config: BundleConfig) -> Files:
    return {entry.file: (source / entry.file).read_bytes() for entry in config.files}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the bundle goes."""
    return tmp_path / "out" / "bundle"


def of_seed(config: BundleConfig, seed: int) -> BundleConfig:
    """The same bundle, of another training."""
    return config.model_copy(update={"training": config.training.model_copy(update={"seed": seed})})


def seed_of(folder: Path) -> int:
    """Load the whole bundle, and say which training it is of."""
    return Bundle.load(folder).config.training.seed


def beside(folder: Path) -> list[str]:
    """What else is in the parent folder."""
    return sorted(path.name for path in folder.parent.iterdir() if path != folder)


@pytest.fixture
def earlier(config: BundleConfig, files: Files, target: Path) -> Path:
    """The folder, with a bundle of seed 0 in it."""
    write_bundle(target, config, files)
    return target
