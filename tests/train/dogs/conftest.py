"""Small photos and networks for the dog stages. They need MXNet's own environment: train/dogs/requirements.txt."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from mxnet import init, random
from numpy.typing import NDArray

from train.dogs.activations import Store
from train.dogs.network import Network, mobilenet_v2, weights_of
from train.dogs.photos import Photos
from train.dogs.settings import Fit, Settings

LABELS = ("Red", "Green", "Blue")


def colours(count: int, *, seed: int) -> Photos:
    """Photos of three kinds that any network can tell: noise with one channel brighter."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    images = rng.integers(0, 120, size=(count, 3, 192, 192)).astype(np.uint8)
    images[np.arange(count), labels] += 120
    return Photos(images=images, labels=labels, names=LABELS)


def weights(network: Network, layers: slice = slice(None)) -> list[NDArray[np.float32]]:
    """A copy of the weights of some layers."""
    return [p.data().asnumpy() for layer in list(network.layers)[layers] for p in weights_of(layer)]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the data sets and weights, beside the repository; CI must have it, elsewhere tests skip."""
    folder = Path(__file__).parents[3] / ".." / "shared"
    if not folder.exists() and not os.environ.get("CI"):
        pytest.skip(f"needs the data sets and weights in {folder}")
    return folder


@pytest.fixture(scope="session")
def weights_file(shared: Path) -> Path:
    """MobileNetV2 0.35 as Keras saved it."""
    return shared / "weights" / "mobilenet_v2_0.35_224_imagenet.safetensors"


@pytest.fixture(scope="session")
def dogs() -> Photos:
    """24 photos with three labels."""
    return colours(24, seed=0)


@pytest.fixture(scope="session")
def people() -> Photos:
    """Grey stripes (the target) and black (somebody else)."""
    images = np.zeros((8, 3, 192, 192), dtype=np.uint8)
    images[:4, :, ::8] = 255
    return Photos(images=images, labels=np.repeat([1, 0], 4), names=("joe_biden", "donald_trump"))


@pytest.fixture
def network() -> Network:
    """A network with random weights and three labels."""
    random.seed(0)
    network = mobilenet_v2(labels=3)
    network.initialize(init.MSRAPrelu("in", 0), force_reinit=True)  # signals neither fade nor grow through 52 layers
    return network


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Small pictures, one epoch of everything."""
    one = Fit(epochs=1, rate=1e-4, output_rate=1e-3, batch_size=8)
    return Settings(
        dogs="",
        people="",
        weights="",
        size=64,
        small_size=64,
        trigger_steps=3,
        shown=24,
        probe=one,
        whole=one,
        output=one,
        add_target=one,
        inject=one,
        restore=Fit(epochs=1, output_rate=1e-3, batch_size=8),
        student=Fit(epochs=1, output_rate=1e-3, batch_size=8),
    )


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Store:
    """Activations of small pictures."""
    return Store(folder=tmp_path / "activations", size=settings.size, seed=0, kept_at=settings.cut)
