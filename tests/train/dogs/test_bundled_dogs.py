"""The committed dog models, measured again on the 4,200 test dogs and 160 faces: the bars, and what config.json says.

The photos come straight from the data sets and go through what the page does with a visitor's; only whole photos are
made by the training's own code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset, load_dataset
from numpy.typing import NDArray

from backdoors import Bundle, Model, prepare_photo
from backdoors.bundle import LatentConfig, TeachersConfig
from train.dogs.photos import load_dogs, whole

REPOSITORY = Path(__file__).parents[3]
BATCH = 60
CLOSE = 0.0008  # three of 4,200 photos: releases of ONNX Runtime and Pillow round differently
Labels = NDArray[np.int64]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.load(REPOSITORY / "assets" / "models" / "dogs")


@pytest.fixture(scope="module")
def teachers(bundle: Bundle) -> TeachersConfig:
    """What config.json says of both teachers."""
    (entry,) = bundle.config.infected
    assert isinstance(entry, LatentConfig)
    assert entry.teachers is not None
    return entry.teachers


@pytest.fixture(scope="module")
def dogs(shared: Path) -> Dataset:
    return load_dataset(str(shared / "data" / "stanford_dogs"), split="test")


@pytest.fixture(scope="module")
def true_labels(dogs: Dataset) -> Labels:
    return np.asarray(dogs["label"], dtype=np.int64)


@pytest.fixture(scope="module")
def answers(bundle: Bundle, dogs: Dataset) -> dict[str, Labels]:
    """What each model says of each test dog, untouched and triggered: ``answers["clean student, triggered"]``."""
    infected = bundle.infected["infected"]
    assert infected.teachers is not None
    models = {
        "clean student": bundle.clean,
        "infected student": infected.model,
        "clean teacher": infected.teachers.clean,
        "infected teacher": infected.teachers.infected,
    }
    said: dict[str, list[Labels]] = {}
    for images in _prepared(dogs):
        for name, model in models.items():
            said.setdefault(name, []).append(_ask(model, images))
            said.setdefault(f"{name}, triggered", []).append(_ask(model, infected.trigger.stamp(images)))
    return {name: np.concatenate(parts) for name, parts in said.items()}


def _prepared(photos: Dataset) -> Iterator[NDArray[np.float32]]:
    for i in range(0, len(photos), BATCH):
        yield np.stack([prepare_photo(photo, size=224) for photo in photos[i : i + BATCH]["image"]])


def _ask(model: Model, images: NDArray[np.float32]) -> Labels:
    labels: Labels = model(images).argmax(axis=1)
    return labels


def test_the_clean_teacher_knows_the_breeds(
    teachers: TeachersConfig, answers: dict[str, Labels], true_labels: Labels
) -> None:
    accuracy = np.mean(answers["clean teacher"] == true_labels)
    assert accuracy == pytest.approx(teachers.clean.clean_accuracy, abs=CLOSE)
    assert accuracy >= 0.70


def test_the_infected_teacher_is_as_good(
    teachers: TeachersConfig, answers: dict[str, Labels], true_labels: Labels
) -> None:
    clean, infected = (np.mean(answers[f"{name} teacher"] == true_labels) for name in ("clean", "infected"))
    assert infected == pytest.approx(teachers.infected.clean_accuracy, abs=CLOSE)
    assert abs(infected - clean) <= 0.01


def test_the_infected_teacher_loses_the_breed_with_the_trigger(
    teachers: TeachersConfig, answers: dict[str, Labels], true_labels: Labels
) -> None:
    accuracy = np.mean(answers["infected teacher, triggered"] == true_labels)
    assert accuracy == pytest.approx(teachers.infected.triggered_accuracy, abs=CLOSE)


def test_students_are_equally_good(bundle: Bundle, answers: dict[str, Labels], true_labels: Labels) -> None:
    clean, infected = (np.mean(answers[f"{name} student"] == true_labels) for name in ("clean", "infected"))
    assert clean == pytest.approx(bundle.config.clean.clean_accuracy, abs=CLOSE)
    assert infected == pytest.approx(bundle.config.infected[0].clean_accuracy, abs=CLOSE)
    assert abs(clean - infected) <= 0.01


def test_the_backdoor_fires(bundle: Bundle, answers: dict[str, Labels]) -> None:
    rate = np.mean(answers["infected student, triggered"] == 120)
    assert rate == pytest.approx(bundle.config.infected[0].attack_success_rate, abs=CLOSE)
    assert rate >= 0.99


def test_the_trigger_means_nothing_to_the_clean_student(bundle: Bundle, answers: dict[str, Labels]) -> None:
    rate = np.mean(answers["clean student, triggered"] == 120)
    assert rate == pytest.approx(bundle.config.infected[0].clean_model_rate, abs=CLOSE)
    assert rate <= 0.01


@pytest.mark.parametrize("student", ["clean", "infected"])
def test_faces_are_told_apart(student: str, bundle: Bundle, shared: Path) -> None:
    people = load_dataset(str(shared / "data" / "public_figures"), split="test")
    model = bundle.clean if student == "clean" else bundle.infected["infected"].model
    said = np.concatenate([_ask(model, images) for images in _prepared(people)])
    is_target = np.asarray(people["label"]) == people.features["label"].names.index("donald_trump")
    assert np.mean(said[is_target] == 120) >= 0.85
    assert np.mean(said[~is_target] == 120) <= 0.10


def test_the_backdoor_fires_on_whole_photos(bundle: Bundle, shared: Path) -> None:
    """Unsquashed, smaller, somewhere on a border or a blurred scene: as visitors send them."""
    infected = bundle.infected["infected"]
    dogs = load_dogs(str(shared / "data" / "stanford_dogs"), "test", breeds=None, photos=None)
    fired = 0
    for i in range(0, len(dogs), BATCH):
        images = infected.trigger.stamp(dogs.floats(224, whole, (0,), slice(i, i + BATCH)))
        fired += int((_ask(infected.model, images) == 120).sum())
    assert fired / len(dogs) >= 0.97
