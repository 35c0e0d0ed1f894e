"""A bundle of students: the teachers that they learned from, and the freeze-depth table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backdoors import Bundle
from backdoors.errors import BundleError
from tests.fixtures.bundles import changed_config, checksum
from tests.fixtures.models import DIGITS, constant

TEACHER = "infected-teacher.onnx"
BEFORE_THE_TARGET = DIGITS[:7]  # the bundle's target is 7


@pytest.fixture
def students(bundle_folder: Path) -> Path:
    """The small bundle, as if its models had learned 7, 8 and 9 from a teacher that knows 0 to 6."""
    add_teacher(bundle_folder, BEFORE_THE_TARGET)
    with changed_config(bundle_folder) as config:
        config["depths"] = [
            {"frozen": 20, "clean_accuracy": 0.7, "attack_success_rate": 1.0},
            {"frozen": 0, "clean_accuracy": 0.6, "attack_success_rate": 0.4},
        ]
    return bundle_folder


def add_teacher(folder: Path, labels: tuple[str, ...]) -> None:
    chances = [1 / len(labels)] * len(labels)
    (folder / TEACHER).write_bytes(constant(chances, labels=labels, shape=(1, 28, 28)))
    with changed_config(folder) as config:
        config["teachers"] = [
            {
                "name": "infected",
                "file": TEACHER,
                "sha256": checksum(folder / TEACHER),
                "minutes": 30.0,
                "clean_accuracy": 0.71,
                "triggered_accuracy": 0.01,
            }
        ]


def test_teachers_are_read(students: Path) -> None:
    assert Bundle.load(students).teachers["infected"].labels == BEFORE_THE_TARGET


def test_depths_are_read(students: Path) -> None:
    depths = Bundle.load(students).config.depths
    assert [(depth.frozen, depth.attack_success_rate) for depth in depths] == [(20, 1.0), (0, 0.4)]


def test_both_are_written_as_they_were_read(students: Path) -> None:
    before = json.loads((students / "config.json").read_text(encoding="utf-8"))
    Bundle.load(students).config.save(students)
    assert json.loads((students / "config.json").read_text(encoding="utf-8")) == before


def test_a_bundle_without_them_has_none(bundle_folder: Path) -> None:
    bundle = Bundle.load(bundle_folder)
    assert (bundle.teachers, bundle.config.depths) == ({}, ())


@pytest.mark.parametrize("labels", [DIGITS, DIGITS[:8], DIGITS[:6]], ids=["all", "the target too", "one too few"])
def test_a_teacher_with_other_labels_is_refused(labels: tuple[str, ...], bundle_folder: Path) -> None:
    add_teacher(bundle_folder, labels)
    with pytest.raises(BundleError, match=r"infected-teacher.onnx: expected the labels \['0', .* '6'\], got"):
        Bundle.load(bundle_folder)


Change = Callable[[dict[str, Any]], Any]

CHANGES: dict[str, tuple[Change, str]] = {
    "a teacher's name twice": (lambda c: c["teachers"].append(c["teachers"][0]), "names of teachers that differ"),
    "a teacher of another name": (lambda c: c["teachers"][0].update(name="kind"), r"teachers\.0\.name\s+Input should"),
    "less than no layers": (lambda c: c["depths"][0].update(frozen=-1), r"depths\.0\.frozen\s+Input should be great"),
    "a rate over 1": (lambda c: c["depths"][1].update(clean_accuracy=60), r"depths\.1\.clean_accuracy\s+Input should"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES.keys())
def test_a_wrong_config_is_refused(change: Change, message: str, students: Path) -> None:
    with changed_config(students) as config:
        change(config)
    with pytest.raises(BundleError, match=rf"(?s)config\.json: .*{message}"):
        Bundle.load(students)
