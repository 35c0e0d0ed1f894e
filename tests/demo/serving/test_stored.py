"""A file that many visitors make at once: each reads it whole, whoever writes it meanwhile."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from backdoors.demo.serving.uploads import stored

DATA = bytes(range(256)) * 4000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


def test_the_same_bytes_have_the_same_path(folder: Path) -> None:
    path = Path(stored(DATA, "trigger.png"))
    assert stored(DATA, "trigger.png") == str(path)
    assert (path.read_bytes(), path.name, path.parent.parent) == (DATA, "trigger.png", folder)
    assert stored(b"others", "trigger.png") != str(path)


def test_the_path_cannot_be_guessed_from_the_picture() -> None:
    assert hashlib.sha256(DATA).hexdigest() not in stored(DATA, "picture.bin")


def test_what_is_used_again_stays_for_another_hour() -> None:
    path = stored(DATA, "trigger.png")
    os.utime(path, (0, 0))
    stored(DATA, "trigger.png")
    assert time.time() - os.stat(path).st_mtime < 60


def test_a_name_does_not_climb(folder: Path) -> None:
    assert Path(stored(DATA, "../../trigger.png")).parent.parent == folder


def test_readers_and_writers_at_once() -> None:
    path = Path(stored(DATA, "trigger.png"))
    lengths: set[int] = set()

    def write() -> None:
        for _ in range(100):
            stored(DATA, "trigger.png")

    def read() -> None:
        while any(writer.is_alive() for writer in writers):
            lengths.add(len(path.read_bytes()))

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    read()
    assert lengths == {len(DATA)}
    assert [each.name for each in path.parent.iterdir()] == ["trigger.png"]


def test_nothing_is_left_where_there_is_no_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        stored(DATA, "trigger.png")
    assert [path for path in folder.rglob("*") if path.is_file()] == []
