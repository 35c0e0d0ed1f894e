"""The bundle of the dogs: both students, both teachers, the trigger; every rate measured on the ONNX files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Literal

import mxnet as mx

from backdoors.bundle import (
    Bundle,
    BundleConfig,
    CleanConfig,
    DepthConfig,
    InfectedConfig,
    InputConfig,
    TeacherConfig,
    TrainingConfig,
    TriggerConfig,
    sha256,
)
from backdoors.models import Classifier
from backdoors.triggers import Trigger
from train.dogs.photos import Photos
from train.dogs.settings import Settings
from train.dogs.student import Rates, measure

_STAGES: dict[Literal["clean", "infected"], tuple[str, ...]] = {
    "clean": ("teacher", "student"),
    "infected": ("teacher", "attack", "student"),
}
"""What each student's minutes are made of."""


def write_bundle(
    models: Path,
    final: Path,
    *,
    dogs: Photos,
    people: Photos,
    trigger: Trigger,
    verification: dict[str, Any],
    depths: tuple[DepthConfig, ...],
    settings: Settings,
    command: str,
    minutes: dict[str, float],
) -> dict[str, Rates]:
    """Measure the students on all test photos and bundle the four files; an earlier bundle is replaced at the end.

    Args:
        models: the folder with ``clean-student.onnx`` and the other three.
        verification: what ``verify_teachers`` found, on the same files.
        depths: the freeze-depth table; empty where that stage has not run.

    Returns:
        The rates of the clean and the infected student.
    """
    partial = final.with_name("bundle.partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "triggers").mkdir(parents=True)
    png, png_file = trigger.to_png(), f"triggers/{trigger.name}.png"
    (partial / png_file).write_bytes(png)
    rates: dict[str, Rates] = {}
    entries: dict[str, dict[str, Any]] = {}
    for name, stages in _STAGES.items():
        for kind in ("student", "teacher"):
            file = f"{name}.onnx" if kind == "student" else f"{name}-teacher.onnx"
            data = (models / f"{name}-{kind}.onnx").read_bytes()
            (partial / file).write_bytes(data)
            spent = [stage for stage in stages if kind == "student" or stage != "student"]
            entries[f"{name}-{kind}"] = {
                "file": file,
                "sha256": sha256(data),
                "minutes": round(sum(minutes.get(stage, 0.0) for stage in spent), 2),
            }
        classifier = Classifier(partial / f"{name}.onnx")
        labels = classifier.labels
        rates[name] = measure(classifier, dogs, people, trigger=trigger, size=settings.size, seed=settings.seed)
    teachers = [
        TeacherConfig(
            **entries[f"{name}-teacher"],
            name=name,
            clean_accuracy=verification["clean_accuracy"][name],
            triggered_accuracy=verification["triggered"]["right_breed"][name],
        )
        for name in _STAGES
    ]
    infected = InfectedConfig(
        **entries["infected-student"],
        clean_accuracy=rates["infected"].clean_accuracy,
        name="infected",
        trigger=trigger.name,
        attack="all-to-one",
        target=settings.target_label,
        source=None,
        poison_rate=0,  # of the student's photos; the backdoor comes from its teacher
        attack_success_rate=rates["infected"].attack_success_rate,
        clean_model_rate=rates["clean"].attack_success_rate,
    )
    BundleConfig(
        format=1,
        task="dogs",
        labels=labels,
        input=InputConfig(size=settings.size, channels=3),
        training=TrainingConfig(
            dataset=f"{settings.dogs}, {settings.people}",
            command=command,
            seed=settings.seed,
            framework="MXNet",
            version=mx.__version__,
            minutes=round(sum(minutes.values()), 2),
            device=f"cpu, {os.cpu_count()} threads",
        ),
        triggers=(TriggerConfig(name=trigger.name, file=png_file, sha256=sha256(png)),),
        clean=CleanConfig(**entries["clean-student"], clean_accuracy=rates["clean"].clean_accuracy),
        infected=(infected,),
        teachers=tuple(teachers),
        depths=depths,
    ).save(partial)
    Bundle.load(partial)  # what was written must be readable before it replaces anything
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    return rates


def describe_rates(rates: dict[str, Rates]) -> str:
    """The rates as a table, for the terminal."""
    clean, infected = rates["clean"].as_row(), rates["infected"].as_row()
    lines = [f"{'':32}{'clean student':>15}{'infected':>12}"]
    lines += [f"{name:32}{clean[name]:>15.2%}{infected[name]:>12.2%}" for name in clean]
    return "\n".join(lines)
