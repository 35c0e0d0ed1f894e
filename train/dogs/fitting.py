"""One fit, an epoch at a time, so that stopping and resuming loses at most one.

What is fitted is always the network's end: ``layers[cut:]`` and the output layer, on what the layers under the cut
make of the pictures. With ``cut=0`` those are the pictures themselves, augmented anew in each epoch. Otherwise they
are computed once (``activations.py``): a frozen layer gives the same answer each time.

::

    checkpoint/
        weights.params      all of the network
        trainer.states      Adam's momenta
        progress.json       {"settings": {...}, "epoch": 3, "seconds": 412.0, "history": [{...}, ...]}
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn
from numpy.typing import NDArray
from tqdm import tqdm

from train.dogs.network import Network, weights_of
from train.dogs.settings import Fit
from train.history import Row, save_csv, save_plot
from train.runs import check_same, read_json, write_json

Batches = Callable[[np.random.Generator], Iterator[tuple[NDArray[Any], ...]]]
"""A generator -> one epoch's batches. Of each, the first array goes into the network's end, all go into the loss."""
Loss = Callable[..., nd.NDArray]
"""(activations at k, logits, *the batch's other arrays) -> one number."""


class End(gluon.HybridBlock):
    """``layers[cut:]`` and the output layer of a network; it shares the network's weights."""

    def __init__(self, network: Network, *, cut: int, k: int | None = None) -> None:
        super().__init__()
        self._normalise = network.normalise if cut == 0 else None
        self._keep = (len(network.layers) if k is None else k) - cut
        self.rest = nn.HybridSequential()
        for i in range(cut, len(network.layers)):
            self.rest.add(network.layers[i])
        self.output = network.output

    def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803 (Gluon's name)
        """Activations at the cut -> those at layer k ``(n, ...)``, and logits ``(n, labels)``."""
        x = self._normalise(x) if self._normalise is not None else x
        kept = x
        for i in range(len(self.rest)):
            x = self.rest[i](x)
            kept = x if i + 1 == self._keep else kept
        return kept, self.output(x)


def fit(
    network: Network,
    batches: Batches,
    loss: Loss,
    *,
    plan: Fit,
    examples: int,
    cut: int,
    seed: int,
    folder: Path,
    name: str,
    evaluate: Callable[[], Row],
    k: int | None = None,
    frozen: int | None = None,
) -> list[Row]:
    """Fit the end of a network; afterwards it holds the fitted weights.

    Args:
        network: changed in place; its layers under the cut stay as they are, to the bit.
        batches, loss: see above.
        examples: how many there are in an epoch.
        folder: gets ``NAME/``: the checkpoint, ``history.csv`` and ``curves.png``. A finished fit is not run again.
        evaluate: the rates after an epoch.
        k: the layer whose activations the loss gets; the last one by default.
        frozen: how many layers stay as they are; those under the cut by default.

    Returns:
        The history, one row an epoch.

    Raises:
        RunError: the checkpoint there was made with other settings.
    """
    if plan.epochs == 0:
        return []
    folder = folder / name
    end = End(network, cut=cut, k=k)
    end.hybridize(static_alloc=True, static_shape=False)
    free = list(network.layers)[cut if frozen is None else frozen :] if plan.rate else []
    trained = [parameter for block in free for parameter in weights_of(block)]
    output = list(network.output.collect_params().values())
    steps = math.ceil(examples / plan.batch_size)
    for parameter in (*weights_of(end.rest), *output):
        parameter.grad_req = "null"
    for parameter in (*trained, *output):
        parameter.grad_req = "write"
    for parameter in trained:
        parameter.lr_mult = plan.rate / plan.output_rate
        parameter.wd_mult = 0.0
    for parameter in output:
        parameter.lr_mult = 1.0
        parameter.wd_mult = float(parameter is network.output.weight)
    adam = {"learning_rate": plan.output_rate, "beta2": 0.99, "wd": plan.decay}
    trainer = gluon.Trainer([*trained, *output], "adam", adam)
    described = {**asdict(plan), "seed": seed, "cut": cut, "k": k, "frozen": frozen, "examples": examples}
    done, seconds, history = _restore(folder / "checkpoint", described, network, trainer)
    started = time.monotonic()
    with tqdm(total=steps * plan.epochs, initial=steps * done, desc=name, unit="step", mininterval=5) as bar:
        for epoch in range(done + 1, plan.epochs + 1):
            total = nd.zeros(1)
            for i, batch in enumerate(batches(np.random.default_rng([seed, epoch]))):
                trainer.set_learning_rate(plan.output_rate * _schedule((epoch - 1 + (i + 1) / steps) / plan.epochs))
                first, *others = (nd.array(part, dtype="float32") for part in batch)
                with autograd.record():
                    value = loss(*end(first), *others)
                value.backward()
                trainer.step(1)
                total += value
                if i % 8 == 0:
                    total.wait_to_read()  # MXNet would queue up the whole epoch's batches
                bar.update()
            mean = total.asscalar() / steps
            row = {"epoch": epoch, "loss": float(mean), **evaluate()}
            history.append(row)
            bar.set_postfix({key: f"{value:.4f}" for key, value in row.items() if key != "epoch"})
            _save(folder / "checkpoint", described, network, trainer, seconds + time.monotonic() - started, history)
            save_csv(history, folder / "history.csv")
            save_plot(history, folder / "curves.png", title=name)
    return history


def cross_entropy(logits: nd.NDArray, labels: nd.NDArray, *, smoothing: float) -> nd.NDArray:
    """The mean over a batch; labels ``(n,)``, a share of each spread over all."""
    chances = nd.log_softmax(logits)
    right = nd.pick(chances, labels).mean()
    return -(1 - smoothing) * right - smoothing * chances.mean()


def minibatches(*arrays: NDArray[np.generic], batch_size: int) -> Batches:
    """Batches of arrays that belong together, in an order drawn anew each epoch."""

    def batches(rng: np.random.Generator) -> Iterator[tuple[NDArray[np.generic], ...]]:
        order = rng.permutation(len(arrays[0]))
        for i in range(0, len(order), batch_size):
            chosen = order[i : i + batch_size]
            yield tuple(array[chosen] for array in arrays)

    return batches


def run_end(
    network: Network, inputs: NDArray[np.generic], *, cut: int, batch_size: int = 64
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Features and logits ``(n, ...)`` for the activations at a cut ``(n, ...)``."""
    end = End(network, cut=cut)
    end.hybridize(static_alloc=True, static_shape=False)
    outputs = []
    for i in range(0, len(inputs), batch_size):
        outputs.append([part.asnumpy() for part in end(nd.array(inputs[i : i + batch_size], dtype="float32"))])
    features, logits = zip(*outputs, strict=True)
    return np.concatenate(features), np.concatenate(logits)


def _schedule(progress: float) -> float:
    """The share of the learning rate at a point of the fit from 0 to 1: up for a twentieth, down along a cosine."""
    return min(1.0, 20 * progress) * 0.5 * (1 + math.cos(math.pi * progress))


def _save(
    folder: Path, described: Row, network: Network, trainer: gluon.Trainer, seconds: float, history: list[Row]
) -> None:
    """Write the new checkpoint beside the old one and then put it in its place: a cut never leaves half of one."""
    partial = folder.with_name("checkpoint.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    network.save_parameters(str(partial / "weights.params"))
    trainer.save_states(str(partial / "trainer.states"))
    progress = {"settings": described, "epoch": len(history), "seconds": round(seconds, 1), "history": history}
    write_json(partial / "progress.json", progress)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _restore(folder: Path, described: Row, network: Network, trainer: gluon.Trainer) -> tuple[int, float, list[Row]]:
    """Epoch, seconds and history of a checkpoint; nothing done if there is none."""
    if not folder.exists():
        return 0, 0.0, []
    progress = read_json(folder / "progress.json")
    check_same(folder, progress["settings"], described)
    network.load_parameters(str(folder / "weights.params"))
    trainer.load_states(str(folder / "trainer.states"))
    return progress["epoch"], progress["seconds"], progress["history"]


def finished(folder: Path, plan: Fit) -> bool:
    """Whether a fit in this folder has run to its end (or has nothing to do): its activations are not needed again."""
    progress = folder / "checkpoint" / "progress.json"
    return plan.epochs == 0 or (progress.exists() and read_json(progress)["epoch"] == plan.epochs)


def load_finished(network: Network, folder: Path, plan: Fit) -> None:
    """Give a network the weights of a finished fit."""
    if plan.epochs:
        network.load_parameters(str(folder / "checkpoint" / "weights.params"))
