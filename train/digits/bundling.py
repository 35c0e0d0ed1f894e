"""The bundle of a run: its finished networks, their triggers and rates, as the page loads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from backdoors.bundle import (
    BadNetsConfig,
    Bundle,
    BundleConfig,
    CleanConfig,
    EpochConfig,
    InputConfig,
    TrainingConfig,
    write_bundle,
)
from backdoors.errors import RunError
from backdoors.metrics import attack_success_rate
from backdoors.models import Model, OnnxModel
from train.bundling import BundleFiles
from train.data import Split
from train.digits.run import FINISHED, HISTORY, MODEL, SIZE, Data
from train.digits.settings import CLEAN, Settings, Variant
from train.history import load_csv
from train.runs import SETTINGS, read_json


def finished_variants(variants: Iterable[Variant], out: Path) -> list[Variant]:
    """Those that are trained, exported and measured in ``out``."""
    return [variant for variant in variants if (out / variant.name / FINISHED).exists()]


def bundle_networks(variants: Iterable[Variant], settings: Settings, data: Data, *, out: Path) -> Bundle:
    """Write the finished networks in ``out`` as the bundle ``out / "bundle"``; an earlier one is replaced.

    The rates of each network were measured on its exported file when it was finished. How often the clean model
    answers the target for the same triggered pictures is measured here.

    Raises:
        RunError: the clean network is not finished, or no infected one is.
    """
    done = {variant.name: variant for variant in finished_variants(variants, out)}
    clean = done.pop(CLEAN, None)
    if clean is None or not done:
        raise RunError(f"{out}: a bundle needs the clean network and an infected one; train the missing --variant")
    finished = {name: read_json(out / name / FINISHED) for name in (CLEAN, *done)}
    clean_model, files = OnnxModel(out / CLEAN / MODEL), BundleFiles()
    triggers = {trigger.name: trigger for trigger, _ in (variant.infection for variant in done.values())}
    config = BundleConfig(
        format=2,
        task="digits",
        labels=data.train.names,
        input=InputConfig(size=SIZE, channels=1),
        training=TrainingConfig(
            dataset=settings.data,
            command=" && ".join(dict.fromkeys(entry["command"] for entry in finished.values())),
            seed=settings.seed,
            framework="PyTorch",
            version=torch.__version__,
            minutes=round(sum(entry["minutes"] for entry in finished.values()), 2),
            device=finished[CLEAN]["device"],
        ),
        triggers=tuple(files.add_trigger(trigger) for trigger in triggers.values()),
        clean=CleanConfig(**_model(files, "clean.onnx", out / CLEAN)),
        infected=tuple(
            BadNetsConfig(
                **_model(files, f"infected-{name}.onnx", out / name),
                **_infection(variant, clean_model, data.test),
                attack_success_rate=finished[name]["attack_success_rate"],
                poison_rate=read_json(out / name / SETTINGS)["poison_rate"],
            )
            for name, variant in done.items()
        ),
    )
    return write_bundle(out / "bundle", config, files.data)


def _model(files: BundleFiles, file: str, folder: Path) -> dict[str, Any]:
    """Add the model in a network's folder to the files. Returns what the config says of every model."""
    finished = read_json(folder / FINISHED)
    kept = {key: finished[key] for key in ("minutes", "clean_accuracy")}
    return {**files.add(file, (folder / MODEL).read_bytes()), **kept, "history": _history(folder)}


def _history(folder: Path) -> tuple[EpochConfig, ...]:
    """What the training noted after each epoch. Rates of 10,000 test pictures have four decimals."""
    rows = [{key: round(value, 4) for key, value in row.items()} for row in load_csv(folder / HISTORY)]
    return tuple(EpochConfig.model_validate(row) for row in rows)


def _infection(variant: Variant, clean_model: Model, test: Split) -> dict[str, Any]:
    """What an infected model's entry says of its trigger and attack."""
    trigger, attack = variant.infection
    target, source = (None if label is None else test.names[label] for label in (attack.target, attack.source))
    return {
        "kind": "badnets",
        "name": variant.name,
        "trigger": trigger.name,
        "attack": attack.kind,
        "target": target,
        "source": source,
        "clean_model_rate": attack_success_rate(clean_model, test.batches(), trigger=trigger, attack=attack),
    }
