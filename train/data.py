"""Data sets, by Hub id or local folder, as arrays.

``load_split("ylecun/mnist", "train", size=28, channels=1)`` and ``load_split("../shared/data/mnist", ...)`` return the
same split. A data set needs the columns ``image`` and ``label`` and the splits ``train`` and ``test``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from datasets import ClassLabel, load_dataset
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from backdoors.errors import DatasetError
from backdoors.metrics import Batch
from backdoors.pictures import pad_photo


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """One split of a data set.

    Attributes:
        images: ``(n, channel, size, size)`` uint8, 0 to 255; kept in bytes, since floats take four times the memory.
        labels: ``(n,)`` int64 label numbers.
        names: the label names.
    """

    images: NDArray[np.uint8] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def floats(self, indices: NDArray[np.int64] | slice = slice(None)) -> NDArray[np.float32]:
        """The pictures, or some of them, as the rest of the project takes them: float32 in ``[0, 1]``."""
        return np.divide(self.images[indices], 255, dtype=np.float32)

    def batches(self, size: int = 1000) -> Iterator[Batch]:
        """The pictures as floats with their labels, ``size`` at a time, for ``backdoors.metrics``."""
        for start in range(0, len(self), size):
            part = slice(start, start + size)
            yield self.floats(part), self.labels[part]


def load_split(
    source: str, split: str, *, size: int, channels: int, pad: bool = False, labels: int | None = None
) -> Split:
    """Load one split.

    Args:
        source: a Hub id such as ``ylecun/mnist``, or a local folder.
        split: ``train`` or ``test``.
        size: the side of the square pictures that are expected.
        channels: 1 (grey) or 3 (RGB); pictures are converted.
        pad: fit pictures of another size into the square, with a grey border, instead of raising.
        labels: only the pictures of the first so many labels are read; all of them by default.

    Raises:
        DatasetError: there is no such data set or split, a column is missing, or a picture has another size.
    """
    try:
        data = load_dataset(source, split=split)
    # datasets raises many types, its own and builtin ones; each means that the name is wrong or cannot be reached
    except Exception as e:
        raise DatasetError(
            f"data set {source!r}, split {split!r}: cannot be loaded ({type(e).__name__}: {e}). Name a data set on "
            "the Hugging Face Hub, such as ylecun/mnist, or a local folder with parquet files or pictures."
        ) from e
    if not {"image", "label"} <= set(data.column_names):
        raise DatasetError(f"data set {source!r}: expected the columns image and label, got {data.column_names}")
    feature = data.features["label"]
    if not isinstance(feature, ClassLabel):
        raise DatasetError(f"data set {source!r}: expected label to be a ClassLabel with names, got {feature}")
    if labels is not None:
        data = data.select(np.flatnonzero(np.asarray(data["label"]) < labels))
    mode = {1: "L", 3: "RGB"}[channels]
    images = np.empty((len(data), channels, size, size), dtype=np.uint8)
    for i, picture in enumerate(tqdm(data["image"], desc=f"reading {split}", unit="picture", leave=False)):
        if pad and picture.size != (size, size):
            picture = pad_photo(picture.convert("RGB"), size)
        images[i] = _pixels(picture, mode, size, f"data set {source!r}, {split} picture {i}")
    return Split(images=images, labels=np.asarray(data["label"], dtype=np.int64), names=tuple(feature.names))


def _pixels(picture: Image.Image, mode: str, size: int, what: str) -> NDArray[Any]:
    if picture.size != (size, size):
        raise DatasetError(f"{what}: expected {size}x{size} pixels, got {picture.size[0]}x{picture.size[1]}")
    pixels = np.asarray(picture.convert(mode))
    return pixels[np.newaxis] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
