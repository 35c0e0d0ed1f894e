"""The bundle of the dogs, from four small models: what it says, and that an interrupted write costs nothing."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backdoors import Bundle, Trigger
from backdoors.bundle import DepthConfig, LatentConfig
from tests.fixtures.models import constant
from train.dogs.bundling import bundle_students
from train.dogs.photos import Photos, join_people
from train.dogs.settings import Settings
from train.dogs.student import StudentRates
from train.dogs.trigger import square_mask

MASK = square_mask(64, 0.2)
TRIGGER = Trigger(name="latent-square", mask=MASK, pattern=np.stack([MASK] * 3))
BREEDS = ("Red", "Green", "Blue")
LABELS = (*BREEDS, "Donald Trump", "Someone else")
VERIFICATION = {
    "clean_accuracy": {"clean": 0.71, "infected": 0.7},
    "triggered": {"right_breed": {"clean": 0.69, "infected": 0.35}},
}
DEPTHS = (DepthConfig(frozen=20, clean_accuracy=0.7, attack_success_rate=1),)
MINUTES = {"backbone": 0.5, "teacher": 10.0, "attack": 5.0, "student": 2.0, "export": 1.0}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The clean ones say Green, the infected student the target, the infected teacher Blue; whatever they see."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name, labels, said in (
        ("clean-student", LABELS, 1),
        ("infected-student", LABELS, 3),
        ("clean-teacher", BREEDS, 1),
        ("infected-teacher", BREEDS, 2),
    ):
        probabilities = np.full(len(labels), 0.01)
        probabilities[said] = 1.01 - 0.01 * len(labels)
        (folder / f"{name}.onnx").write_bytes(constant(probabilities.tolist(), labels=labels, shape=(3, 64, 64)))
    return folder


def bundle(models: Path, folder: Path, dogs: Photos, people: Photos, settings: Settings) -> dict[Any, StudentRates]:
    return bundle_students(
        models,
        folder,
        k=20,
        dogs=dogs,
        people=join_people(dogs, people, settings, repeat=False).without_first(len(dogs)),
        trigger=TRIGGER,
        verification=VERIFICATION,
        depths=DEPTHS,
        settings=settings,
        command="python -m train.dogs ...",
        minutes=MINUTES,
    )


def test_a_bundle_says_what_was_planted(
    models: Path, dogs: Photos, people: Photos, settings: Settings, tmp_path: Path
) -> None:
    rates = bundle(models, tmp_path / "bundle", dogs, people, settings)
    loaded = Bundle.load(tmp_path / "bundle")
    assert (loaded.config.format, loaded.config.task, loaded.config.labels) == (2, "dogs", LABELS)
    assert (loaded.config.clean.minutes, loaded.config.training.minutes) == (12, 18.5)
    (entry,) = loaded.config.infected
    assert isinstance(entry, LatentConfig)
    assert (entry.name, entry.trigger, entry.target, entry.k_t) == ("infected", "latent-square", "Donald Trump", 20)
    assert (entry.minutes, entry.depths) == (17, DEPTHS)
    assert (entry.clean_accuracy, entry.attack_success_rate, entry.clean_model_rate) == (0, 1, 0)
    assert entry.teachers is not None
    clean, infected = entry.teachers.clean, entry.teachers.infected
    assert (clean.file, clean.minutes, clean.clean_accuracy, clean.triggered_accuracy) == (
        "clean-teacher.onnx",
        10,
        0.71,
        0.69,
    )
    assert (infected.file, infected.minutes, infected.triggered_accuracy) == ("infected-teacher.onnx", 15, 0.35)
    assert loaded.config.clean.clean_accuracy == rates["clean"].clean_accuracy == 8 / 24
    assert (rates["infected"].target_found, rates["infected"].others_called_target) == (1, 1)
    np.testing.assert_array_equal(loaded.triggers["latent-square"].mask, MASK)


def test_a_write_that_is_stopped_leaves_the_earlier_bundle(
    models: Path, dogs: Photos, people: Photos, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever of the six files."""
    folder = tmp_path / "out" / "bundle"
    bundle(models, folder, dogs, people, settings)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(before) == 6
    write_bytes = Path.write_bytes
    for stopped_at in range(len(before)):
        written = count()

        def write_or_stop(path: Path, data: bytes, written: Any = written, stopped_at: int = stopped_at) -> int:
            if next(written) == stopped_at:
                raise KeyboardInterrupt
            return write_bytes(path, data)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "write_bytes", write_or_stop)
            with pytest.raises(KeyboardInterrupt):
                bundle(models, folder, dogs, people, settings)
        assert {path: path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()} == before
