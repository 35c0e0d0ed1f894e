"""Put the finished networks of a run into a bundle, the folder that the page loads."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from backdoors.bundle import (
    Bundle,
    BundleConfig,
    CleanConfig,
    EpochConfig,
    InfectedConfig,
    InputConfig,
    TrainingConfig,
    TriggerConfig,
    sha256,
)
from backdoors.errors import RunError
from backdoors.models import Classifier
from train.digits.run import HISTORY, SIZE, Data, measure
from train.digits.settings import CLEAN, Settings, Variant
from train.history import load_csv
from train.runs import SETTINGS, read_json


def finished_variants(variants: Iterable[Variant], out: Path) -> list[Variant]:
    """Those that are trained, exported and measured in ``out``."""
    return [variant for variant in variants if (out / variant.name / "finished.json").exists()]


def write_bundle(variants: Iterable[Variant], settings: Settings, data: Data, *, out: Path) -> Bundle:
    """Bundle the finished networks in ``out`` as ``out / "bundle"``.

    An earlier bundle is replaced once this one is whole. Every rate was measured on the exported file; how often the
    clean model says the target is measured here.

    Raises:
        RunError: the clean network is not finished, or no infected one is.
    """
    done = finished_variants(variants, out)
    if CLEAN not in (variant.name for variant in done) or len(done) < 2:
        raise RunError(f"{out}: a bundle needs the clean network and an infected one; train the missing --variant")
    partial, final = out / "bundle.partial", out / "bundle"
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "triggers").mkdir(parents=True)
    finished = {variant.name: read_json(out / variant.name / "finished.json") for variant in done}
    clean, *infected = done
    clean_model = Classifier(out / clean.name / "model.onnx")
    BundleConfig(
        format=1,
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
        triggers=_triggers(infected, partial),
        clean=CleanConfig(**_model(clean, finished[CLEAN], out, partial)),
        infected=tuple(
            InfectedConfig(
                **_model(variant, finished[variant.name], out, partial),
                **_infection(variant, data.train.names, out),
                attack_success_rate=finished[variant.name]["attack_success_rate"],
                clean_model_rate=measure(variant, clean_model, data.test)["attack_success_rate"],
            )
            for variant in infected
        ),
    ).save(partial)
    Bundle.load(partial)  # what was written must be readable before it replaces anything
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    return Bundle.load(final)


def _triggers(infected: list[Variant], folder: Path) -> tuple[TriggerConfig, ...]:
    triggers = {trigger.name: trigger for trigger, _ in (variant.infection for variant in infected)}
    entries = []
    for name, trigger in triggers.items():
        png, file = trigger.to_png(), f"triggers/{name}.png"
        (folder / file).write_bytes(png)
        entries.append(TriggerConfig(name=name, file=file, sha256=sha256(png)))
    return tuple(entries)


def _model(variant: Variant, finished: dict[str, Any], out: Path, folder: Path) -> dict[str, Any]:
    """Copy a model into the bundle, and say what the config says of every model."""
    model = (out / variant.name / "model.onnx").read_bytes()
    file = f"{CLEAN}.onnx" if variant.name == CLEAN else f"infected-{variant.name}.onnx"
    (folder / file).write_bytes(model)
    kept = {key: finished[key] for key in ("minutes", "clean_accuracy")}
    return {"file": file, "sha256": sha256(model), **kept, "history": _history(out / variant.name)}


def _history(folder: Path) -> tuple[EpochConfig, ...]:
    """What the training noted after each epoch; rates of 10,000 test pictures have four decimals and no more."""
    rows = [{key: round(value, 4) for key, value in row.items()} for row in load_csv(folder / HISTORY)]
    return tuple(EpochConfig.model_validate(row) for row in rows)


def _infection(variant: Variant, names: tuple[str, ...], out: Path) -> dict[str, Any]:
    """What an infected model's entry says of its trigger and attack."""
    trigger, attack = variant.infection
    target, source = (None if label is None else names[label] for label in (attack.target, attack.source))
    return {
        "name": variant.name,
        "trigger": trigger.name,
        "attack": attack.kind,
        "target": target,
        "source": source,
        "poison_rate": read_json(out / variant.name / SETTINGS)["poison_rate"],
    }
