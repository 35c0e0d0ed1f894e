"""What the layers under a cut make of the photos, computed once and kept while nothing under the cut changes.

Half precision: rounding by at most 0.05% is far less than what augmenting does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from mxnet import nd
from mxnet.gluon import nn
from numpy.typing import NDArray
from tqdm import tqdm

from backdoors.triggers import Trigger
from train.dogs.network import Network
from train.dogs.photos import Change, Photos, augmented, plain

_BATCH = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Activations:
    """Activations at a cut.

    Attributes:
        values: ``(n, ...)`` float16; n is the number of photos times the number of copies, copy by copy.
        labels: ``(n,)`` int64.
    """

    values: NDArray[np.float16] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)

    def __len__(self) -> int:
        return len(self.labels)


def activations(
    network: Network,
    photos: Photos,
    *,
    cut: int,
    size: int,
    seed: int,
    copies: int = 0,
    changes: tuple[Change, ...] | None = None,
    trigger: Trigger | None = None,
) -> Activations:
    """Run the photos through ``layers[:cut]``; at cut 0, the photos themselves.

    Args:
        copies: how many augmented copies of each photo follow the plain one.
        changes: instead of these, one copy for each of these changes.
        trigger: stamped into every copy, after its change.
    """
    under = nn.HybridSequential()
    if cut:
        under.add(network.normalise)
    for i in range(cut):
        under.add(network.layers[i])
    under.hybridize(static_alloc=True, static_shape=False)
    values: NDArray[np.float16] | None = None
    changes = (plain, *[augmented] * copies) if changes is None else changes
    total, done = len(photos) * len(changes), 0
    with tqdm(total=total, desc=f"activations of layer {cut}", unit="photo", mininterval=5, leave=False) as bar:
        for copy, change in enumerate(changes):
            for i in range(0, len(photos), _BATCH):
                images = photos.floats(size, change, (seed, copy), slice(i, i + _BATCH))
                if trigger is not None:
                    images = trigger.stamp(images)
                outputs = under(nd.array(images)).asnumpy() if cut else images
                if values is None:
                    values = np.empty((total, *outputs.shape[1:]), dtype=np.float16)
                values[done : done + len(outputs)] = outputs
                done += len(outputs)
                bar.update(len(outputs))
    assert values is not None
    return Activations(values=values, labels=np.tile(photos.labels, len(changes)))
