"""Errors: each is the project's own and the builtin that callers catch anyway, and carries its facts as data."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backdoors
from backdoors import SINGLE_PIXEL, Attack, Bundle, OnnxModel, Trigger, choose_poisoned, errors, open_picture
from backdoors.bundle import write_bundle
from backdoors.hub import Address
from backdoors.tasks import task_of
from tests.fixtures.bundles import CLEAN, changed_config
from tests.fixtures.models import DIGITS, reader

ALL = [error for _, error in inspect.getmembers(errors, inspect.isclass) if error.__module__ == errors.__name__]
RAISED = [error for error in ALL if error is not errors.BackdoorsError]


@pytest.mark.parametrize("error", RAISED)
def test_is_the_projects_own(error: type[Exception]) -> None:
    assert issubclass(error, errors.BackdoorsError)


@pytest.mark.parametrize("error", RAISED)
def test_is_a_builtin_that_callers_catch_anyway(error: type[Exception]) -> None:
    assert issubclass(error, ValueError | OSError)


BUILTINS = {
    errors.BundleFileNotFoundError: FileNotFoundError,
    errors.LocalFileError: OSError,
    errors.HubError: OSError,
    errors.HubUnreachableError: ConnectionError,
    errors.HubRefusedError: PermissionError,
}


@pytest.mark.parametrize(("error", "builtin"), BUILTINS.items(), ids=lambda each: each.__name__)
def test_is_the_builtin_with_this_meaning(error: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(error, builtin)


def test_unreachable_and_refused_are_told_apart() -> None:
    assert not issubclass(errors.HubUnreachableError, errors.HubRefusedError)
    assert not issubclass(errors.HubRefusedError, errors.HubUnreachableError)


@pytest.mark.parametrize("error", ALL)
def test_says_what_it_means(error: type[Exception]) -> None:
    """In a docstring of its own: ``inspect.getdoc`` would find that of a base class."""
    assert vars(error)["__doc__"]


def test_public_names_exist() -> None:
    assert [name for name in backdoors.__all__ if not hasattr(backdoors, name)] == []


# Data: what a real failure carries


def cut(folder: Path) -> None:
    (folder / CLEAN).write_bytes(b"")
    Bundle.load(folder)


def without_a_file(folder: Path) -> None:
    (folder / CLEAN).unlink()
    Bundle.load(folder)


def without_a_config(folder: Path) -> None:
    Bundle.load(folder / "triggers")


def other_labels(folder: Path) -> None:
    with changed_config(folder) as config:
        config["labels"] = [*DIGITS[:9], "nine"]
    Bundle.load(folder)


def of_a_later_task(folder: Path) -> None:
    with changed_config(folder) as config:
        config["task"] = "birds"
    task_of(Bundle.load(folder).config)


def into_a_file(folder: Path) -> None:
    config = Bundle.load(folder).config
    files = {entry.file: (folder / entry.file).read_bytes() for entry in config.files}
    write_bundle(folder / CLEAN / "bundle", config, files)


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # sha256 of no bytes
TINY, WIDE = np.zeros((5, 7), dtype=np.uint8), np.zeros((1, 1, 28, 30), dtype=np.float32)
Fails = Callable[[Path], Any]
DATA: dict[str, tuple[type[errors.BackdoorsError], Fails, dict[str, Any]]] = {
    "a cut model": (errors.ChecksumError, cut, {"path": CLEAN, "got": EMPTY}),
    "a missing model": (errors.BundleFileNotFoundError, without_a_file, {"path": CLEAN}),
    "no config": (errors.BundleFileNotFoundError, without_a_config, {"path": "triggers/config.json"}),
    "other labels": (errors.BundleError, other_labels, {"path": CLEAN, "expected": (*DIGITS[:9], "nine")}),
    "a later task": (errors.BundleError, of_a_later_task, {"expected": ("digits", "dogs"), "got": "birds"}),
    "a folder that cannot be": (errors.LocalFileError, into_a_file, {"path": f"{CLEAN}/bundle"}),
    "no model": (errors.ModelError, lambda _: OnnxModel("absent.onnx"), {"path": Path("absent.onnx")}),
    "pictures that do not fit": (
        errors.ModelError,
        lambda _: OnnxModel(reader())(WIDE),
        {"path": None, "expected": ("n", 1, 28, 28), "got": (1, 1, 28, 30)},
    ),
    "a tiny picture": (errors.PictureError, lambda _: open_picture(TINY), {"expected": 8, "got": (7, 5)}),
    "no picture": (errors.PictureError, lambda _: open_picture("absent.png"), {"path": "absent.png"}),
    "no trigger": (errors.TriggerError, lambda _: Trigger.load("absent.png"), {"path": Path("absent.png")}),
    "a trigger of another size": (
        errors.TriggerError,
        lambda _: SINGLE_PIXEL.stamp(WIDE),
        {"expected": (1, 28, 28), "got": (1, 28, 30)},
    ),
    "a label out of range": (
        errors.AttackError,
        lambda _: Attack(kind="all-to-one", target=10),
        {"expected": range(10), "got": 10},
    ),
    "too many poisoned examples": (
        errors.AttackError,
        lambda _: choose_poisoned(
            np.array([7, 7, 7, 1]),
            attack=Attack(kind="all-to-one", target=7),
            poison_rate=0.5,
            rng=np.random.default_rng(0),
        ),
        {"expected": 1, "got": 2},
    ),
    "no name": (
        errors.RepositoryError,
        lambda _: Address.parse("digits"),
        {"expected": "OWNER/NAME", "got": "digits"},
    ),
    "no revision": (errors.RepositoryError, lambda _: Address.parse("a/b@c d"), {"got": "c d"}),
}


@pytest.mark.parametrize(("error", "fails", "data"), DATA.values(), ids=DATA.keys())
def test_carries_its_facts(
    error: type[errors.BackdoorsError], fails: Fails, data: dict[str, Any], bundle_folder: Path
) -> None:
    with pytest.raises(error) as raised:
        fails(bundle_folder)
    assert type(raised.value) is error
    carried = {name: getattr(raised.value, name) for name in data}
    if isinstance(carried.get("path"), Path) and carried["path"].is_absolute():
        carried["path"] = carried["path"].relative_to(bundle_folder).as_posix()
    assert carried == data


def test_facts_are_none_where_there_are_none() -> None:
    error = errors.HubError("the Hub has an error of its own")
    assert (error.path, error.expected, error.got, error.status) == (None, None, None, None)
