"""A bundle of students: their infected entry says which teachers they learned from, and has the freeze-depth table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backdoors import Attack, Bundle
from backdoors.bundle import BundleConfig, LatentConfig
from backdoors.errors import BundleError
from tests.fixtures.bundles import TEACHERS, changed_config, make_latent
from tests.fixtures.models import DIGITS

BEFORE_THE_TARGET = DIGITS[:7]  # the bundle's target is 7


@pytest.fixture
def students(bundle_folder: Path) -> Path:
    """The small bundle, as if its models had learned 7, 8 and 9 from a teacher that knows 0 to 6."""
    make_latent(bundle_folder, teacher_labels=BEFORE_THE_TARGET)
    return bundle_folder


def entry_of(config: BundleConfig) -> LatentConfig:
    (entry,) = config.infected
    assert isinstance(entry, LatentConfig)
    return entry


def test_teachers_are_read(students: Path) -> None:
    (infected,) = Bundle.load(students).infected.values()
    assert infected.teachers is not None
    assert infected.teachers.clean.labels == infected.teachers.infected.labels == BEFORE_THE_TARGET


def test_teachers_are_files_of_the_bundle(students: Path) -> None:
    files = [entry.file for entry in BundleConfig.load(students).files]
    assert set(TEACHERS.values()) < set(files)


def test_depths_are_read(students: Path) -> None:
    depths = entry_of(BundleConfig.load(students)).depths
    assert [(depth.frozen, depth.attack_success_rate) for depth in depths] == [(20, 1.0), (0, 0.4)]


def test_a_latent_backdoor_wants_its_target_for_every_label(students: Path) -> None:
    (infected,) = Bundle.load(students).infected.values()
    assert infected.attack == Attack(kind="all-to-one", target=7)
    assert (infected.target, infected.source) == ("7", None)


def test_teacher_labels_are_those_before_the_target(students: Path) -> None:
    config = BundleConfig.load(students)
    assert config.teacher_labels(entry_of(config)) == BEFORE_THE_TARGET


def test_it_is_written_as_it_was_read(students: Path) -> None:
    before = json.loads((students / "config.json").read_text(encoding="utf-8"))
    assert json.loads(Bundle.load(students).config.to_json()) == before


def test_teachers_and_depths_can_be_left_out(students: Path) -> None:
    with changed_config(students) as config:
        for key in ("teachers", "depths"):
            del config["infected"][0][key]
    bundle = Bundle.load(students)
    assert (bundle.infected["single-pixel-all-to-one"].teachers, entry_of(bundle.config).depths) == (None, ())


def test_a_badnets_model_has_no_teachers(bundle_folder: Path) -> None:
    assert [model.teachers for model in Bundle.load(bundle_folder).infected.values()] == [None, None]


@pytest.mark.parametrize("labels", [DIGITS, DIGITS[:8], DIGITS[:6]], ids=["all", "the target too", "one too few"])
def test_a_teacher_with_other_labels_is_refused(labels: tuple[str, ...], bundle_folder: Path) -> None:
    make_latent(bundle_folder, teacher_labels=labels)
    with pytest.raises(BundleError, match=r"-teacher.onnx: expected the labels \['0', .* '6'\], got"):
        Bundle.load(bundle_folder)


Change = Callable[[dict[str, Any]], Any]

CHANGES: dict[str, tuple[Change, str]] = {
    "a teacher of another kind": (
        lambda c: c["teachers"].update(third=c["teachers"]["clean"]),
        r"infected\.0\.latent\.teachers\.third\s+Extra inputs",
    ),
    "one teacher alone": (
        lambda c: c["teachers"].pop("clean"),
        r"infected\.0\.latent\.teachers\.clean\s+Field required",
    ),
    "one file for both teachers": (
        lambda c: c["teachers"].update(clean=c["teachers"]["infected"]),
        "names of files that differ",
    ),
    "less than no layers": (
        lambda c: c["depths"][0].update(frozen=-1),
        r"infected\.0\.latent\.depths\.0\.frozen\s+Input should be great",
    ),
    "a rate over 1": (
        lambda c: c["depths"][1].update(clean_accuracy=60),
        r"infected\.0\.latent\.depths\.1\.clean_accuracy\s+Input should be less",
    ),
    "a layer before the first": (lambda c: c.update(k_t=0), r"infected\.0\.latent\.k_t\s+Input should be greater"),
    "no target": (lambda c: c.update(target=None), r"infected\.0\.latent\.target\s+Input should be a valid string"),
    "a target that is no label": (lambda c: c.update(target="ten"), "'ten' is not among the labels"),
    "no label before the target": (lambda c: c.update(target="0"), "expected labels before the target, got '0'"),
    "an attack": (lambda c: c.update(attack="all-to-one"), r"infected\.0\.latent\.attack\s+Extra inputs"),
    "a poison rate": (lambda c: c.update(poison_rate=0), r"infected\.0\.latent\.poison_rate\s+Extra inputs"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES.keys())
def test_a_wrong_entry_is_refused(change: Change, message: str, students: Path) -> None:
    with changed_config(students) as config:
        change(config["infected"][0])
    with pytest.raises(BundleError, match=rf"(?s)config\.json: .*{message}"):
        Bundle.load(students)
