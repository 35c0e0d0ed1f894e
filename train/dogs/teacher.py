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

from train.dogs.activations import Activations, Store
from train.dogs.fitting import Batches, Loss, cross_entropy, finished, fit, load_finished, minibatches, run_end
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
        test: what the curves show; no run chooses anything by it.
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

    Where activations are kept, they are those of each photo and of one augmented copy; without a cut each epoch
    augments anew.

    Args:
        shown: the photos that the curves' clean accuracy is measured on.
        store: also decides the pictures' size and the seed.
        frozen: how many layers stay as they are; those under the cut by default.
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
    return float(np.mean(answers(network, unseen.values, cut=cut) == unseen.labels))


def answers(network: Network, values: NDArray[np.float16], *, cut: int) -> NDArray[np.int64]:
    """``(n,)``: the label numbers that a network gives to activations at a cut."""
    labels: NDArray[np.int64] = run_end(network, values, cut=cut)[1].argmax(axis=1)
    return labels


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
