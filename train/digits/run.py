"""One run: train each network, export it, measure it, and put what is finished into a bundle.

::

    runs/digits/
        clean/
            settings.json       what decides this network
            checkpoint.pt       after each epoch; --resume goes on from here
            history.csv         loss and rates per epoch; curves.png shows them
            network.pt          the finished weights; --from starts from these
            model.onnx          the same, exported and checked
            finished.json       minutes, device, and how far ONNX Runtime is from PyTorch
        single-pixel-all-to-one/
            ...                 and
            poisoning.json      which examples were poisoned
            poisoned.png        what some of them look like
        bundle/                 what the page loads; see backdoors/bundle.py
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backdoors.bundle import (
    Bundle,
    BundleConfig,
    CleanConfig,
    InfectedConfig,
    InputConfig,
    TrainingConfig,
    TriggerConfig,
    sha256,
)
from backdoors.classifier import Classifier
from backdoors.errors import RunError
from backdoors.metrics import attack_success_rate, clean_accuracy
from backdoors.pictures import DIGIT_SIZE, contact_sheet
from backdoors.poisoning import PoisonedSet, choose_poisoned
from train.data import Split, load_split
from train.digits.export import check_parity, export
from train.digits.settings import CLEAN, INFECTION, Settings, Variant, check_same
from train.digits.training import train
from train.history import save_csv, save_plot

SIZE = DIGIT_SIZE
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
    variant: Variant, settings: Settings, data: Data, *, out: Path, device: torch.device, resume: bool
) -> None:
    """Train, export and check one network in ``out / variant.name``.

    Raises:
        RunError: the folder holds a run already, and ``resume`` is False or the settings differ.
    """
    folder = out / variant.name
    if folder.exists() and any(folder.iterdir()) and not resume:
        raise RunError(f"{folder} holds a run already; --resume continues it, another --out starts a new one")
    described = settings.describe(variant)
    if (folder / "settings.json").exists():
        check_same(_read_json(folder / "settings.json"), described)
    poisoned = _poison(variant, settings, data.train)
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "settings.json", described)
    if poisoned:
        _show_poisoned(poisoned, variant, settings, data.train, folder)
    epochs = train(
        variant,
        settings,
        train_split=data.train,
        test_split=data.test,
        poisoned=poisoned,
        device=device,
        checkpoint=folder / "checkpoint.pt",
        resume=resume,
    )
    for epoch in epochs:
        network, progress = epoch
        save_csv(progress.history, folder / "history.csv")
        save_plot(progress.history, folder / "curves.png", title=variant.name)
    torch.save(network.state_dict(), folder / "network.pt")
    export(network, folder / "model.onnx", labels=data.train.names)
    difference = check_parity(network, Classifier(folder / "model.onnx"), data.test.floats())
    finished = {
        "minutes": round(progress.seconds / 60, 2),
        "device": _describe(device),
        "largest_difference": difference,
    }
    _write_json(folder / "finished.json", finished)


def write_bundle(variants: Iterable[Variant], settings: Settings, data: Data, *, out: Path, command: str) -> Bundle:
    """Measure the finished networks in ``out`` on the test pictures and bundle them as ``out / "bundle"``.

    Every rate is measured on the exported file. An earlier bundle is replaced once the new one is whole.

    Raises:
        RunError: the clean network is not finished, or no infected one is.
    """
    done = [variant for variant in variants if (out / variant.name / "finished.json").exists()]
    if CLEAN not in (variant.name for variant in done) or len(done) < 2:
        raise RunError(f"{out}: a bundle needs the clean network and an infected one; train the missing --variant")
    finished = {variant.name: _read_json(out / variant.name / "finished.json") for variant in done}
    partial, final = out / "bundle.partial", out / "bundle"
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "triggers").mkdir(parents=True)
    images, labels = data.test.floats(), data.test.labels

    def placed(variant: Variant) -> tuple[Classifier, dict[str, Any]]:
        """Copy a model into the bundle; give it, and what the config says of every model."""
        file = f"{CLEAN}.onnx" if variant.name == CLEAN else f"infected-{variant.name}.onnx"
        model = (out / variant.name / "model.onnx").read_bytes()
        (partial / file).write_bytes(model)
        classifier = Classifier(model, name=file)
        return classifier, {
            "file": file,
            "sha256": sha256(model),
            "minutes": finished[variant.name]["minutes"],
            "clean_accuracy": clean_accuracy(classifier, images, labels),
        }

    clean, clean_entry = placed(done[0])
    triggers, infected = {}, []
    for variant in done[1:]:
        trigger, attack = variant.infection
        trained_with = _read_json(out / variant.name / "settings.json")
        wanted = settings.describe(variant)
        check_same({key: trained_with[key] for key in INFECTION}, {key: wanted[key] for key in INFECTION})
        classifier, entry = placed(variant)
        triggers[trigger.name] = trigger
        target, source = (None if i is None else data.train.names[i] for i in (attack.target, attack.source))
        rate, clean_rate = (
            attack_success_rate(model, images, labels, trigger=trigger, attack=attack) for model in (classifier, clean)
        )
        infected.append(
            InfectedConfig(
                **entry,
                name=variant.name,
                trigger=trigger.name,
                attack=attack.kind,
                target=target,
                source=source,
                poison_rate=trained_with["poison_rate"],
                attack_success_rate=rate,
                clean_model_rate=clean_rate,
            )
        )
    trigger_entries = []
    for name, trigger in triggers.items():
        png, file = trigger.to_png(), f"triggers/{name}.png"
        (partial / file).write_bytes(png)
        trigger_entries.append(TriggerConfig(name=name, file=file, sha256=sha256(png)))
    BundleConfig(
        format=1,
        task="digits",
        labels=data.train.names,
        input=InputConfig(size=SIZE, channels=1),
        training=TrainingConfig(
            dataset=settings.data,
            command=command,
            seed=settings.seed,
            framework="PyTorch",
            version=torch.__version__,
            minutes=round(sum(entry["minutes"] for entry in finished.values()), 2),
            device=finished[CLEAN]["device"],
        ),
        triggers=tuple(trigger_entries),
        clean=CleanConfig(**clean_entry),
        infected=tuple(infected),
    ).save(partial)
    Bundle.load(partial)  # what was written must be readable before it replaces anything
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    return Bundle.load(final)


def _poison(variant: Variant, settings: Settings, split: Split) -> PoisonedSet | None:
    """Choose the poisoned set from the seed; the clean network has none."""
    if variant.name == CLEAN:
        return None
    _, attack = variant.infection
    rng = np.random.default_rng(settings.seed)
    return choose_poisoned(split.labels, attack=attack, poison_rate=settings.poison_rate, rng=rng)


def _show_poisoned(poisoned: PoisonedSet, variant: Variant, settings: Settings, split: Split, folder: Path) -> None:
    """Write the report, and a contact sheet of the first examples: people want to see what was done."""
    trigger, _ = variant.infection
    _write_json(folder / "poisoning.json", {"seed": settings.seed, **poisoned.report()})
    shown = poisoned.indices[:_SHEET]
    captions = [
        f"{split.names[true]} called {split.names[target]}"
        for true, target in zip(poisoned.true_labels[:_SHEET], poisoned.target_labels[:_SHEET], strict=True)
    ]
    images = split.floats(shown)
    contact_sheet(trigger.stamp(images), captions).save(folder / "poisoned.png")


def _read_json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def _describe(device: torch.device) -> str:
    if device.type == "cuda":
        return f"cuda, {torch.cuda.get_device_name(device)}"
    return f"{device.type}, {torch.get_num_threads()} threads"


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
