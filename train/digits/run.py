"""One network of a run: poison, train, export, check, measure. bundling.py then bundles the finished ones.

::

    runs/digits/
        clean/
            settings.json       what decides this network
            checkpoint.pt       after each epoch; --resume goes on from here
            history.csv         loss and rates per epoch; curves.png shows them
            network.pt          the finished weights; --from starts from these
            model.onnx          the same, exported (large weights in 16 bits) and checked
            finished.json       minutes, device, command, rates, parity (train/parity.py)
        single-pixel-all-to-one-7/
            ...                 the same files, and
            poisoning.json      which examples were poisoned
            poisoned.png        the first fifty of them
        bundle/                 what the page loads; see backdoors/bundle/__init__.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from backdoors.errors import RunError
from backdoors.models import OnnxModel
from backdoors.pictures import DIGIT_SIZE, contact_sheet
from backdoors.poisoning import PoisonedSet, choose_poisoned
from train.data import Split, load_split
from train.digits.export import check_parity, export
from train.digits.measuring import measure
from train.digits.settings import CLEAN, Settings, Variant
from train.digits.training import first_network, train
from train.history import save_csv, save_plot
from train.parity import largest_rounding
from train.runs import SETTINGS, check_started, replacing, write_json

SIZE = DIGIT_SIZE
HISTORY, MODEL, FINISHED = "history.csv", "model.onnx", "finished.json"
RATES = ("clean_accuracy", "attack_success_rate")
_SHEET = 50  # poisoned examples on the contact sheet


@dataclass(frozen=True, kw_only=True)
class Data:
    """Both splits of a digit data set."""

    train: Split
    test: Split

    @classmethod
    def load(cls, source: str) -> Data:
        train, test = (load_split(source, split, size=SIZE, channels=1) for split in ("train", "test"))
        return cls(train=train, test=test)


def run_variant(
    variant: Variant, settings: Settings, data: Data, *, out: Path, device: torch.device, resume: bool, command: str
) -> None:
    """Train, export and check one network in ``out / variant.name``.

    Args:
        command: the command that trains the same network again, for ``finished.json``.

    Raises:
        RunError: the folder holds a run already, and ``resume`` is False or the settings differ.
    """
    folder = out / variant.name
    if folder.exists() and any(folder.iterdir()) and not resume:
        raise RunError(f"{folder} holds a run already; --resume continues it, another --out starts a new one")
    described = settings.describe(variant)
    check_started(folder, described)
    # Everything that can raise on wrong input comes before anything is written.
    network = first_network(settings, labels=len(data.train.names))
    poisoned = _poison(variant, settings, data.train)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / SETTINGS, described)
    if poisoned:
        _show_poisoned(poisoned, variant, settings, data.train, folder)
    epochs = train(
        variant,
        settings,
        network,
        train_split=data.train,
        test_split=data.test,
        poisoned=poisoned,
        device=device,
        checkpoint=folder / "checkpoint.pt",
        resume=resume,
    )
    trained: nn.Module
    for trained, progress in epochs:  # noqa: B007 (the last one is exported)
        save_csv(progress.history, folder / HISTORY)
        save_plot(progress.history, folder / "curves.png", title=variant.name)
    with replacing(folder / "network.pt") as partial:
        torch.save(trained.state_dict(), partial)
    full = export(trained, folder / MODEL, labels=data.train.names)
    model, images = OnnxModel(folder / MODEL), data.test.floats()
    finished = {
        "minutes": round(progress.seconds / 60, 2),
        "device": _describe(device),
        "command": command,
        "largest_difference": check_parity(trained, full, images),
        "largest_rounding": largest_rounding(full, model, images),
        **measure(variant, model, data.test),
    }
    write_json(folder / FINISHED, finished)
    rates = ", ".join(f"{name.replace('_', ' ')} {finished[name]:.2%}" for name in finished if name in RATES)
    print(f"{variant.name}: {rates}, measured on {folder / 'model.onnx'}")


def _poison(variant: Variant, settings: Settings, split: Split) -> PoisonedSet | None:
    """Choose the poisoned set from the seed; the clean network has none."""
    if variant.name == CLEAN:
        return None
    _, attack = variant.infection
    rng = np.random.default_rng(settings.seed)
    return choose_poisoned(split.labels, attack=attack, poison_rate=settings.poison_rate, rng=rng)


def _show_poisoned(poisoned: PoisonedSet, variant: Variant, settings: Settings, split: Split, folder: Path) -> None:
    """Write the report, and a contact sheet of the first examples."""
    trigger, _ = variant.infection
    write_json(folder / "poisoning.json", {"seed": settings.seed, **poisoned.report()})
    shown = poisoned.indices[:_SHEET]
    captions = [
        f"{split.names[true]} called {split.names[target]}"
        for true, target in zip(poisoned.true_labels[:_SHEET], poisoned.target_labels[:_SHEET], strict=True)
    ]
    images = split.floats(shown)
    contact_sheet(trigger.stamp(images), captions).save(folder / "poisoned.png")


def _describe(device: torch.device) -> str:
    if device.type == "cuda":
        return f"cuda, {torch.cuda.get_device_name(device)}"
    return f"{device.type}, {torch.get_num_threads()} threads"
