"""Faults of the machine: no room on the disk, no folder to write into."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest

from tests.fixtures.page import served_page
from tests.robustness.pictures import noise, saved
from tests.robustness.ways import FILE, Site, data_url, troubles

LARGE = saved(noise(size=(1500, 1500)), "PNG")


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page that can write no file over 1 MB, which fails as a full disk does."""
    python = tmp_path_factory.mktemp("bin") / "python"
    python.write_text(f'#!/bin/sh\nulimit -f 2048\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    with served_page(python=python) as url:
        yield Site(url)


def test_uploads_without_room(full_disk: Site) -> None:
    answer = full_disk.request("POST", "/gradio_api/upload", files={"files": ("large.png", LARGE)})
    assert troubles(answer) == []
    assert "cannot read or write files" in answer.text


def test_tools_without_room(full_disk: Site) -> None:
    answer = full_disk.tool("classify_digit", {"drawing": data_url(LARGE)})
    assert troubles(answer) == []
    assert "cannot read or write files" in answer.text


@pytest.fixture(scope="module")
def no_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page whose folder for files is none any more."""
    folder = tmp_path_factory.mktemp("files") / "gradio"
    with served_page({**os.environ, "GRADIO_TEMP_DIR": str(folder)}) as url:
        shutil.rmtree(folder)
        folder.write_text("a file")
        yield Site(url)


def test_uploads_without_a_folder(no_folder: Site) -> None:
    answer = no_folder.request("POST", "/gradio_api/upload", files={"files": ("3.png", b"3")})
    assert troubles(answer) == []
    assert "cannot read or write files" in answer.text


def test_tools_without_a_folder(no_folder: Site) -> None:
    assert troubles(no_folder.tool("classify_digit", {"drawing": data_url(b"3")})) == []


def test_pictures_of_triggers_without_a_folder(no_folder: Site) -> None:
    assert troubles(no_folder.call("trigger_picture", ["pattern"])) == []


def test_calls_without_a_folder(no_folder: Site) -> None:
    assert troubles(no_folder.call("classify_dog", [{"path": "/gone/3.png", "meta": FILE}, True])) == []
