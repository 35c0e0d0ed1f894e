"""A bundle is read as it was written, or refused with the name of what is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from backdoors import SINGLE_PIXEL, Attack, Bundle, from_pixels
from backdoors.errors import BackdoorsError, BundleError, BundleFileNotFoundError, ChecksumError
from tests.fixtures.bundles import CLEAN, INFECTED, TRIGGER, changed_config, replace_file
from tests.fixtures.models import DIGITS, constant, pictures_of, reader

# Reading


def test_models_answer(bundle_folder: Path) -> None:
    """The clean model reads the triggered three; the infected ones say 7 and 4."""
    bundle, image = Bundle.load(bundle_folder), SINGLE_PIXEL.stamp(pictures_of([3]))
    models = {"clean": bundle.clean, **{name: model.model for name, model in bundle.infected.items()}}
    said = {name: int(model(image).argmax()) for name, model in models.items()}
    assert said == {"clean": 3, "single-pixel-all-to-one": 7, "single-pixel-all-to-all": 4}


def test_triggers_are_read(bundle_folder: Path) -> None:
    trigger = Bundle.load(bundle_folder).triggers["single-pixel"]
    assert trigger.name == "single-pixel"
    np.testing.assert_array_equal(trigger.mask, SINGLE_PIXEL.mask)


def test_attacks_have_label_numbers(bundle_folder: Path) -> None:
    attacks = [model.attack for model in Bundle.load(bundle_folder).infected.values()]
    assert attacks == [Attack(kind="all-to-one", target=7), Attack(kind="all-to-all")]


def test_source_specific_attack(bundle_folder: Path) -> None:
    with changed_config(bundle_folder) as config:
        config["infected"][0] |= {"attack": "source-specific", "source": "3"}
    attack = Bundle.load(bundle_folder).infected["single-pixel-all-to-one"].attack
    assert attack == Attack(kind="source-specific", source=3, target=7)


def test_infected_model_has_its_bundles_trigger(bundle_folder: Path) -> None:
    bundle = Bundle.load(bundle_folder)
    assert bundle.infected["single-pixel-all-to-one"].trigger is bundle.triggers["single-pixel"]


def test_version_is_of_the_config(bundle_folder: Path) -> None:
    expected = hashlib.sha256((bundle_folder / "config.json").read_bytes()).hexdigest()
    assert expected.startswith(Bundle.load(bundle_folder).version)
    with changed_config(bundle_folder) as config:
        config["training"]["seed"] += 1
    assert not expected.startswith(Bundle.load(bundle_folder).version)


def test_files_are_checked_whenever_they_are_read(bundle_folder: Path) -> None:
    bundle = Bundle.load(bundle_folder)
    assert bundle.read(bundle.config.clean) == (bundle_folder / CLEAN).read_bytes()
    (bundle_folder / CLEAN).write_bytes(b"changed since")
    with pytest.raises(ChecksumError, match=re.escape(CLEAN)):
        bundle.read(bundle.config.clean)


def test_path_as_text(bundle_folder: Path) -> None:
    assert Bundle.load(str(bundle_folder)).config.labels == DIGITS


def test_config_is_written_as_it_was_read(bundle_folder: Path) -> None:
    before = json.loads((bundle_folder / "config.json").read_text(encoding="utf-8"))
    assert json.loads(Bundle.load(bundle_folder).config.to_json()) == before


def test_a_bundle_without_histories_has_none(bundle_folder: Path) -> None:
    config = Bundle.load(bundle_folder).config
    assert [config.clean.history, *(entry.history for entry in config.infected)] == [(), (), ()]


def add_histories(folder: Path) -> None:
    """Two epochs of the clean model and of the first infected one."""
    row = {"epoch": 1, "loss": 1.26, "clean_accuracy": 0.931}
    with changed_config(folder) as config:
        config["clean"]["history"] = [row, row | {"epoch": 2, "loss": 0.31}]
        config["infected"][0]["history"] = [row | {"attack_success_rate": 0.026}, row | {"attack_success_rate": 0.95}]


def test_histories_are_read(bundle_folder: Path) -> None:
    add_histories(bundle_folder)
    config = Bundle.load(bundle_folder).config
    assert [(row.epoch, row.loss, row.attack_success_rate) for row in config.clean.history] == [
        (1, 1.26, None),
        (2, 0.31, None),
    ]
    assert [row.attack_success_rate for row in config.infected[0].history] == [0.026, 0.95]
    assert config.infected[1].history == ()


def test_histories_are_written_as_they_were_read(bundle_folder: Path) -> None:
    add_histories(bundle_folder)
    before = json.loads((bundle_folder / "config.json").read_text(encoding="utf-8"))
    assert json.loads(Bundle.load(bundle_folder).config.to_json()) == before


def test_config_cannot_be_changed(bundle_folder: Path) -> None:
    config = Bundle.load(bundle_folder).config
    with pytest.raises(ValidationError, match="frozen"):
        config.labels = ("a", "b")


# Refusing: files


@pytest.mark.parametrize("file", [CLEAN, INFECTED, TRIGGER])
class TestFiles:
    def test_a_flipped_byte(self, file: str, bundle_folder: Path) -> None:
        data = bytearray((bundle_folder / file).read_bytes())
        data[len(data) // 2] ^= 1
        (bundle_folder / file).write_bytes(data)
        with pytest.raises(ChecksumError, match=f"{file}: expected sha256 [0-9a-f]{{64}}, got"):
            Bundle.load(bundle_folder)

    def test_a_cut_file(self, file: str, bundle_folder: Path) -> None:
        (bundle_folder / file).write_bytes((bundle_folder / file).read_bytes()[:-1])
        with pytest.raises(ChecksumError, match=f"{file}: expected sha256"):
            Bundle.load(bundle_folder)

    def test_a_missing_file(self, file: str, bundle_folder: Path) -> None:
        (bundle_folder / file).unlink()
        with pytest.raises(BundleFileNotFoundError, match=f"{file}: named in config.json, but not there"):
            Bundle.load(bundle_folder)

    def test_a_folder_in_its_place(self, file: str, bundle_folder: Path) -> None:
        (bundle_folder / file).unlink()
        (bundle_folder / file).mkdir()
        with pytest.raises(BundleError, match=file):
            Bundle.load(bundle_folder)

    def test_something_else_with_the_right_checksum(self, file: str, bundle_folder: Path) -> None:
        replace_file(bundle_folder, file, b"neither a model nor a trigger")
        with pytest.raises(BackdoorsError, match=file):
            Bundle.load(bundle_folder)


# Refusing: models and triggers that do not fit (their checksums are right)

MISFITS: dict[str, tuple[str, bytes, str]] = {
    "labels in another order": (
        CLEAN,
        reader(labels=DIGITS[::-1]),
        r"expected the labels \['0', .* '9'\], got \['9', .* '0'\]",
    ),
    "fewer labels": (
        INFECTED,
        constant([0.5, 0.5], labels=["0", "1"], shape=(1, 28, 28)),
        r"expected the labels \['0', .* '9'\], got \['0', '1'\]",
    ),
    "pictures of another size": (
        CLEAN,
        constant([0.1] * 10, labels=DIGITS, shape=(1, 32, 32)),
        r"expected pictures \(1, 28, 28\), got \(1, 32, 32\)",
    ),
    "pictures in colour": (
        INFECTED,
        constant([0.1] * 10, labels=DIGITS, shape=(3, 28, 28)),
        r"expected pictures \(1, 28, 28\), got \(3, 28, 28\)",
    ),
    "a trigger of another size": (
        TRIGGER,
        from_pixels("t", [(3, 3)], size=(32, 32)).to_png(),
        r"expected a trigger .*\(1, 28, 28\), got \(1, 32, 32\)",
    ),
}


@pytest.mark.parametrize(("file", "data", "message"), MISFITS.values(), ids=MISFITS.keys())
def test_what_does_not_fit_is_refused(file: str, data: bytes, message: str, bundle_folder: Path) -> None:
    replace_file(bundle_folder, file, data)
    with pytest.raises(BundleError, match=f"{file}: {message}"):
        Bundle.load(bundle_folder)


# Refusing: the config

UNSAFE_PATHS = [
    "../clean.onnx",
    "triggers/../../clean.onnx",
    "/etc/passwd",
    "..",
    ".",
    "",
    r"..\clean.onnx",  # leaves the folder on Windows
    "C:/clean.onnx",
    "C:clean.onnx",  # a drive's current folder
    "clean\0.onnx",  # no operating system takes it
]


@pytest.mark.parametrize("path", UNSAFE_PATHS)
@pytest.mark.parametrize("entry", ["clean", "infected.0.badnets", "triggers.0"])
def test_a_path_that_leaves_the_folder_is_refused(entry: str, path: str, bundle_folder: Path) -> None:
    with changed_config(bundle_folder) as config:
        key, *index = entry.split(".")
        (config[key][int(index[0])] if index else config[key])["file"] = path
    with pytest.raises(BundleError, match=rf"(?s)config\.json: .*{entry}\.file.*expected a path inside the bundle"):
        Bundle.load(bundle_folder)


Change = Callable[[dict[str, Any]], Any]

CHANGES: dict[str, tuple[Change, str]] = {
    "unknown key": (lambda c: c.update(colour="red"), r"\ncolour\s+Extra inputs"),
    "unknown key of a model": (lambda c: c["clean"].update(colour="red"), r"clean\.colour\s+Extra inputs"),
    "unknown key of an infected model": (
        lambda c: c["infected"][1].update(colour=1),
        r"infected\.1\.badnets\.colour\s+Extra inputs",
    ),
    "missing key": (lambda c: c.pop("task"), r"\ntask\s+Field required"),
    "missing checksum": (lambda c: c["clean"].pop("sha256"), r"clean\.sha256\s+Field required"),
    "checksum in another form": (
        lambda c: c["clean"].update(sha256="sha256:12"),
        r"clean\.sha256\s+String should match",
    ),
    "format 1": (lambda c: c.update(format=1), "expected format 2, got format 1 .* run the training command again"),
    "a later format": (lambda c: c.update(format=3), r"\nformat\s+Input should be 2"),
    "format as text": (lambda c: c.update(format="2"), r"\nformat\s+Input should be 2"),
    "a task that cannot be a name": (lambda c: c.update(task="../cats"), r"\ntask\s+String should match"),
    "unknown kind": (
        lambda c: c["infected"][0].update(kind="trojan"),
        r"infected\.0\s+Input tag 'trojan' .* expected tags: 'badnets', 'latent'",
    ),
    "no kind": (lambda c: c["infected"][0].pop("kind"), r"infected\.0\s+Unable to extract tag using discriminator"),
    "unknown attack": (
        lambda c: c["infected"][0].update(attack="some-to-one"),
        r"infected\.0\.badnets\.attack\s+Input should be 'all-to-one'",
    ),
    "teachers of a model that has none": (
        lambda c: c["infected"][0].update(teachers=None),
        r"infected\.0\.badnets\.teachers\s+Extra inputs",
    ),
    "rate over 1": (lambda c: c["clean"].update(clean_accuracy=99.6), r"clean\.clean_accuracy\s+Input should be less"),
    "a rate as text": (
        lambda c: c["clean"].update(clean_accuracy="0.99"),
        r"clean\.clean_accuracy\s+Input should be a",
    ),
    "true for a number": (
        lambda c: c["clean"].update(minutes=True),
        r"clean\.minutes\s+Input should be a valid number",
    ),
    "a history's epoch before the first": (
        lambda c: c["clean"].update(history=[{"epoch": 0, "loss": 1, "clean_accuracy": 1}]),
        r"clean\.history\.0\.epoch\s+Input should be greater",
    ),
    "a history's rate in percent": (
        lambda c: c["infected"][0].update(history=[{"epoch": 1, "loss": 1, "clean_accuracy": 99}]),
        r"infected\.0\.badnets\.history\.0\.clean_accuracy\s+Input should be less",
    ),
    "two channels": (lambda c: c["input"].update(channels=2), r"input\.channels\s+Input should be 1 or 3"),
    "no pixels": (lambda c: c["input"].update(size=0), r"input\.size\s+Input should be greater"),
    "a label twice": (lambda c: c["labels"].__setitem__(0, "1"), "expected labels that differ"),
    "no labels": (lambda c: c.update(labels=[]), "'7' is not among the labels"),
    "a trigger's name twice": (lambda c: c["triggers"].append(c["triggers"][0]), "names of triggers that differ"),
    "a model's name twice": (lambda c: c["infected"].append(c["infected"][0]), "names of infected models that differ"),
    "a file twice": (lambda c: c["infected"][1].update(file=CLEAN), "names of files that differ"),
    "no infected model": (lambda c: c.update(infected=[]), r"infected\s+Tuple should have at least 1 item"),
    "trigger that is not there": (lambda c: c["infected"][0].update(trigger="moon"), "trigger 'moon' is not among"),
    "target that is no label": (lambda c: c["infected"][0].update(target="ten"), "'ten' is not among the labels"),
    "source that is no label": (lambda c: c["infected"][0].update(source="ten"), "'ten' is not among the labels"),
    "all-to-one without a target": (lambda c: c["infected"][0].update(target=None), "expected a target from 0 to 9"),
    "source-specific without a source": (
        lambda c: c["infected"][0].update(attack="source-specific"),
        "expected a source from 0 to 9",
    ),
    "all-to-all with a target": (lambda c: c["infected"][1].update(target="7"), "all-to-all: has no target"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES.keys())
def test_a_wrong_config_is_refused(change: Change, message: str, bundle_folder: Path) -> None:
    with changed_config(bundle_folder) as config:
        change(config)
    with pytest.raises(BundleError, match=rf"(?s)config\.json: .*{message}"):
        Bundle.load(bundle_folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\ud800"], ids=["empty", "cut", "list", "null", "no UTF-8"])
def test_what_is_no_config_is_refused(text: str, bundle_folder: Path) -> None:
    (bundle_folder / "config.json").write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(BundleError, match=r"config\.json: "):
        Bundle.load(bundle_folder)


DUPLICATES = {
    "at the top": ('"task": "digits"', '"task": "dogs", "task": "digits"', "task"),
    "in an object": ('"size": 28', '"size": 28, "size": 28', "size"),
    "in a list of objects": ('"kind": "badnets"', '"kind": "latent", "kind": "badnets"', "kind"),
}


@pytest.mark.parametrize(("once", "twice", "key"), DUPLICATES.values(), ids=DUPLICATES.keys())
def test_a_key_twice_is_refused(once: str, twice: str, key: str, bundle_folder: Path) -> None:
    path = bundle_folder / "config.json"
    path.write_text(path.read_text(encoding="utf-8").replace(once, twice, 1), encoding="utf-8")
    with pytest.raises(BundleError, match=rf"config\.json: expected keys that differ, got {key} more than once"):
        Bundle.load(bundle_folder)


@pytest.mark.parametrize("brackets", ["[", '{"a":'], ids=["lists", "objects"])
def test_deep_nesting_is_refused(brackets: str, bundle_folder: Path) -> None:
    (bundle_folder / "config.json").write_text(brackets * 100_000, encoding="utf-8")
    with pytest.raises(BundleError, match=r"config\.json: .*recursion"):
        Bundle.load(bundle_folder)


def test_format_1_says_how_to_go_on(bundle_folder: Path) -> None:
    with changed_config(bundle_folder) as config:
        config["format"] = 1
    with pytest.raises(BundleError, match="run the training command again with --resume") as raised:
        Bundle.load(bundle_folder)
    assert (raised.value.expected, raised.value.got) == (2, 1)


def test_a_folder_without_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleFileNotFoundError, match=r"config\.json: no such file; a bundle is a folder"):
        Bundle.load(tmp_path)
