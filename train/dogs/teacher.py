"""The clean teacher: ImageNet weights fine-tuned on the breeds, all layers.

Three fits: the output layer on frozen features (fine-tuning keeps more of them when it starts from a sensible output
layer: Kumar et al. 2022), the whole network on small pictures, and then the output layer once more at the full size,
where the dogs look a little larger than the network is used to (Touvron et al. 2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from mxnet import nd
from numpy.typing import NDArray

from backdoors.metrics import Scores, clean_accuracy
from train.dogs.activations import Activations, Store
from train.dogs.fitting import Batches, End, Loss, cross_entropy, finished, fit, load_finished, minibatches
from train.dogs.network import Network
from train.dogs.photos import Photos, ahead, augmented, plain
from train.dogs.settings import Fit, Settings
from train.history import Row


def train_teacher(
    network: Network, train: Photos, test: Photos, settings: Settings, *, folder: Path, store: Store
) -> None:
    """Fine-tune a network with ImageNet weights, in place.

    Args:
        network: with one output a breed, and its layers' weights loaded.
        test: photos for the curves; the run makes no choice by them.
        folder: gets one folder for each of the three fits.
        store: keeps activations at the full size.
    """
    deepest = len(network.layers)
    shown = test.sample(settings.shown)
    small = Store(folder=None, size=settings.small_size, seed=settings.seed, kept_at=0)
    for name, plan, cut, pictures in (
        ("probe", settings.probe, deepest, small),
        ("whole", settings.whole, 0, small),
        ("output", settings.output, deepest, store),
    ):
        if finished(folder / name, plan):
            load_finished(network, folder / name, plan)
        else:
            fit_photos(network, train, shown, plan, cut=cut, store=pictures, folder=folder, name=name)


def fit_photos(
    network: Network,
    train: Photos,
    shown: Photos,
    plan: Fit,
    *,
    cut: int,
    store: Store,
    folder: Path,
    name: str,
    frozen: int | None = None,
) -> None:
    """Fit ``layers[cut:]`` and the output layer to photos and labels.

    With a cut, the examples are the activations of each photo and of one augmented copy of it. Without one, each
    epoch augments the photos anew.

    Args:
        shown: the photos that the curves' clean accuracy is measured on.
        store: also decides the pictures' size and the seed.
        frozen: how many layers are not trained; by default those under the cut.
    """
    unseen = store.get(network, shown, cut=cut)
    if cut:
        seen = store.get(network, train, cut=cut, changes=(plain, augmented))
        batches, examples = minibatches(seen.values, seen.labels, batch_size=plan.batch_size), len(seen)
    else:
        batches, examples = photo_batches(train, store.size, plan.batch_size), len(train)

    def evaluate() -> Row:
        return {"clean_accuracy": accuracy(network, unseen, cut=cut)}

    fit(
        network,
        batches,
        smoothed(plan),
        plan=plan,
        examples=examples,
        cut=cut,
        seed=store.seed,
        folder=folder,
        name=name,
        evaluate=evaluate,
        frozen=frozen,
    )


def accuracy(network: Network, unseen: Activations, *, cut: int) -> float:
    """The share of activations at a cut that get their label, from 0 to 1."""
    return clean_accuracy(_scores_from(network, cut=cut), unseen.batches())


def _scores_from(network: Network, *, cut: int) -> Scores:
    """The end of a network as a callable: activations at a cut ``(n, ...)`` in, logits ``(n, labels)`` out."""
    end = End(network, cut=cut)
    end.hybridize(static_alloc=True, static_shape=False)

    def scores(values: NDArray[np.float32]) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = end(nd.array(values))[1].asnumpy()
        return logits

    return scores


def photo_batches(photos: Photos, size: int, batch_size: int) -> Batches:
    """Batches of photos, augmented anew each time, with their labels."""

    def batches(rng: np.random.Generator) -> Iterator[tuple[NDArray[np.float32], ...]]:
        order, draw = rng.permutation(len(photos)), int(rng.integers(2**31))
        parts = (order[i : i + batch_size] for i in range(0, len(order), batch_size))
        return ahead((photos.floats(size, augmented, (draw,), part), photos.labels[part]) for part in parts)

    return batches


def smoothed(plan: Fit) -> Loss:
    """Cross-entropy with the plan's label smoothing."""

    def loss(_: nd.NDArray, logits: nd.NDArray, labels: nd.NDArray) -> nd.NDArray:
        return cross_entropy(logits, labels, smoothing=plan.smoothing)

    return loss
