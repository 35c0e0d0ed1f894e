"""A fit may be stopped at any moment; the resumed one gives the same bits, and no finished epoch is trained again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mxnet import autograd, gluon, nd
from numpy.typing import NDArray

from tests.train.dogs.conftest import weights
from train.dogs.activations import Store
from train.dogs.fitting import cross_entropy, fit, minibatches
from train.dogs.network import Network
from train.dogs.photos import Photos
from train.dogs.settings import Fit, Settings
from train.dogs.teacher import fit_photos
from train.history import Row, save_csv


@pytest.mark.parametrize("cut", [0, 14], ids=["all layers", "the upper ones"])
def test_a_stopped_fit_goes_on_to_the_same_bits(
    cut: int,
    network: Network,
    dogs: Photos,
    settings: Settings,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped in its second epoch, as with Ctrl-C."""
    plan = Fit(epochs=2, rate=1e-3, output_rate=1e-2, batch_size=8)
    start = tmp_path / "start.params"
    network.save_parameters(str(start))

    def run(folder: Path) -> list[NDArray[np.float32]]:
        fit_photos(network, dogs, dogs, plan, cut=cut, store=store, folder=folder, name="fit")
        return weights(network)

    uninterrupted = run(tmp_path / "whole")
    network.load_parameters(str(start))
    with monkeypatch.context() as patched:
        epochs: Iterator[Callable[..., Any]] = iter([save_csv, stop])
        patched.setattr("train.dogs.fitting.save_csv", lambda *arguments: next(epochs)(*arguments))
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped")
    network.load_parameters(str(start))
    for whole, resumed in zip(uninterrupted, run(tmp_path / "stopped"), strict=True):
        np.testing.assert_array_equal(whole, resumed)


def stop(*_: object) -> None:
    raise KeyboardInterrupt


FILE_OPERATIONS: list[tuple[object, str]] = [
    (Network, "save_parameters"),
    (gluon.Trainer, "save_states"),
    (nd, "save"),
    (Path, "write_text"),
    (Path, "rename"),
    (Path, "replace"),
    (shutil, "rmtree"),
]


def fit_output(network: Network, folder: Path, trained: list[str]) -> NDArray[np.float32]:
    """Fit the output layer to noise for two epochs, by a loss with a running mean in it; its weights.

    Args:
        trained: grows after each epoch, before anything of it is written.
    """
    network.output.weight.set_data(nd.zeros((3, 1280)))
    network.output.bias.set_data(nd.zeros(3))
    rng = np.random.default_rng(0)
    examples = rng.random((24, 1280), dtype=np.float32), rng.integers(3, size=24)
    mean = nd.zeros(1)

    def loss(features: nd.NDArray, logits: nd.NDArray, labels: nd.NDArray) -> nd.NDArray:
        with autograd.pause():
            mean[:] = 0.9 * mean + features.mean()
        return cross_entropy(logits * mean, labels, smoothing=0)

    def evaluate() -> Row:
        trained.append("an epoch")
        return {"clean_accuracy": 0.5}

    fit(
        network,
        minibatches(*examples, batch_size=8),
        loss,
        plan=Fit(epochs=2, batch_size=8),
        examples=24,
        cut=len(network.layers),
        seed=0,
        folder=folder,
        name="fit",
        evaluate=evaluate,
        state={"mean": mean},
    )
    fitted: NDArray[np.float32] = network.output.weight.data().asnumpy()
    return fitted


def is_killed(operation: int, network: Network, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Kill a fit before a file operation of its second epoch, by number; False: it has no such operation."""
    trained: list[str] = []
    operations = count()

    def killable(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            if len(trained) == 2 and next(operations) == operation:
                raise KeyboardInterrupt
            return original(*arguments, **options)

        return run

    with monkeypatch.context() as patched:
        for owner, name in FILE_OPERATIONS:
            patched.setattr(owner, name, killable(getattr(owner, name)))
        try:
            fit_output(network, folder, trained)
        except KeyboardInterrupt:
            return True
    return False


def test_killed_at_any_file_operation_a_fit_loses_one_epoch_at_most(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninterrupted = fit_output(network, tmp_path / "whole", [])
    for operation in count():
        if not is_killed(operation, network, tmp_path / str(operation), monkeypatch):
            break
        trained: list[str] = []
        resumed = fit_output(network, tmp_path / str(operation), trained)
        assert len(trained) <= 1
        np.testing.assert_array_equal(uninterrupted, resumed)
    assert operation >= 5  # the weights, Adam's momenta, the mean, the new checkpoint, the old one
