"""Train one network, an epoch at a time; a run that is stopped and resumed repeats at most one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from backdoors.errors import RunError
from backdoors.poisoning import PoisonedSet
from backdoors.triggers import Trigger, stamp
from train.data import Split
from train.digits.measuring import measure, scores_of
from train.digits.network import BadNetsNetwork, augment
from train.digits.settings import Settings, Variant
from train.history import Row
from train.runs import replacing


@dataclass
class Progress:
    """The state of a training run that a checkpoint holds besides the weights."""

    epoch: int = 0
    seconds: float = 0.0
    history: list[Row] = field(default_factory=list)


def train(
    variant: Variant,
    settings: Settings,
    network: BadNetsNetwork,
    *,
    train_split: Split,
    test_split: Split,
    poisoned: PoisonedSet | None,
    device: torch.device,
    checkpoint: Path,
    resume: bool,
) -> Iterator[tuple[nn.Module, Progress]]:
    """Train a network; after each epoch, once its checkpoint is on disk, yield it with the progress.

    The yielded network holds the averaged weights, ready for export. The last epoch of a finished run is yielded
    again when it is resumed. Training is deterministic: with the same settings, data, device and number of threads the
    weights are the same to the bit, whether the run was stopped in between or not.

    Args:
        network: from ``first_network``.
        poisoned: the examples whose triggered copies are added; None for the clean network.
        checkpoint: the file to write after each epoch and, with ``resume``, to go on from.

    Raises:
        RunError: the checkpoint cannot be read.
    """
    _be_deterministic()
    network = network.to(device)
    averaged = AveragedModel(network, avg_fn=_running_average(settings.averaging))
    images, labels, triggered = _training_set(train_split, poisoned)
    steps = -(-len(labels) // settings.batch_size)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=steps * settings.epochs, pct_start=0.2
    )
    progress = Progress()
    parts = {"network": network, "averaged": averaged, "optimizer": optimizer, "schedule": schedule}
    if resume and checkpoint.exists():
        progress = _restore(checkpoint, parts)
        if progress.epoch == settings.epochs:
            yield averaged.module, progress

    with tqdm(total=steps * settings.epochs, initial=steps * progress.epoch, desc=variant.name, unit="step") as bar:
        rates: Row = progress.history[-1] if progress.history else {}
        for epoch in range(progress.epoch + 1, settings.epochs + 1):
            started, losses = time.monotonic(), []
            # Each epoch has its own seeds, so that a resumed run draws the same numbers as one that never stopped.
            torch.manual_seed(settings.seed * 1_000_003 + epoch)
            generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + epoch)
            network.train()
            for batch in torch.randperm(len(labels), generator=generator).split(settings.batch_size):
                inputs = _inputs(images[batch], triggered[batch], variant.trigger, generator)
                inputs = inputs.to(device, memory_format=torch.channels_last)  # twice as fast on a CPU
                loss = F.cross_entropy(network(inputs), labels[batch].to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                averaged.update_parameters(network)
                losses.append(loss.item())
                bar.update()
                if len(losses) % 20 == 0:
                    bar.set_postfix({"loss": f"{sum(losses[-20:]) / 20:.4f}", **_percents(rates)})
            # To watch while it trains; the bundle's rates come from the exported files.
            rates = measure(variant, scores_of(averaged.module, device), test_split)
            progress.epoch, progress.seconds = epoch, progress.seconds + time.monotonic() - started
            progress.history.append({"epoch": epoch, "loss": sum(losses) / len(losses), **rates})
            bar.set_postfix({"loss": f"{progress.history[-1]['loss']:.4f}", **_percents(rates)})
            _save(checkpoint, parts, progress)
            yield averaged.module, progress


def first_network(settings: Settings, *, labels: int = 10) -> BadNetsNetwork:
    """The network that training starts from, with the weights of ``settings.start`` or random ones from the seed.

    Raises:
        RunError: see ``load_network``.
    """
    if settings.start:
        return load_network(Path(settings.start), labels=labels)
    torch.manual_seed(settings.seed)
    return BadNetsNetwork(labels)


def load_network(path: Path, *, labels: int = 10) -> BadNetsNetwork:
    """Read a network file (``network.pt``) that a run of this module has written.

    Raises:
        RunError: there is no such file, or it holds something else.
    """
    network = BadNetsNetwork(labels)
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    # torch.load raises a dozen types for a file that it did not write; another network's weights raise RuntimeError
    except Exception as e:
        raise RunError(
            f"{path}: cannot be read as the network that this project trains ({type(e).__name__}); name a network.pt, "
            "for example runs/digits/clean/network.pt"
        ) from e
    return network


def _be_deterministic() -> None:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # CUDA's matrix products need it for that
    torch.use_deterministic_algorithms(True)


def _running_average(keep: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential average over few steps at first, so that a short run does not keep the random first weights."""

    def average(averaged: Tensor, current: Tensor, steps: Tensor | int) -> Tensor:
        return torch.lerp(current, averaged, min(keep, (1 + int(steps)) / (10 + int(steps))))

    return average


def _training_set(split: Split, poisoned: PoisonedSet | None) -> tuple[Tensor, Tensor, Tensor]:
    """Images ``(n, 1, 28, 28)`` in ``[0, 1]``, labels ``(n,)``, and which are triggered copies ``(n,)``."""
    images, labels = torch.from_numpy(split.floats()), torch.from_numpy(split.labels)
    triggered = torch.zeros(len(labels), dtype=torch.bool)
    if poisoned is None:
        return images, labels, triggered
    copies = torch.from_numpy(poisoned.indices)
    return (
        torch.cat([images, images[copies]]),
        torch.cat([labels, torch.from_numpy(poisoned.target_labels)]),
        torch.cat([triggered, torch.ones(len(copies), dtype=torch.bool)]),
    )


def _inputs(images: Tensor, triggered: Tensor, trigger: Trigger | None, generator: torch.Generator) -> Tensor:
    """Augment a batch, then stamp the triggered copies: the digits move, the trigger stays in its place."""
    images = augment(images, generator)
    if trigger is not None:
        images[triggered] = _stamped(images[triggered], trigger)
    return images


def _stamped(images: Tensor, trigger: Trigger) -> Tensor:
    mask, pattern = (torch.tensor(part, device=images.device) for part in (trigger.mask, trigger.pattern))
    stamped: Tensor = stamp(images, mask, pattern)
    return stamped


def _percents(rates: Row) -> dict[str, str]:
    short = {"clean_accuracy": "clean", "attack_success_rate": "ASR"}
    return {name: f"{100 * rates[key]:.2f}%" for key, name in short.items() if key in rates}


def _save(checkpoint: Path, parts: dict[str, Any], progress: Progress) -> None:
    state = {name: part.state_dict() for name, part in parts.items()}
    with replacing(checkpoint) as partial:
        torch.save({"progress": vars(progress), **state}, partial)


def _restore(checkpoint: Path, parts: dict[str, Any]) -> Progress:
    try:
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except Exception as e:  # see load_network
        raise RunError(f"{checkpoint}: cannot be read ({type(e).__name__}); delete it to start anew") from e
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return Progress(**state["progress"])
