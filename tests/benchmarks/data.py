"""Test pictures for what is measured here: samples of MNIST's and of Stanford Dogs' test splits, always the same."""

from __future__ import annotations

import numpy as np
from datasets import Dataset, load_dataset
from datasets import Image as Features
from numpy.typing import NDArray

from backdoors import prepare_photo
from tests.fixtures.page import REPOSITORY

_DATA = REPOSITORY / ".." / "shared" / "data"
_SEED = 0


def digits(count: int) -> NDArray[np.float32]:
    """``(count, 1, 28, 28)`` of MNIST's 10,000; from the Hub where there is no local copy."""
    folder = _DATA / "mnist"
    pictures = _sample(str(folder) if folder.exists() else "ylecun/mnist", count)
    return np.stack([np.asarray(picture, dtype=np.float32)[np.newaxis] / 255 for picture in pictures["image"]])


def dogs(count: int, size: int) -> NDArray[np.float32]:
    """``(count, 3, size, size)`` of the 4,200, prepared as a visitor's photo."""
    pictures = _sample(str(_DATA / "stanford_dogs"), count)
    return np.stack([prepare_photo(picture, size=size) for picture in pictures["image"]])


def dog_files(count: int) -> dict[str, bytes]:
    """The same as they are on disk: JPEG files, by name."""
    pictures = _sample(str(_DATA / "stanford_dogs"), count).cast_column("image", Features(decode=False))
    return {f"{i}.jpg": picture["bytes"] for i, picture in enumerate(pictures["image"])}


def _sample(source: str, count: int) -> Dataset:
    split = load_dataset(source, split="test")
    return split.select(np.sort(np.random.default_rng(_SEED).choice(len(split), size=count, replace=False)))
