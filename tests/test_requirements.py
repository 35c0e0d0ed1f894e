"""One version of everything: the Space's card, all requirements, the noxfile's tools, and the README's lines."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest

from backdoors.site.runtime import VERSION
from tests.fixtures.page import REPOSITORY

DOGS = "train/dogs/requirements.txt"
PINNED = ["requirements.txt", "tests/requirements.txt", DOGS, "tests/train/dogs/requirements.txt"]
FILES = [*PINNED, "train/digits/requirements.txt", "noxfile.py", "README.md"]

OWN_VERSION = {
    "numpy": "MXNet uses names that 1.24 removed",
    "onnx": "MXNet's exporter imports onnx.mapping, which 1.23 no longer has",
    "datasets": "newer ones want a pyarrow that wants NumPy 2",
}
"""What the dogs' training has in another version than the rest, and why."""


def text_of(file: str) -> str:
    return (REPOSITORY / file).read_text(encoding="utf-8")


def pins(file: str) -> dict[str, str]:
    return dict(re.findall(r"(?<![\w.-])([a-z][\w-]*)(?:\[\w+\])?==(\d[\w.]*)", text_of(file)))


def front_matter(key: str) -> str:
    card = (REPOSITORY / "README.md").read_text(encoding="utf-8").split("---")[1]
    (value,) = re.findall(rf"^{key}: (.*)$", card, re.MULTILINE)
    return str(value)


def test_the_space_runs_the_gradio_that_is_pinned() -> None:
    assert front_matter("sdk_version") == pins("requirements.txt")["gradio"]


def test_the_space_starts_the_page() -> None:
    assert (REPOSITORY / front_matter("app_file")).is_file()


@pytest.mark.parametrize("file", PINNED)
def test_everything_is_pinned(file: str) -> None:
    lines = [line.partition("#")[0].strip() for line in text_of(file).splitlines()]
    assert [line for line in lines if line] == [f"{package}=={version}" for package, version in pins(file).items()]


def test_nox_installs_nothing_without_a_version() -> None:
    installed = " ".join(re.findall(r"session\.install\((.*)\)", text_of("noxfile.py")))
    assert {name for name in re.findall(r'"([^"]*)"', installed) if not name.endswith(".txt")} == {"-r"}


def test_no_package_has_two_versions() -> None:
    versions = defaultdict(set)
    for file in FILES:
        for package, version in pins(file).items():
            if not (file == DOGS and package in OWN_VERSION):
                versions[package].add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", OWN_VERSION)
def test_another_version_has_its_reason_beside_it(package: str) -> None:
    (reason,) = re.findall(rf"^{package}==\S+  # (.*)$", text_of(DOGS), re.MULTILINE)
    assert reason == OWN_VERSION[package]


def test_types_are_those_of_the_version_in_use() -> None:
    described, used = pins("noxfile.py")["types-tqdm"], pins("train/digits/requirements.txt")["tqdm"]
    assert described.split(".")[:2] == used.split(".")[:2]


def test_training_takes_the_versions_of_the_page() -> None:
    """By constraint: what it needs without a pin of its own is pinned in requirements.txt."""
    text = (REPOSITORY / "train/digits/requirements.txt").read_text(encoding="utf-8")
    assert "-c ../../requirements.txt" in text
    unpinned = re.findall(r"^([\w-]+)$", text, re.MULTILINE)
    assert set(unpinned) <= set(pins("requirements.txt"))


def test_the_tests_have_the_runtime_that_browsers_get() -> None:
    assert json.loads(text_of("tests/package.json"))["dependencies"]["onnxruntime-web"] == VERSION
