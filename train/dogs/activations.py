"""Activations at a cut: the output of the layers under it, computed once while those layers stay frozen.

A ``Store`` is a folder of them. The name of each file is a checksum of everything that the activations depend on, the
weights under the cut included, so a stale file is never read. A resumed run uses the files again; the folder can be
deleted at any time.

They are kept in half precision: its rounding errors, at most 0.05%, are far smaller than the effect of augmentation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from mxnet import nd
from mxnet.gluon import nn
from numpy.typing import NDArray
from tqdm import tqdm

from backdoors.metrics import Batch
from backdoors.triggers import Trigger
from train.dogs.network import Network, weights_of
from train.dogs.photos import Change, Photos, ahead, plain
from train.runs import replacing

_BATCH = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Activations:
    """Activations at a cut.

    Attributes:
        values: ``(n, ...)`` float16; n is the number of photos times the number of changes, change by change.
        labels: ``(n,)`` int64.
    """

    values: NDArray[np.float16] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.labels)

    def labelled(self, label: int) -> Activations:
        """The same activations, all with one label: of triggered photos, the label that the attacker wants."""
        return replace(self, labels=np.full_like(self.labels, label))

    def batches(self, size: int = 64) -> Iterator[Batch]:
        """The activations as float32 with their labels, ``size`` at a time, for ``backdoors.metrics``."""
        for start in range(0, len(self), size):
            part = slice(start, start + size)
            yield self.values[part].astype(np.float32), self.labels[part]


@dataclass(frozen=True, kw_only=True)
class Store:
    """A folder of activations.

    Attributes:
        folder: created when something is kept; None: nothing is kept.
        size: the side of the pictures.
        seed: decides the augmented copies.
        kept_at: the cut whose activations are kept; deeper ones are computed from them, in seconds.
    """

    folder: Path | None
    size: int
    seed: int
    kept_at: int

    def get(
        self,
        network: Network,
        photos: Photos,
        *,
        cut: int,
        changes: tuple[Change, ...] = (plain,),
        trigger: Trigger | None = None,
    ) -> Activations:
        """Run the photos through ``layers[:cut]``; at cut 0, the photos themselves.

        Args:
            changes: one copy of each photo for each of these.
            trigger: stamped into every copy, after its change.
        """
        if photos.parts:  # the dogs alone may be there already
            parts = [self.get(network, part, cut=cut, changes=changes, trigger=trigger) for part in photos.parts]
            return Activations(
                values=np.concatenate([part.values for part in parts]),
                labels=np.concatenate([part.labels for part in parts]),
            )
        labels = np.tile(photos.labels, len(changes))
        kept_at = self.kept_at if 0 < self.kept_at <= cut else cut
        key = self._key(network, photos, kept_at, changes, trigger)
        file = self.folder / f"{key}.npy" if self.folder and kept_at == self.kept_at else None
        if file and file.exists():
            values = np.load(file)
        else:
            values = self._compute(network, photos, kept_at, changes, trigger)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
                with replacing(file) as partial:
                    np.save(partial, values)
        if cut > kept_at:
            rest = _part(network, kept_at, cut)
            batches = range(0, len(values), 4 * _BATCH)
            values = np.concatenate(
                [
                    rest(nd.array(values[i : i + 4 * _BATCH], dtype="float32")).asnumpy().astype("float16")
                    for i in batches
                ]
            )
        return Activations(values=values, labels=labels)

    def _compute(
        self, network: Network, photos: Photos, cut: int, changes: tuple[Change, ...], trigger: Trigger | None
    ) -> NDArray[np.float16]:
        under = _part(network, 0, cut)
        values: NDArray[np.float16] | None = None
        total, done = len(photos) * len(changes), 0
        with tqdm(total=total, desc=f"layers under {cut}", unit="photo", mininterval=5, leave=False) as bar:
            parts = (
                (copy, slice(i, i + _BATCH)) for copy in range(len(changes)) for i in range(0, len(photos), _BATCH)
            )
            for images in ahead(
                photos.floats(self.size, changes[copy], (self.seed, copy), part) for copy, part in parts
            ):
                stamped = images if trigger is None else trigger.stamp(images)
                outputs = under(nd.array(stamped)).asnumpy() if cut else stamped
                if values is None:
                    values = np.empty((total, *outputs.shape[1:]), dtype=np.float16)
                values[done : done + len(outputs)] = outputs
                done += len(outputs)
                bar.update(len(outputs))
        assert values is not None
        return values

    def _key(
        self, network: Network, photos: Photos, cut: int, changes: tuple[Change, ...], trigger: Trigger | None
    ) -> str:
        checksum = hashlib.sha256()
        names = [change.__name__ for change in changes]
        checksum.update(repr((network.backbone, self.size, self.seed, cut, names, len(photos))).encode())
        checksum.update(np.ascontiguousarray(photos.images[:, :, ::16, ::16]).tobytes())
        for layer in list(network.layers)[:cut]:
            for parameter in weights_of(layer):
                checksum.update(parameter.data().asnumpy().tobytes())
        if trigger is not None:
            checksum.update(trigger.to_png())
        return checksum.hexdigest()[:24]


def _part(network: Network, start: int, stop: int) -> nn.HybridSequential:
    part = nn.HybridSequential()
    if start == 0 and stop > 0:
        part.add(network.normalise)
    for i in range(start, stop):
        part.add(network.layers[i])
    part.hybridize(static_alloc=True, static_shape=False)
    return part
