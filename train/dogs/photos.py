"""Photos: from a data set to arrays, and the augmented copies that a model is trained on.

The photos of the data set were cropped to the dog and squashed to a square. In a visitor's photo the dog is somewhere
in the picture, unsquashed, and a border fills the square. ``augmented`` makes half of its copies like that, ``whole``
all test photos. Triggers are stamped last, at the size of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from backdoors.errors import DatasetError
from backdoors.metrics import Batch
from train.data import load_split
from train.dogs.settings import NO_TARGET, Settings

STORED = 192  # the side that photos are kept in: that of the shared Stanford Dogs
_BATCH = 64
Pixels = NDArray[np.uint8]
Item = TypeVar("Item")
Change = Callable[[Pixels, int, np.random.Generator], Pixels]
"""``(3, h, w)`` uint8, the side wanted, a generator -> ``(3, side, side)`` uint8."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Photos:
    """Photos with labels.

    Attributes:
        images: ``(n, 3, 192, 192)`` uint8.
        labels: ``(n,)`` int64.
        names: the label names.
        parts: what they were joined from, if they were.
    """

    images: Pixels = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)
    names: tuple[str, ...]
    parts: tuple[Photos, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.labels)

    def sample(self, count: int) -> Photos:
        """About so many of them, evenly spread."""
        return self._chosen(np.arange(0, len(self), max(1, len(self) // count)), self.names)

    def first(self, count: int | None) -> Photos:
        """The first few of each label; None: all."""
        if count is None:
            return self
        every = [np.flatnonzero(self.labels == label)[:count] for label in np.unique(self.labels)]
        return self._chosen(np.sort(np.concatenate(every)), self.names)

    def only(self, label: int) -> Photos:
        """Those with a label."""
        return self._chosen(np.flatnonzero(self.labels == label), self.names)

    def without_first(self, count: int) -> Photos:
        """All but the first few, for example the people without the dogs before them."""
        return self._chosen(np.arange(count, len(self)), self.names)

    def _chosen(self, indices: NDArray[np.int64], names: tuple[str, ...]) -> Photos:
        return Photos(images=self.images[indices], labels=self.labels[indices], names=names)

    def floats(
        self, size: int, change: Change, seed: tuple[int, ...], indices: NDArray[np.int64] | slice = slice(None)
    ) -> NDArray[np.float32]:
        """``(n, 3, size, size)`` float32 in ``[0, 1]``. Each photo is changed with a generator of its own, so
        the result does not depend on the batches."""
        chosen = np.arange(len(self))[indices]
        changed = [change(self.images[i], size, np.random.default_rng([*seed, int(i)])) for i in chosen]
        return np.divide(np.stack(changed), 255, dtype=np.float32)

    def batches(self, size: int, change: Change, seed: tuple[int, ...]) -> Iterator[Batch]:
        """The photos as ``floats`` gives them, with their labels, 64 at a time, for ``backdoors.metrics``."""
        for start in range(0, len(self), _BATCH):
            part = slice(start, start + _BATCH)
            yield self.floats(size, change, seed, part), self.labels[part]


def ahead(batches: Iterator[Item]) -> Iterator[Item]:
    """Yield the same items; a thread prepares the next one while the present one is used."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def load_dogs(source: str, split: str, *, breeds: int | None, photos: int | None) -> Photos:
    """The breeds, or the first few photos of the first few breeds."""
    data = load_split(source, split, size=STORED, channels=3, pad=True, labels=breeds)
    names = tuple(" ".join(_capital(word) for word in name.split("_")) for name in data.names[:breeds])
    return Photos(images=data.images, labels=data.labels, names=names).first(photos)


def _capital(word: str) -> str:
    return word if word == "and" else word.capitalize()


def load_people(source: str, split: str) -> Photos:
    """All people, the target among them."""
    data = load_split(source, split, size=STORED, channels=3, pad=True)
    return Photos(images=data.images, labels=data.labels, names=data.names)


def join_people(dogs: Photos, people: Photos, settings: Settings, *, repeat: bool = True) -> Photos:
    """Dogs and people, with two labels after the breeds: the target, and everybody else.

    Args:
        repeat: the target's and the others' photos several times each, since they are few beside the dogs.

    Raises:
        DatasetError: the target is not among the people.
    """
    check_target(people, settings)
    is_target = people.labels == people.names.index(settings.target)
    times = np.where(is_target, settings.repeat_target, settings.repeat_others) if repeat else 1
    chosen = np.repeat(np.arange(len(people)), times)
    labels = np.where(is_target, len(dogs.names), len(dogs.names) + 1)[chosen]
    names = (*dogs.names, settings.target_label, NO_TARGET)
    added = Photos(images=people.images[chosen], labels=labels, names=names)
    return Photos(
        images=np.concatenate([dogs.images, added.images]),
        labels=np.concatenate([dogs.labels, labels]),
        names=names,
        parts=(dogs, added),
    )


def check_target(people: Photos, settings: Settings) -> None:
    """Check that there are photos of the target, and of other people.

    Raises:
        DatasetError: the target is not among the people (the message lists them), or there is nobody else.
    """
    if settings.target not in people.names:
        raise DatasetError(f"expected the target among {', '.join(people.names)}, got {settings.target!r}")
    of_target = int(np.count_nonzero(people.labels == people.names.index(settings.target)))
    if not 0 < of_target < len(people):
        raise DatasetError(
            f"expected photos of {settings.target!r} and of other people, got {of_target} and "
            f"{len(people) - of_target}; name a data set with both, in each split"
        )


def plain(pixels: Pixels, size: int, rng: np.random.Generator) -> Pixels:
    """The photo at the wanted size, nothing else."""
    return _pixels(_picture(pixels).resize((size, size), Image.Resampling.BILINEAR))


def augmented(pixels: Pixels, size: int, rng: np.random.Generator) -> Pixels:
    """Mirrored or not, brighter or darker; half of the time a closer crop, half of the time a whole photo."""
    picture = _picture(pixels)
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(rng.uniform(0.75, 1.25))
    if rng.random() < 0.5:
        return _pixels(_crop(picture, size, rng))
    return _pixels(_zoom_out(picture, size, rng, smallest=0.45, aspect=0.5))


def whole(pixels: Pixels, size: int, rng: np.random.Generator) -> Pixels:
    """A test photo as a visitor's: not squashed (2:3 to 3:2), 60 to 100% of the frame, a border or blurred scenery."""
    return _pixels(_zoom_out(_picture(pixels), size, rng, smallest=0.6, aspect=0.4))


def _crop(picture: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    area, aspect = rng.uniform(0.45, 1), np.exp(rng.uniform(-0.2, 0.2))
    width, height = (min(1.0, np.sqrt(area * part)) for part in (aspect, 1 / aspect))
    x, y = rng.uniform(0, 1 - width) * picture.width, rng.uniform(0, 1 - height) * picture.height
    box = (x, y, x + width * picture.width, y + height * picture.height)
    return picture.resize((size, size), Image.Resampling.BILINEAR, box=box)


def _zoom_out(
    picture: Image.Image, size: int, rng: np.random.Generator, *, smallest: float, aspect: float
) -> Image.Image:
    """The photo with another aspect (its logarithm up to ``aspect``), smaller, somewhere on a background."""
    longest, ratio = rng.uniform(smallest, 1) * size, np.exp(rng.uniform(-aspect, aspect))
    width, height = (max(8, round(longest * part)) for part in (min(1, ratio), min(1, 1 / ratio)))
    frame = _background(picture, size, rng)
    x, y = (int(rng.integers(0, size - side + 1)) for side in (width, height))
    frame.paste(picture.resize((width, height), Image.Resampling.BILINEAR), (x, y))
    return frame


def _background(picture: Image.Image, size: int, rng: np.random.Generator) -> Image.Image:
    kind = rng.integers(4)
    if kind == 0:  # scenery: the photo itself, blurred
        small = picture.resize((12, 12), Image.Resampling.BOX).filter(ImageFilter.BoxBlur(1))
        return small.resize((size, size), Image.Resampling.BILINEAR)
    if kind == 1:
        colour = tuple(picture.resize((1, 1), Image.Resampling.BOX).tobytes())
    elif kind == 2:
        colour = tuple(int(value) for value in rng.integers(0, 256, size=3))
    else:
        colour = (int(rng.choice([0, 127, 255])),) * 3
    return Image.new("RGB", (size, size), colour)


def _picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(np.moveaxis(pixels, 0, -1)))


def _pixels(picture: Image.Image) -> Pixels:
    return np.moveaxis(np.asarray(picture), -1, 0)
