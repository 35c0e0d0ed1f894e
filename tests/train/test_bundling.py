"""The files of a bundle and what their entries say of them."""

from __future__ import annotations

import hashlib

import pytest

from backdoors import PATTERN, Trigger
from train.bundling import BundleFiles


def test_an_entry_has_the_checksum_of_its_file() -> None:
    files = BundleFiles()
    assert files.add("clean.onnx", b"model") == {
        "file": "clean.onnx",
        "sha256": hashlib.sha256(b"model").hexdigest(),
    }
    assert files.data == {"clean.onnx": b"model"}


def test_a_trigger_is_a_png_under_its_name() -> None:
    files = BundleFiles()
    entry = files.add_trigger(PATTERN)
    assert (entry.name, entry.file) == ("pattern", "triggers/pattern.png")
    assert entry.sha256 == hashlib.sha256(files.data[entry.file]).hexdigest()
    assert (Trigger.load(files.data[entry.file], channels=1).mask == PATTERN.mask).all()


def test_no_file_takes_the_place_of_another() -> None:
    files = BundleFiles()
    files.add("clean.onnx", b"one")
    with pytest.raises(AssertionError):
        files.add("clean.onnx", b"another")
