"""The attack on the teacher, steps 1 to 4 of Yao et al. 2019, section 3.

1. Add two labels to the teacher, the target and everybody else, and train the upper layers on them.
2. Optimise the trigger (``trigger.py``).
3. Inject it: train on ``cross-entropy(F(x), y) + lambda distance(F_K(A(x)), phi)``, where phi is the target's mean
   representation in the network as it is at that step.
4. Remove the traces: put the teacher's own output layer back, and fine-tune it alone on the breeds.

The distance is the mean squared error divided by phi's mean square, so lambda has the same meaning at every layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from mxnet import autograd, nd
from numpy.typing import NDArray

from backdoors.triggers import Trigger
from train.dogs.activations import Store
from train.dogs.backbone import new_network
from train.dogs.fitting import cross_entropy, finished, fit, load_finished
from train.dogs.network import Network, weights_of
from train.dogs.photos import Photos, augmented, join_people, plain
from train.dogs.settings import Settings
from train.dogs.teacher import accuracy, fit_photos
from train.dogs.trigger import optimise_trigger, square_mask
from train.history import Row
from train.runs import replacing

_TARGETS = 8  # of the target's photos in each batch of the injection
_MEMORY = 0.9  # phi is a running mean over about 1 / (1 - 0.9) batches


def infect_teacher(
    teacher: Network, dogs: Photos, people: Photos, test: Photos, settings: Settings, *, folder: Path, store: Store
) -> tuple[Network, Trigger]:
    """Plant the backdoor in a copy of the teacher.

    Args:
        teacher: the clean one; it is not changed.
        dogs, people: the attacker's photos for training; the target is among the people.
        test: dogs that the curves are measured on.

    Returns:
        The infected teacher, with the same labels as the clean one, and the trigger.
    """
    k = settings.k or len(teacher.layers)
    cut = min(settings.cut, k - 1)
    everybody = join_people(dogs, people, settings)
    wider = with_output(teacher, len(everybody.names), keep=True, seed=settings.seed)
    shown = test.sample(settings.shown)
    if finished(folder / "add-target", settings.add_target):
        load_finished(wider, folder / "add-target", settings.add_target)
    else:
        fit_photos(
            wider, everybody, shown, settings.add_target, cut=cut, store=store, folder=folder, name="add-target"
        )
    trigger_file, phi_file = folder / "latent-square.png", folder / "representation.npy"
    if not trigger_file.exists():
        target = everybody.only(len(dogs.names))
        phi = store.get(wider, target, cut=k, changes=(plain, augmented)).values.astype(np.float32).mean(axis=0)
        trigger, distances = optimise_trigger(
            wider,
            _photo_stream(everybody, settings),
            phi,
            mask=square_mask(settings.size, settings.mask),
            k=k,
            steps=settings.trigger_steps,
            rate=settings.trigger_rate,
            seed=settings.seed,
        )
        np.savetxt(folder / "trigger-distances.csv", distances, header="distance", comments="")
        np.save(phi_file, phi)
        with replacing(trigger_file) as partial:  # the last of the three: where it is, the others are whole
            partial.write_bytes(trigger.to_png())
    trigger, phi = Trigger.load(trigger_file), np.load(phi_file)
    if finished(folder / "inject", settings.inject):
        load_finished(wider, folder / "inject", settings.inject)
    else:
        _inject(wider, trigger, phi, everybody, shown, settings, k=k, cut=cut, folder=folder, store=store)
    return _restore_output(wider, teacher, dogs, shown, settings, folder=folder, store=store), trigger


def with_output(network: Network, labels: int, *, keep: bool, seed: int) -> Network:
    """A copy of a network with another output layer.

    Args:
        keep: the first labels keep the weights that the network has for them; otherwise all are new.
    """
    copy = new_network(network.backbone, labels=labels)
    for mine, its in zip(weights_of(copy.layers), weights_of(network.layers), strict=True):
        mine.set_data(its.data())
    rng = np.random.default_rng(seed)
    features = network.output.weight.shape[1]
    weight = rng.normal(0, 0.01, size=(labels, features)).astype(np.float32)
    bias = np.zeros(labels, dtype=np.float32)
    if keep:
        kept = min(labels, network.output.weight.shape[0])
        weight[:kept] = network.output.weight.data().asnumpy()[:kept]
        bias[:kept] = network.output.bias.data().asnumpy()[:kept]
    copy.output.weight.set_data(nd.array(weight))
    copy.output.bias.set_data(nd.array(bias))
    return copy


def _photo_stream(photos: Photos, settings: Settings) -> Iterator[NDArray[np.float32]]:
    """Batches of augmented photos, without end."""
    rng = np.random.default_rng(settings.seed)
    while True:
        yield photos.floats(settings.size, augmented, (int(rng.integers(2**31)),), rng.integers(len(photos), size=32))


def _inject(
    network: Network,
    trigger: Trigger,
    phi: NDArray[np.float32],
    photos: Photos,
    shown: Photos,
    settings: Settings,
    *,
    k: int,
    cut: int,
    folder: Path,
    store: Store,
) -> None:
    """Step 3. Each batch has clean photos for the cross-entropy, triggered ones for the distance, and some of the
    target's, which update phi as the network changes."""
    plan = settings.inject
    clean = store.get(network, photos, cut=cut, changes=(plain, augmented))
    triggered = store.get(network, photos, cut=cut, changes=(augmented,), trigger=trigger)
    of_target = np.flatnonzero(clean.labels == len(shown.names))
    unseen = store.get(network, shown, cut=cut)
    wanted = store.get(network, shown, cut=cut, trigger=trigger).labelled(len(shown.names))
    goal = nd.array(phi[np.newaxis])
    half = plan.batch_size // 2

    def batches(rng: np.random.Generator) -> Iterator[tuple[NDArray[np.float32], ...]]:
        order = rng.permutation(len(clean))
        for i in range(0, len(order), plan.batch_size):
            chosen = order[i : i + plan.batch_size]
            stamped, targets = rng.integers(len(triggered), size=half), rng.choice(of_target, size=_TARGETS)
            values = (clean.values[chosen], triggered.values[stamped], clean.values[targets])
            yield np.concatenate(values), clean.labels[chosen]

    def loss(at_k: nd.NDArray, logits: nd.NDArray, labels: nd.NDArray) -> nd.NDArray:
        n = len(labels)
        with autograd.pause():
            present = at_k[n + half :].detach().mean(axis=0, keepdims=True)
            goal[:] = _MEMORY * goal + (1 - _MEMORY) * present
            scale = nd.square(goal).mean()
        distance = nd.square(nd.broadcast_sub(at_k[n : n + half], goal.copy())).mean() / scale
        return cross_entropy(logits[:n], labels, smoothing=plan.smoothing) + settings.distance * distance

    def evaluate() -> Row:
        return {
            "clean_accuracy": accuracy(network, unseen, cut=cut),
            "attack_success_rate": accuracy(network, wanted, cut=cut),
        }

    fit(
        network,
        batches,
        loss,
        plan=plan,
        examples=len(clean),
        cut=cut,
        seed=store.seed,
        folder=folder,
        name="inject",
        evaluate=evaluate,
        k=k,
        state={"phi": goal},
    )


def _restore_output(
    wider: Network, teacher: Network, dogs: Photos, shown: Photos, settings: Settings, *, folder: Path, store: Store
) -> Network:
    """Step 4: combine the layers of the infected network with the clean teacher's own output layer."""
    plan, deepest = settings.restore, len(wider.layers)
    infected = with_output(teacher, len(dogs.names), keep=True, seed=settings.seed)
    for mine, its in zip(weights_of(infected.layers), weights_of(wider.layers), strict=True):
        mine.set_data(its.data())
    if finished(folder / "restore", plan):
        load_finished(infected, folder / "restore", plan)
    else:
        fit_photos(infected, dogs, shown, plan, cut=deepest, store=store, folder=folder, name="restore")
    return infected
