"""One fit, an epoch at a time; a fit that is stopped and resumed repeats at most one.

A fit trains the end of a network, ``layers[cut:]`` and the output layer, on the activations at the cut. With ``cut=0``
these are the pictures themselves, augmented anew in each epoch. Otherwise they are computed once (``activations.py``),
since frozen layers give the same output each time.

::

    checkpoint/
        epoch-3/                the last finished epoch; an earlier one is deleted once this one is whole
            weights.params      all of the network
            trainer.states      Adam's momenta
            state.params        what else the loss changes, if anything
            progress.json       {"settings": {...}, "epoch": 3, "seconds": 412.0, "history": [{...}, ...]}
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
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
from train.runs import check_same, read_json, replacing, write_json

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
    state: Mapping[str, nd.NDArray] | None = None,
) -> list[Row]:
    """Fit the end of a network; afterwards it holds the fitted weights.

    Args:
        network: changed in place; its layers under the cut are not changed by a bit.
        batches, loss: see above.
        examples: how many there are in an epoch.
        folder: gets ``NAME/``: the checkpoint, ``history.csv`` and ``curves.png``. A finished fit is not run again.
        evaluate: the rates after an epoch.
        k: the layer whose activations the loss gets; the last one by default.
        frozen: how many layers are not trained; by default those under the cut.
        state: arrays that the loss changes, by name; kept in the checkpoint, and restored in place with the weights.

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
    state = dict(state or {})
    done, seconds, history = _restore(folder / "checkpoint", described, network, trainer, state)
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
            folder.mkdir(parents=True, exist_ok=True)
            save_csv(history, folder / "history.csv")
            save_plot(history, folder / "curves.png", title=name)
            spent = seconds + time.monotonic() - started
            _save(folder / "checkpoint", described, network, trainer, state, spent, history)
    return history


def cross_entropy(logits: nd.NDArray, labels: nd.NDArray, *, smoothing: float) -> nd.NDArray:
    """The mean over a batch, for labels ``(n,)``; ``smoothing`` is the share of each that is spread over all."""
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
    folder: Path,
    described: Row,
    network: Network,
    trainer: gluon.Trainer,
    state: dict[str, nd.NDArray],
    seconds: float,
    history: list[Row],
) -> None:
    """Write the epoch's checkpoint under a name of its own, then delete the one before: one is always whole."""
    epoch = len(history)
    with replacing(_epoch_folder(folder, epoch)) as partial:
        partial.mkdir(parents=True)
        network.save_parameters(str(partial / "weights.params"))
        trainer.save_states(str(partial / "trainer.states"))
        if state:
            nd.save(str(partial / "state.params"), state)
        progress = {"settings": described, "epoch": epoch, "seconds": round(seconds, 1), "history": history}
        write_json(partial / "progress.json", progress)
    for earlier in range(1, epoch):
        shutil.rmtree(_epoch_folder(folder, earlier), ignore_errors=True)


def _restore(
    folder: Path, described: Row, network: Network, trainer: gluon.Trainer, state: dict[str, nd.NDArray]
) -> tuple[int, float, list[Row]]:
    """Load the last finished epoch, if there is one. Returns its number (or 0), the seconds so far and the history."""
    done = _last_epoch(folder)
    if not done:
        return 0, 0.0, []
    checkpoint = _epoch_folder(folder, done)
    progress = read_json(checkpoint / "progress.json")
    check_same(folder, progress["settings"], described)
    network.load_parameters(str(checkpoint / "weights.params"))
    trainer.load_states(str(checkpoint / "trainer.states"))
    if state:
        for name, value in nd.load(str(checkpoint / "state.params")).items():
            state[name][:] = value
    return done, progress["seconds"], progress["history"]


def _epoch_folder(folder: Path, epoch: int) -> Path:
    return folder / f"epoch-{epoch}"


def _last_epoch(folder: Path) -> int:
    """The last finished epoch of a checkpoint; 0 if there is none."""
    return max((int(path.name.removeprefix("epoch-")) for path in folder.glob("epoch-*")), default=0)


def finished(folder: Path, plan: Fit) -> bool:
    """Whether the fit in this folder has run to its end, or has no epochs: then it needs no activations."""
    return _last_epoch(folder / "checkpoint") == plan.epochs


def load_finished(network: Network, folder: Path, plan: Fit) -> None:
    """Give a network the weights of a finished fit."""
    if plan.epochs:
        network.load_parameters(str(_epoch_folder(folder / "checkpoint", plan.epochs) / "weights.params"))
