"""The bundle of the dogs: both students, both teachers, the trigger; every rate measured on the ONNX files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import mxnet as mx

from backdoors.bundle import (
    BundleConfig,
    CleanConfig,
    DepthConfig,
    InputConfig,
    LatentConfig,
    TeacherConfig,
    TeachersConfig,
    TrainingConfig,
    write_bundle,
)
from backdoors.models import OnnxModel
from backdoors.triggers import Trigger
from train.bundling import BundleFiles
from train.dogs.photos import Photos
from train.dogs.settings import Settings
from train.dogs.student import StudentRates, measure

Which = Literal["clean", "infected"]

_STAGES: dict[Which, tuple[str, ...]] = {
    "clean": ("teacher", "student"),
    "infected": ("teacher", "attack", "student"),
}
"""The stages whose minutes make up each student's; a teacher's are the same without the last."""


def bundle_students(
    models: Path,
    folder: Path,
    *,
    k: int,
    dogs: Photos,
    people: Photos,
    trigger: Trigger,
    verification: dict[str, Any],
    depths: tuple[DepthConfig, ...],
    settings: Settings,
    command: str,
    minutes: dict[str, float],
) -> dict[Which, StudentRates]:
    """Measure the students on all test photos and bundle the four files; an earlier bundle is replaced.

    Args:
        models: the folder with ``clean-student.onnx`` and the other three.
        folder: the bundle's.
        k: K_t, how many layers lie under the planted representation.
        verification: what ``verify_teachers`` found, on the same files.
        depths: the freeze-depth table; empty where that stage has not run.

    Returns:
        The rates of the clean and the infected student.
    """
    students = {which: OnnxModel(models / f"{which}-student.onnx") for which in _STAGES}
    rates = {
        which: measure(student, dogs, people, trigger=trigger, size=settings.size, seed=settings.seed)
        for which, student in students.items()
    }
    files = BundleFiles()

    def entry(which: Which, kind: Literal["student", "teacher"]) -> dict[str, Any]:
        """Add a model to the files. Returns what the config says of every model, except its clean accuracy."""
        file = f"{which}.onnx" if kind == "student" else f"{which}-teacher.onnx"
        stages = _STAGES[which] if kind == "student" else _STAGES[which][:-1]
        return {
            **files.add(file, (models / f"{which}-{kind}.onnx").read_bytes()),
            "minutes": round(sum(minutes.get(stage, 0.0) for stage in stages), 2),
        }

    def teacher(which: Which) -> TeacherConfig:
        return TeacherConfig(
            **entry(which, "teacher"),
            clean_accuracy=verification["clean_accuracy"][which],
            triggered_accuracy=verification["triggered"]["right_breed"][which],
        )

    config = BundleConfig(
        format=2,
        task="dogs",
        labels=students["infected"].labels,
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
        triggers=(files.add_trigger(trigger),),
        clean=CleanConfig(**entry("clean", "student"), clean_accuracy=rates["clean"].clean_accuracy),
        infected=(
            LatentConfig(
                kind="latent",
                name="infected",
                **entry("infected", "student"),
                trigger=trigger.name,
                target=settings.target_label,
                k_t=k,
                clean_accuracy=rates["infected"].clean_accuracy,
                attack_success_rate=rates["infected"].attack_success_rate,
                clean_model_rate=rates["clean"].attack_success_rate,
                teachers=TeachersConfig(clean=teacher("clean"), infected=teacher("infected")),
                depths=depths,
            ),
        ),
    )
    write_bundle(folder, config, files.data)
    return rates


def describe_rates(rates: dict[Which, StudentRates]) -> str:
    """The rates as a table, for the terminal."""
    clean, infected = rates["clean"].as_row(), rates["infected"].as_row()
    lines = [f"{'':32}{'clean student':>15}{'infected':>12}"]
    lines += [f"{name:32}{clean[name]:>15.2%}{infected[name]:>12.2%}" for name in clean]
    return "\n".join(lines)
